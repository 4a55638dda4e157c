/** What the engine needs from outside, as the guarantees an implementer owes. */
import type {
  ChangeError,
  FieldConflict,
  Filter,
  ListRequest,
  Outcome,
  RecordKey,
  RecordView,
  TypeDigest,
  Values,
} from './model.ts';

export interface Clock {
  /** Wall clock, milliseconds since 1970. May jump. */
  now(): number;
  /** Milliseconds since some start; never goes back. */
  monotonic(): number;
}

/** SHA-256 of the UTF-8 text, hex. */
export type Hash = (text: string) => string;

/** Says "this scope's head moved" to whoever listens. Returns at once, never throws: a lost poke costs latency only (R30). */
export interface Pokes {
  poke(scope: string, head: number): void;
}

/**
 * Who changed a field last, and when: version of that write, corrected edit time in milliseconds, user, device. The
 * device is null for a merge, which counts as another device's for everyone (R24), and '' when none was named.
 */
export type Stamp = readonly [version: number, time: number, user: string, device: string | null];

/** Stamps by field name; `*` stands for every field not named, `deleted` for deletion and restoration. */
export type Clocks = Readonly<Record<string, Stamp>>;

/** A record as stored, tombstones included. `clocks` holds real versions, never the storage's abbreviations. */
export interface StoredRow {
  readonly id: string;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
  readonly values: Values;
  readonly clocks: Clocks;
}

/** One record to write. A stamp of version `PENDING` means "the version this write gets". */
export interface RowWrite {
  readonly id: string;
  /** The version the row was read at; null: it was absent. */
  readonly was: number | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
  readonly values: Values;
  readonly clocks: Clocks;
}

/** Stands in a stamp for the version that the write itself will get. */
export const PENDING = Number.MAX_SAFE_INTEGER;

export interface DeviceKey {
  readonly scope: string;
  readonly user: string;
  readonly device: string;
}

export interface StoredReceipt {
  readonly seq: number;
  readonly hash: string;
  readonly outcome: Outcome;
  readonly conflicts: readonly FieldConflict[];
  readonly error: ChangeError | null;
}

/** Everything a push leaves behind. `writes` is in position order; types may alternate. */
export interface SaveBatch {
  readonly writes: readonly { readonly type: string; readonly row: RowWrite }[];
  readonly device: (DeviceKey & { readonly lastSeq: number; readonly acknowledged: number }) | null;
  readonly receipts: readonly StoredReceipt[];
}

/** The statements of one push, all in one READ COMMITTED transaction. */
export interface WriteTransaction {
  /** Locks the device row until the end, creating it when absent. `lastSeq` is 0 without a device. */
  begin(device: DeviceKey | null): Promise<{ readonly epoch: string; readonly lastSeq: number }>;
  receipts(device: DeviceKey, seqs: readonly number[]): Promise<readonly StoredReceipt[]>;
  /** Rows of the push's scope by id. `lock`: FOR NO KEY UPDATE, in id order. Absent ones are left out. */
  rows(type: string, ids: readonly string[], lock: boolean): Promise<readonly StoredRow[]>;
  /** Which of these ids name a live record of that scope (R27). */
  existing(type: string, scope: string, ids: readonly string[]): Promise<readonly string[]>;
  /**
   * The last step: bumps the counter once by the number of writes, stores the batch and commits. Answers the head after
   * it (0 when nothing was written).
   */
  save(batch: SaveBatch): Promise<{ readonly head: number }>;
}

/** What a transaction may touch; row-level security enforces it once more. */
export interface TransactionScopes {
  /** Whose devices' numbers and receipts it may see. */
  readonly user: string;
  /** The scope that is pushed to. */
  readonly scope: string;
  readonly writable: boolean;
  /** Scopes whose rows may be read. */
  readonly readable: readonly string[];
}

/** A record that the database refused: what of it, and why. */
export interface Culprit {
  readonly type: string;
  readonly id: string;
  readonly code: 'ALREADY_EXISTS' | 'BAD_INPUT';
  readonly message: string;
}

/** `culprits`: nothing was written, because these records broke a constraint (R28). */
export type WriteOutcome<T> =
  | { readonly kind: 'committed'; readonly value: T }
  | { readonly kind: 'refused'; readonly culprits: readonly Culprit[] };

export interface ScopePoint {
  readonly head: number;
  /** By type: the highest position of a purged tombstone; 0 when absent. */
  readonly horizons: Readonly<Record<string, number>>;
  /** By device id: the last executed seq of the asking user's device; 0 when absent. */
  readonly executed: Readonly<Record<string, number>>;
}

export interface SnapshotPoints {
  readonly epoch: string;
  readonly scopes: Readonly<Record<string, ScopePoint>>;
}

export interface PageRequest {
  readonly type: string;
  readonly scope: string;
  /** Rows above this position … */
  readonly after: number;
  /** … and, up to this one, live rows only. 0: tombstones everywhere. */
  readonly liveUpTo: number;
  /** The scope's head in this snapshot. */
  readonly head: number;
  /** 1 … 5,000; the page also ends at 2 MB, but holds at least one row. */
  readonly limit: number;
}

export interface PageRows {
  /** In position order. */
  readonly records: readonly RecordView[];
  /** False only when nothing of the type lies above the last record. */
  readonly hasMore: boolean;
}

/** Who reads, and the scopes they may read now. */
export interface Reader {
  readonly user: string;
  readonly scopes: readonly string[];
}

/** Reads of one REPEATABLE READ, READ ONLY snapshot. */
export interface ReadTransaction {
  /** Of all its scopes; `executed` for these devices of its user. */
  points(devices: readonly string[]): Promise<SnapshotPoints>;
  page(request: PageRequest): Promise<PageRows>;
}

export interface Selection {
  readonly type: string;
  readonly scopes: readonly string[];
  readonly filter: Filter | undefined;
}

/**
 * Postgres as the engine sees it. Every method throws `SyncError` UNAVAILABLE, retry LATER, while the database cannot be
 * reached, and works again as soon as it can.
 */
export interface Store {
  /**
   * Runs `work` in a transaction and commits durably before it answers. Conflicts with other transactions rerun it from
   * the start, at most 5 times (R28), so `work` holds no state of its own.
   */
  write<T>(
    scopes: TransactionScopes,
    work: (transaction: WriteTransaction) => Promise<T>,
  ): Promise<WriteOutcome<T>>;
  /** The snapshot begins with the first read inside. Only rows of its scopes are visible. */
  read<T>(reader: Reader, work: (transaction: ReadTransaction) => Promise<T>): Promise<T>;
  list(
    selection: Selection,
    page: Pick<ListRequest, 'orderBy' | 'limit' | 'offset'>,
  ): Promise<readonly RecordView[]>;
  count(selection: Selection): Promise<number>;
  /** Live records by key, in the order asked; null for one that is absent or deleted. */
  records(type: string, keys: readonly RecordKey[]): Promise<readonly (RecordView | null)[]>;
  digest(scope: string): Promise<readonly TypeDigest[]>;
}
