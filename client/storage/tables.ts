/** The tables under the log, and what a database must offer to carry them. IndexedDB and memory both do. */
import type { AheadRow, HistoryRow, OutboxRow, ScopeRow, Settlement } from '../sync/stored.ts';
import type { SyncStatus } from '../sync/model.ts';

/** One row of the log: what one transaction touched, with the confirmed records it wrote. */
export interface LogRow {
  readonly counter: number;
  /** 0, except for the rows a fold produced. */
  readonly part: number;
  /** `Segment[]` as JSON text (a string is stored and read back faster than objects), '' for none. */
  readonly segments: string;
  /** How many copies and removals `segments` holds. */
  readonly weight: number;
  readonly changes: readonly string[];
  readonly scopes: readonly string[];
  readonly meta: readonly string[];
  readonly history: boolean;
  readonly settled: readonly Settlement[];
}

export interface Named {
  readonly key: string;
  readonly value: unknown;
}

export interface TableRows {
  readonly meta: Named;
  readonly scopes: ScopeRow;
  readonly outbox: OutboxRow;
  readonly ahead: AheadRow;
  readonly history: HistoryRow;
  readonly log: LogRow;
  readonly keyValue: Named;
}

export type TableName = keyof TableRows;
export type Key = string | readonly (string | number)[];

/** The key of a row is made of these fields. */
export const KEY_FIELDS: { readonly [T in TableName]: readonly (keyof TableRows[T] & string)[] } = {
  meta: ['key'],
  scopes: ['id'],
  outbox: ['change'],
  ahead: ['key'],
  history: ['id'],
  log: ['counter', 'part'],
  keyValue: ['key'],
};

export interface Range {
  readonly from: readonly (string | number)[];
  readonly to: readonly (string | number)[];
  readonly limit?: number;
}

/** One transaction's view. Puts and deletes are seen by later reads of it. Ranges are inclusive. */
export interface Tables {
  get<T extends TableName>(table: T, key: Key): Promise<TableRows[T] | undefined>;
  all<T extends TableName>(table: T): Promise<readonly TableRows[T][]>;
  /** Rows of the log by key. */
  range(table: 'log', range: Range): Promise<readonly LogRow[]>;
  put<T extends TableName>(table: T, row: TableRows[T]): void;
  delete(table: TableName, key: Key): void;
}

export interface Backend {
  readonly kind: SyncStatus['storage'];
  readonly problem: { readonly code: string; readonly message: string } | null;
  /** Atomic; `readwrite` ones one after another. Resolves after the transaction completed; rejects as `SyncStorage.write`. */
  run<T>(mode: Mode, work: (tables: Tables) => Promise<T>, area?: Area): Promise<T>;
  onGone(listener: () => void): () => void;
  close(): Promise<void>;
  destroy(): Promise<void>;
}

/** The tables of a transaction: none waits for another one that has no table in common with it. */
export type Area = 'engine' | 'ahead' | 'engineAndAhead' | 'keyValue';

export type Mode = 'read' | 'strict' | 'relaxed';
