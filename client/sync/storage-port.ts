/**
 * The device's database as the engine needs it, and the guarantees an implementer owes. One database per app, tenant and
 * user; several tabs open it at once.
 *
 * Everything is one log: each write transaction takes the next number of the change counter and leaves a row saying what
 * it touched. Confirmed records live in that log as segments, so that a page costs a few rows, an edit costs one small row, a
 * tab that lagged reads only what is new, and `compact` folds small old rows into large ones when nothing else is to do.
 */
import type { AheadRow, HistoryRow, Meta, MetaKey, OutboxRow, ScopeRow, Segment } from './stored.ts';
import type { Settlement, SyncStatus } from './model.ts';

/** How sure a resolved write is: `strict` survives a loss of power, `relaxed` the end of the browser. */
export type Durability = 'strict' | 'relaxed';

/** What a write may do. `work` awaits these methods and nothing else; a throw aborts, and nothing is stored. */
export interface WriteTransaction {
  /** The change counter's number for this transaction: above that of every transaction that completed before. */
  readonly counter: number;
  meta<K extends MetaKey>(key: K): Promise<Meta[K] | undefined>;
  putMeta<K extends MetaKey>(key: K, value: Meta[K]): void;
  scope(id: string): Promise<ScopeRow | undefined>;
  putScope(row: ScopeRow): void;
  deleteScope(id: string): void;
  change(change: string): Promise<OutboxRow | undefined>;
  /** The row with the highest order in a scope. */
  lastChange(scope: string): Promise<OutboxRow | undefined>;
  /** Rows of a scope by rising order, from an order on (inclusive). */
  changes(scope: string, from: number, limit: number): Promise<readonly OutboxRow[]>;
  putChange(row: OutboxRow): void;
  deleteChange(change: string): void;
  /** What `writeAhead` wrote. Not part of the change counter. */
  ahead(key: string): Promise<AheadRow | undefined>;
  putAhead(row: AheadRow): void;
  deleteAhead(key: string): void;
  putHistory(row: HistoryRow): void;
  deleteHistory(id: string): void;
  /** Adds to the log of confirmed records. */
  appendRecords(segment: Segment): void;
  /** Tells every tab what became of a change. Kept for a while only. */
  tellSettled(settlement: Settlement): void;
}

/** What stands in the database beside the records, as of `counter`. */
export interface Snapshot {
  readonly counter: number;
  readonly meta: Partial<Meta>;
  readonly scopes: readonly ScopeRow[];
  /** By rising order. */
  readonly changes: readonly OutboxRow[];
  readonly history: readonly HistoryRow[];
  readonly ahead: readonly AheadRow[];
}

/** What transactions after a given counter touched, each thing as it stands now. */
export interface ChangesSince {
  readonly counter: number;
  /** The log does not reach back that far any more: load everything afresh. The other parts are then empty. */
  readonly reload: boolean;
  readonly segments: readonly Segment[];
  readonly changes: readonly OutboxRow[];
  readonly removedChanges: readonly string[];
  readonly scopes: readonly ScopeRow[];
  readonly removedScopes: readonly string[];
  /** The whole list when it was touched, else null. */
  readonly history: readonly HistoryRow[] | null;
  readonly meta: Partial<Meta>;
  readonly settled: readonly Settlement[];
}

/** A small area for others, such as the cache of non-synced queries. Not part of the change counter. */
export interface KeyValue {
  getItem(key: string): Promise<string | null>;
  setItem(key: string, value: string): Promise<void>;
  removeItem(key: string): Promise<void>;
}

/** A device database, for the engine alone. A storage of one's own has to pass `storageContract` of `@holdfast/client/testing`. */
export interface SyncStorage {
  readonly kind: SyncStatus['storage'];
  /** Why it is not what was asked for, such as an upgrade blocked by an old tab; null when nothing is wrong. */
  readonly problem: { readonly code: string; readonly message: string } | null;
  readonly keyValue: KeyValue;
  /**
   * Runs one atomic transaction. Write transactions of all tabs happen one after another. Resolves only after the transaction
   * completed, `strict` ones flushed to disk (I13). Rejects with what `work` threw, else with `StorageError`. Without room left, what
   * `keyValue` holds is given up first and `work` runs once more. Only one over `engineAndAhead` may use what was written ahead, and
   * holds up those who write ahead.
   */
  write<T>(
    durability: Durability,
    work: (tx: WriteTransaction) => Promise<T>,
    area?: 'engine' | 'engineAndAhead',
  ): Promise<{ readonly value: T; readonly counter: number }>;
  /**
   * Puts a row on the disk without reading anything first. Once the database is open it leaves the page in the same task, so
   * that it outlives a page that goes away in it. Resolves and rejects as `write`; transactions begun later see it.
   */
  writeAhead(row: AheadRow): Promise<void>;
  /** The rows that stand written ahead, and nothing else of the database. */
  writtenAhead(): Promise<readonly AheadRow[]>;
  /** One consistent picture of all but the records. */
  snapshot(): Promise<Snapshot>;
  /**
   * Hands over all segments up to `counter` in log order, in slices, giving the event loop its turn between them. Resolves false
   * when the log was rewritten meanwhile so that the slices cannot be trusted: begin again.
   */
  loadRecords(counter: number, onSlice: (segments: readonly Segment[]) => void): Promise<boolean>;
  /** What a tab that stands at `counter` has missed. */
  changesSince(counter: number): Promise<ChangesSince>;
  /** Folds old rows of the log together, as far as that pays. Only the leader calls it; harmless if two do. */
  compact(): Promise<void>;
  /** Called when the database was deleted under this tab (another tab wiped it), at once if it was by then. Writes then reject with reason GONE. */
  onGone(listener: () => void): () => void;
  /** Ends this tab's use of it; nothing stored is lost. */
  close(): Promise<void>;
  /**
   * Deletes the database, whatever other tabs do; resolves when no byte is left or the deletion is certain to happen. One that was
   * made since by that name is left alone.
   */
  destroy(): Promise<void>;
}

/** Aborted; no room left; closed by this tab; deleted under it. */
export type StorageReason = 'ABORTED' | 'QUOTA' | 'CLOSED' | 'GONE';

/** A transaction of the device's database did not complete; nothing of it was stored. Try again, or free space on QUOTA. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code = 'STORAGE';
  readonly retry = 'LATER';

  constructor(
    readonly reason: StorageReason,
    message: string,
  ) {
    super(message);
  }
}

/** Thrown inside a leader's transaction when another tab leads by now: nothing was stored, the sender is a zombie. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
  readonly code = 'FENCED';
  readonly retry = 'NEVER';

  /** `fence`: the number that was not the leader's any more; null when the sender had none. */
  constructor(readonly fence: number | null) {
    super('Another tab leads now');
  }
}
