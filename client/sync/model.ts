/** The words of the client, as types. The engine's public surface is `SyncEngine`, at the end. */
import type { Json, Manifest, Values } from './manifest.ts';

/** Names one record. Ids are unique within type and scope. */
export interface RecordRef {
  readonly type: string;
  readonly scope: string;
  readonly id: string;
}

/** CONFLICT before FAILED before PENDING before SYNCED. */
export type RecordState = 'SYNCED' | 'PENDING' | 'FAILED' | 'CONFLICT';

/**
 * A record as a person sees it: what the server confirmed, with the device's own changes put over it (I6).
 * The same object is returned until something in it changes.
 */
export interface VisibleRecord extends RecordRef {
  /** The confirmed version; 0 while the device's own creation is not confirmed. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Set while a tombstone is what stands; such a record is in no list. */
  readonly deletedAt: string | null;
  /** Every field of the type, canonical. */
  readonly values: Values;
  readonly state: RecordState;
}

/** One edit as the app hands it over. `values` holds the fields that it names. */
export interface WriteInput {
  readonly type: string;
  readonly id: string;
  /** Absent: the scope of the record the device holds, else the viewer's own. */
  readonly scope?: string | undefined;
  readonly values: Values;
  readonly deleted?: boolean | undefined;
  readonly group?: string | undefined;
  /**
   * What a form that was kept open had read; absent: what the device shows now. Whoever names one of them edits a record, though the
   * device does not hold it (any more): nothing is created.
   */
  readonly version?: number | undefined;
  readonly base?: Values | undefined;
}

/** Why a change was not accepted. The server says all but `OUTCOME_UNKNOWN`; `BAD_INPUT` may come from the device, too. */
export type RefusalCode =
  | 'BAD_INPUT'
  | 'FORBIDDEN'
  | 'GONE'
  | 'MISSING_REFERENCE'
  | 'ALREADY_EXISTS'
  | 'RULE_VIOLATED'
  | 'GROUP_REFUSED'
  | 'TOO_LARGE'
  | 'SEQ_REUSED'
  | 'STALE_SEQ'
  | 'SCOPE_FORBIDDEN'
  /** Said by the device: a sent change whose effect cannot be known any more. */
  | 'OUTCOME_UNKNOWN';

/** Why one change was not accepted. Decide by `code`; `message` is for people. `field` is the one at fault, null when none is. */
export interface ChangeError {
  readonly code: RefusalCode;
  readonly message: string;
  readonly field: string | null;
  /** Of `OUTCOME_UNKNOWN`: why the server refused it last. That alone is no end: a copy that is under way may still be taken. */
  readonly refusal?: RefusalCode;
}

/** Whose value of a field stands; `UNDECIDED` while a person has to say. */
export type ConflictSide = 'YOURS' | 'THEIRS' | 'MERGED' | 'UNDECIDED';

/** One field that two edits opposed: what both began with, and what each made of it. */
export interface FieldConflict {
  readonly field: string;
  readonly base: Json;
  readonly yours: Json;
  readonly theirs: Json;
  readonly kept: ConflictSide;
}

/**
 * The answer to one write. QUEUED: the change is durable on the device (I13) and will be sent; `change` names it for
 * `settled`. REJECTED: the manifest forbids it; nothing was stored.
 */
export type WriteResult =
  | {
      readonly outcome: 'QUEUED';
      readonly ref: RecordRef;
      readonly change: string;
      readonly record: VisibleRecord;
    }
  | { readonly outcome: 'REJECTED'; readonly ref: RecordRef; readonly error: ChangeError };

/**
 * What the server made of a change: taken as it is; merged with another edit; taken, but for fields in which another edit stands;
 * left to a person; refused.
 */
export type Outcome = 'APPLIED' | 'MERGED' | 'SUPERSEDED' | 'CONFLICT' | 'REJECTED';

/** A mutation of the app's own as it is kept and sent: exactly one root field, marked on the server as running exactly once (R32). */
export interface QueuedOperation {
  readonly name: string;
  /** The document's text. */
  readonly text: string;
  readonly variables: Values;
}

/** A mutation of the app's own as it is handed over. */
export interface OperationInput extends QueuedOperation {
  /** Whose number line it takes its place in, and where it writes. Absent: the viewer's own. */
  readonly scope?: string | undefined;
}

/** QUEUED: durable on the device, will run exactly once; `change` names it for `settled`. REJECTED: nothing was stored. */
export type OperationResult =
  | { readonly outcome: 'QUEUED'; readonly change: string }
  | { readonly outcome: 'REJECTED'; readonly error: ChangeError };

