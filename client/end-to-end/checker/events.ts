/**
 * What a run writes down so that `check` can judge it: the server's receipts and positions, and what each device accepted, stored and
 * showed. Whoever records them does not matter: a simulation, real processes or browsers. Events of one server stand in the order in
 * which they happened, so do those of one device; how the two interleave means nothing, so clocks need not agree.
 *
 * Words: a **device** is one database of one user; a **line** is the `device.id` that a push names (a device gets another one when its
 * storage was cloned); a **change** is the engine's name of one accepted edit or operation. Epochs compare as strings, later is greater.
 */
import type { Values } from '../../sync/manifest.ts';

export type LogEvent = ServerEvent | DeviceEvent;

/** Names one record within a scope. */
export interface RecordName {
  readonly type: string;
  readonly id: string;
}

/** A confirmed state of a record: as the server stored it at that position. */
export interface RecordAt extends RecordName {
  readonly version: number;
  /** A tombstone. */
  readonly deleted: boolean;
  /** The type's own fields, canonical. */
  readonly values: Values;
}

export type ServerEvent = RowStored | ChangeExecuted | EpochBegan;

/** A record took a position: one event for every row of every committed transaction, in position order within its scope. */
export interface RowStored extends RecordAt {
  readonly source: 'server';
  readonly kind: 'stored';
  readonly epoch: string;
  readonly scope: string;
  /**
   * Fields that the changes behind it named, `deleted` among them when one deleted or restored: no other field may differ from the row
   * before (I18). Absent: written by an operation or by server code, which may set any.
   */
  readonly named?: readonly string[];
}

/** A change or an operation got its receipt, in commit order. Replayed answers are not written down. */
export interface ChangeExecuted {
  readonly source: 'server';
  readonly kind: 'executed';
  readonly epoch: string;
  readonly scope: string;
  readonly line: string;
  readonly seq: number;
  readonly outcome: 'APPLIED' | 'MERGED' | 'SUPERSEDED' | 'CONFLICT' | 'REJECTED';
  /** The scope's head when its transaction committed; tells what a restored backup still holds. */
  readonly head: number;
  /** The position its record took; absent when it altered nothing. */
  readonly position?: number;
  /** What had come under this number, byte for byte; absent where the server keeps a hash of it, and for an operation. */
  readonly payload?: string;
}

/** A backup was restored, or a standby took over: of each scope only what stands at or below the head given is still there. */
export interface EpochBegan {
  readonly source: 'server';
  readonly kind: 'epochBegan';
  readonly epoch: string;
  /** Epoch whose history goes on here, and how far: scopes that are not named are empty. */
  readonly from: string;
  readonly heads: Readonly<Record<string, number>>;
}

export type DeviceEvent = { readonly source: 'device'; readonly device: string } & DeviceFact;

/**
 * Where an accepted change is (I12). `confirmed` and `superseded`: the server has answered; `withdrawn`: later edits took it back before
 * it was sent; `gone`: the device dropped it without an answer, which only a person may decide (`decided`); `lost`: the storage was lost,
 * or its user wiped it, and that was shown; `undone`: a power cut took it before its write was answered.
 */
export type Place =
  'pending' | 'failed' | 'conflict' | 'confirmed' | 'superseded' | 'withdrawn' | 'gone' | 'lost' | 'undone';

export type DeviceFact =
  | Begun
  | Queued
  | Refused
  | Decided
  | Placed
  | Numbered
  | Opened
  | Shown
  | Checkpoint
  | RolledBack
  | Forgotten
  | Led
  | Cloned
  | ServerFailed
  | Renamed
  | EpochStored
  | Listed;

/** The app called `write`: one event for each input. `write` is a name of the recorder's choice. */
export interface Begun extends RecordName {
  readonly kind: 'begun';
  readonly tab: string;
  readonly write: string;
  readonly scope: string;
  readonly values: Values;
  /** What the fields written held, as far as they held anything. Absent: not written down. */
  readonly base?: Values;
  readonly deleted?: boolean;
}

/** It answered QUEUED: `change` carries it. */
export interface Queued {
  readonly kind: 'queued';
  readonly write: string;
  readonly change: string;
}

/** It answered REJECTED or threw: nothing may be left of it. */
export interface Refused {
  readonly kind: 'refused';
  readonly write: string;
}

/** A person is about to resolve a conflict or to discard a write: changes of that record, or that one, may go. */
export interface Decided {
  readonly kind: 'decided';
  readonly target: string | (RecordName & { readonly scope: string });
}