/** What the server made of a change or an operation. */
export interface Settlement {
  /** Null for an operation. */
  readonly ref: RecordRef | null;
  readonly change: string;
  readonly outcome: Outcome;
  readonly conflicts: readonly FieldConflict[];
  readonly error: ChangeError | null;
  /** What an operation that was applied answered: the `data` of its response. */
  readonly data?: Json;
}

/** A change or an operation that the server has not answered yet. */
export interface PendingChange {
  readonly change: string;
  /** Null for an operation. */
  readonly ref: RecordRef | null;
  /** Null for an edit of a record. */
  readonly operation: QueuedOperation | null;
  readonly scope: string;
  readonly values: Values;
  readonly deleted: boolean | undefined;
  /** True once it has a number and may have reached the server. */
  readonly sent: boolean;
  readonly editedAt: string;
  /** Another change it has to wait for, that failed or is in conflict. */
  readonly heldBy: string | null;
}

/** A change the server refused; kept until a person decides. */
export interface FailedWrite extends PendingChange {
  readonly error: ChangeError;
  readonly failedAt: string;
}

/** A change that waits for a person's decision. */
export interface Conflict {
  readonly ref: RecordRef;
  readonly fields: readonly {
    readonly name: string;
    readonly base: Json;
    readonly yours: Json;
    readonly theirs: Json;
  }[];
  readonly since: string;
}

/** Values of this device that another edit replaced; bounded, newest first. */
export interface SupersededChange {
  readonly id: string;
  readonly ref: RecordRef;
  readonly at: string;
  readonly reason: 'SUPERSEDED' | 'RESTORED_BACKUP';
  readonly fields: readonly FieldConflict[];
}

/**
 * What syncing is at. `waiting`: it failed and will try again at `nextRetryAt`. `signedOut`: it needs a sign-in of the same user.
 * `upgradeNeeded`: the server no longer knows this version of the app. Data stays readable and writable in each of them, but
 * nothing is sent in the last four.
 */
export type Phase = 'idle' | 'syncing' | 'waiting' | 'offline' | 'paused' | 'signedOut' | 'upgradeNeeded';