/** A completed storage transaction put a change there. */
export interface Placed {
  readonly kind: 'placed';
  readonly change: string;
  readonly place: Place;
  readonly scope: string;
  /** The record; absent for an operation. */
  readonly record?: RecordName;
  /** Of a pending one: what it carries, which is what a person decided where no write was answered with it. */
  readonly values?: Values;
  /** Why, when it failed: a refusal's code such as `OUTCOME_UNKNOWN`. */
  readonly code?: string;
  /** Of a superseded one: the history lists it. */
  readonly isListed?: boolean;
  /** Whose transaction it was; absent where a device has one tab. */
  readonly tab?: string;
}

/** A completed storage transaction gave a change its number and froze what is sent. */
export interface Numbered {
  readonly kind: 'numbered';
  readonly change: string;
  readonly line: string;
  readonly scope: string;
  readonly seq: number;
  /** What goes out, byte for byte (I9). */
  readonly payload: string;
  /** Whose transaction it was; absent where a device has one tab. */
  readonly tab?: string;
}

/** A page was opened; what it shows must not be older than what this device showed before. */
export interface Opened {
  readonly kind: 'opened';
  readonly tab: string;
}

/** A record as a person saw it. */
export interface ShownRecord extends RecordName {
  /** Of the confirmed copy under it; 0 while there is none. Absent: this read does not tell (a list of a browser). */
  readonly version?: number;
  readonly epoch?: string;
  readonly deleted: boolean;
  readonly values: Values;
  readonly state: 'SYNCED' | 'PENDING' | 'FAILED' | 'CONFLICT';
}

/** One read of a scope in one tab. */
export interface Shown {
  readonly kind: 'shown';
  readonly tab: string;
  readonly scope: string;
  /** These are all the records that are shown of the scope. Absent: those that were looked at. */
  readonly isAll?: true;
  readonly records: readonly ShownRecord[];
}

/** A completed storage transaction after which the device stands at a checkpoint: its confirmed copies of that scope, all types. */
export interface Checkpoint {
  readonly kind: 'checkpoint';
  readonly scope: string;
  readonly epoch: string;
  /** The cursors' position: c. */
  readonly position: number;
  /** Copies kept only for own changes, `missing` on the server (R5), are left out. */
  readonly records: readonly RecordAt[];
}

/** Power was lost: what was stored relaxed may be gone, so reads may go back once. */
export interface RolledBack {
  readonly kind: 'rolledBack';
}

/** The scope left the device (access lost, signed out): what is shown of it later begins anew. */
export interface Forgotten {
  readonly kind: 'forgotten';
  readonly scope: string;
}

/** A completed storage transaction made this tab the leader. */
export interface Led {
  readonly kind: 'led';
  readonly tab: string;
}

/** This device began as a copy of another one's storage: both go on from there, on one line of numbers. */
export interface Cloned {
  readonly kind: 'cloned';
  readonly from: string;
  /** Null: it had none yet. */
  readonly line: string | null;
}

/** The server answered a push of these numbers with an error of its own, and said nothing of what became of them. */
export interface ServerFailed {
  readonly kind: 'serverFailed';
  readonly line: string;
  readonly scope: string;
  readonly seqs: readonly number[];
}

/** The device gave up its line of numbers, because the server knows them otherwise (R12). */
export interface Renamed {
  readonly kind: 'renamed';
  /** The one given up; absent: not written down. */
  readonly line?: string;
  /** What became unknown in the same transaction: the server's refusal was about one of these. */
  readonly unknown: readonly string[];
}

/** A scope came to belong to that epoch. */
export interface EpochStored {
  readonly kind: 'epochStored';
  readonly scope: string;
  readonly epoch: string;
}

/**
 * What the device lists of each change that it still holds, as a person is shown it. Told while nobody writes: what was begun, and not
 * answered by now, is stored already or never will be (its page is gone).
 */
export interface Listed {
  readonly kind: 'listed';
  readonly listed: readonly {
    readonly change: string;
    readonly place: 'pending' | 'failed' | 'conflict';
  }[];
}

/** One broken invariant, in words that name device, change or record. */
export interface Violation {
  readonly invariant:
    'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I10' | 'I11' | 'I12' | 'I13' | 'I15' | 'I17' | 'I18';
  readonly message: string;
}

/** What a log does not say of the entities in it. */
export interface CheckOptions {
  /** Fields with a merger, as `Type.field`: what they show is not what was written. */
  readonly mergedFields?: ReadonlySet<string>;
  /** By `Type.field`: the type whose records a reference names. */
  readonly references?: ReadonlyMap<string, string>;
  /** Fields that count, as `Type.field`: what they are is the sum of what was added to them. */
  readonly counters?: ReadonlySet<string>;
}