/** The same in every tab, but for `leader`. Times are canonical strings, counts are numbers of changes. */
export interface SyncStatus {
  readonly phase: Phase;
  readonly pulling: boolean;
  readonly pushing: boolean;
  readonly online: boolean;
  /** Accepted changes the server has not answered, sent ones included. */
  readonly pending: number;
  readonly inFlight: number;
  readonly failed: number;
  readonly conflicts: number;
  /** Listed in `history()`. */
  readonly superseded: number;
  /** Mutations marked `offline: 'wait'` that are held in memory. */
  readonly waiting: number;
  readonly oldestPendingAt: string | null;
  readonly lastPulledAt: string | null;
  readonly lastPushedAt: string | null;
  readonly nextRetryAt: string | null;
  /** Positions of the first download, over all scopes; null when nothing is being downloaded for the first time. */
  readonly progress: { readonly done: number; readonly total: number } | null;
  readonly scopes: readonly { readonly id: string; readonly synced: boolean; readonly progress: number }[];
  readonly storage: 'persistent' | 'bestEffort' | 'memory';
  /** `on`: the browser sends what is unsent with the app closed, once it has a connection. Else only open pages send. */
  readonly backgroundSync: 'on' | 'off' | 'unsupported';
  /** Types that did not match the server's digest and were pulled afresh, the latest last; a few. Anything here is worth a report. */
  readonly repairs: readonly Repair[];
  readonly leader: boolean;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** A condition on one field: several operators in one object all have to hold. Meaning: `schema/filter-cases.json`. */
export interface FieldCondition {
  readonly eq?: Json;
  readonly in?: readonly Json[];
  readonly lt?: Json;
  readonly lte?: Json;
  readonly gt?: Json;
  readonly gte?: Json;
  readonly contains?: Json;
  readonly isNull?: boolean;
}

/** Conditions on fields, all of which have to hold; an empty one holds for every record. Two-valued: what compares with null is false. */
export interface Filter {
  readonly and?: readonly Filter[];
  readonly or?: readonly Filter[];
  readonly not?: Filter;
  readonly [field: string]: FieldCondition | Filter | readonly Filter[] | undefined;
}

/** What a list is sorted by: strings by code point, null first when ascending, ties by id and scope. */
export interface Order {
  readonly field: string;
  readonly direction: 'ASC' | 'DESC';
}

/** A list as the API's list field takes it, answered by the same rules. Default order: `updatedAt`, newest first. */
export interface ListQuery {
  readonly type: string;
  /** Absent: the open scopes. */
  readonly scopes?: readonly string[] | undefined;
  readonly filter?: Filter | undefined;
  readonly orderBy?: readonly Order[] | undefined;
  /** Default 50, as in the schema. */
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

/** What the device can say: its answer, "not yet", or why it never will without the network. */
export type LocalAnswer<T> =
  | { readonly status: 'ready'; readonly value: T }
  | { readonly status: 'loading' }
  | { readonly status: 'error'; readonly code: 'NEVER_SYNCED' | 'SCOPE_FORBIDDEN'; readonly message: string };

/** What one tick changed, told once (own writes, pulled pages, settled pushes, other tabs alike). */
export interface VisibleChanges {
  /** Records whose visible values, version or state changed, appeared or went away. */
  readonly records: readonly RecordRef[];
  /** Types whose lists and counts may answer differently now (also when a scope became ready). */
  readonly types: readonly string[];
}

/** A type of a scope that was pulled afresh, because the device held something else than the server. */
export interface Repair {
  readonly scope: string;
  readonly type: string;
  readonly at: string;
}

/**
 * What comparing a scope with the server's digest showed. `differs`: `types` are being pulled afresh. `notNow`: there was no checkpoint to
 * compare at, or no answer; ask again later. `unavailable`: this host has no SHA-256 (browsers have it in secure contexts only).
 */
export interface ScopeCheck {
  readonly scope: string;
  readonly outcome: 'same' | 'differs' | 'notNow' | 'unavailable';
  readonly types: readonly string[];
}

/** One request of the engine's. */
export interface Exchange {
  readonly id: number;
  /** Of its document: one of the manifest's, or a queued operation's. */
  readonly name: string;
  /** Null: of all scopes. */
  readonly scope: string | null;
  /** When it left, a canonical string. */
  readonly at: string;
  /** Numbers of the changes that it carried. */
  readonly numbers: readonly number[];
  /** Records that came back. */
  readonly received: number;
  /** Null while it is under way. */
  readonly tookMs: number | null;
  /** A code, or why there was no answer. Null: it was answered, or is under way. */
  readonly error: string | null;
}

/** Where the device stands in one scope, as it is stored. */
export interface ScopeInspection {
  readonly id: string;
  readonly epoch: string | null;
  /** By type. Without a cursor the next pull begins a cycle; while one runs, `floor` is set and `generation` is its number. */
  readonly cursors: Readonly<
    Record<
      string,
      Readonly<Record<'position' | 'head' | 'generation', number>> & {
        readonly cursor: string | null;
        readonly floor: number | null;
      }
    >
  >;
}

/** What the engine holds and does, for people; a program goes by `status()`. */
export interface Inspection {
  /** This device's id; null before the first leader has given it one. */
  readonly device: string | null;
  /** Where it stands in each open scope. */
  readonly scopes: readonly ScopeInspection[];
  /** What is pending, failed or in conflict, and the number it was sent under: null when it never was. */
  readonly changes: readonly {
    readonly change: string;
    readonly scope: string;
    readonly seq: number | null;
  }[];
  /** The last hundred of this tab, newest first: only the tab that leads sends anything. */
  readonly exchanges: readonly Exchange[];
}

/** A look inside the engine, as the devtools panel takes it. */
export interface Inspector {
  read(): Inspection;
  /** Calls when `exchanges` changed; the rest moves with `onStatus` and `onChange`. */
  listen(listener: () => void): Unsubscribe;
}

/** Ends what the call that returned it began. Calling it twice is fine. */
export type Unsubscribe = () => void;

/** What becomes of unsent work at a sign-out: sent first; kept for this user's return; handed over and wiped; wiped. */
export type SignOutChoice = 'sync' | 'keep' | 'export' | 'wipe';

/** An export of unsent work, as JSON that a person can read. */
export interface ExportedWork {
  readonly exportedAt: string;
  readonly user: string;
  readonly pending: readonly PendingChange[];
  readonly failed: readonly FailedWrite[];
  readonly conflicts: readonly Conflict[];
}

/**
 * The engine of one device database in one tab. Reads are synchronous, from memory; a write shows at once and answers
 * when it is durable. `holdfast.sync` is this object.
 */
export interface SyncEngine {
  /** What the app passed in. */
  readonly manifest: Manifest;
  /** The viewer's own scope, `user:<id>` unless the server said otherwise. */
  readonly ownScope: string;
  /** What it holds and does, for people who look inside. */
  readonly inspector: Inspector;

  /** The visible record, a tombstone included; undefined when the device holds none. */
  read(ref: RecordRef): VisibleRecord | undefined;
  /** A live record by id; `scope` absent: the viewer's own. `ready` with null: there is none. */
  single(type: string, id: string, scope?: string): LocalAnswer<VisibleRecord | null>;
  /** The records of a list in their order, pending changes included. */
  list(query: ListQuery): LocalAnswer<readonly RecordRef[]>;
  /** How many records a list without a limit would have. */
  count(query: Omit<ListQuery, 'orderBy' | 'limit' | 'offset'>): LocalAnswer<number>;
  /** Resolves when `list`, `single` and `count` over these scopes no longer answer `loading`. */
  ready(scopes?: readonly string[]): Promise<void>;
  /** Calls after each tick in which something visible changed, in this tab or another one. */
  onChange(listener: (changes: VisibleChanges) => void): Unsubscribe;

  /** All of one call are stored in one strict transaction. Rejects with `StorageError` when that aborts; what was shown is undone. */
  write(inputs: readonly WriteInput[]): Promise<readonly WriteResult[]>;
  /** Stores a mutation of the app's own; it is sent once, in order with the edits of its scope. Rejects with `StorageError`. */
  queue(operation: OperationInput): Promise<OperationResult>;
  /**
   * Resolves with the server's outcome of one change or operation, or of all unsettled changes of a record (the last one's);
   * with null when nothing of that name waits for one, or the engine was stopped first. How the last twenty operations that were
   * applied ended is known after a reload, too.
   */
  settled(target: string | RecordRef): Promise<Settlement | null>;

  /** How syncing stands now, a new object each time. */
  status(): SyncStatus;
  /** Calls after each change of `status()`. */
  onStatus(listener: (status: SyncStatus) => void): Unsubscribe;
  /** What the server has not answered, in the order in which it will be sent. */
  pending(): readonly PendingChange[];
  /** Conflicts that wait for a person, kept over reloads; `theirs` follows the server. */
  conflicts(): readonly Conflict[];
  /**
   * Settles a conflict by one new change: your values (fields with a merger are merged first), theirs, or values of the person's
   * own. Durable when it resolves. Rejects with EngineError `NOT_FOUND` when there is none, `BAD_INPUT` for values that the manifest
   * forbids, and with StorageError.
   */
  resolve(ref: RecordRef, decision: 'yours' | 'theirs' | Values): Promise<void>;
  /** Changes that the server refused. They block nothing but what depends on them (I15). */
  failed(): readonly FailedWrite[];
  /** Sends a refused change again under a new number, with the rest of its group. Rejects with EngineError `NOT_FOUND`, StorageError. */
  retry(change: string): Promise<void>;
  /** The same with other values put over its own. Rejects with EngineError `NOT_FOUND`, `BAD_INPUT` (nothing is changed), StorageError. */
  edit(change: string, values: Values): Promise<void>;
  /** Gives a refused change up: the server's values are shown again. Rejects with EngineError `NOT_FOUND`, StorageError. */
  discard(change: string): Promise<void>;
  /** Values of this device that lost, newest first, at most `historyMax` (200). */
  history(): readonly SupersededChange[];
  /** Writes the values that lost as a new change. */
  restore(id: string): Promise<void>;
  /**
   * Takes values that lost off the list for good, in every tab: nothing else holds them. Durable when it resolves. Rejects with
   * EngineError `NOT_FOUND` when they are not listed (any more), and with StorageError.
   */
  dismiss(id: string): Promise<void>;
  /** What a person would lose with this device, as JSON. */
  exportWork(): ExportedWork;

  /**
   * Compares every open scope with the server's digest (R33) and pulls afresh what differs. It costs the server a walk over all
   * records; the leader does it once a day by itself.
   */
  verify(): Promise<readonly ScopeCheck[]>;
  /** Asks for a pull of every open scope; throttled. */
  requestPull(): void;
  /**
   * Pushes and pulls until nothing is pending that could be sent and every cursor stood at its head once. Rejects with EngineError
   * `OFFLINE`, `PAUSED`, `SIGNED_OUT`, `UPGRADE_NEEDED` or `STOPPED` when that cannot come now; what is pending stays stored.
   */
  catchUp(): Promise<void>;
  /** Stored in the database: every tab and the worker obey. */
  pause(): Promise<void>;
  /** Ends a pause, and after a new sign-in of the same user `signedOut`. */
  resume(): Promise<void>;
  /** Keeps a scope on the device and in lists without `scopes`: the default for all that the viewer has. */
  open(scope: string): Promise<void>;
  /** Leaves a scope out of syncing and of lists; what is stored of it stays. For every tab. */
  close(scope: string): Promise<void>;
  /**
   * Ends this user's use of the device and deletes what it holds, but for unsent work that is to be kept. Resolves with that work for
   * `export`, else null. Rejects with EngineError `UNSENT_WORK` when there is some and no choice was made, or not all could be sent.
   */
  signOut(choice?: SignOutChoice): Promise<ExportedWork | null>;
  /** Ends timers, sockets, locks and storage; unsent work stays stored. */
  stop(): Promise<void>;
  /** Told by the Apollo layer: how many `offline: 'wait'` mutations it holds. */
  setWaiting(count: number): void;
}
