import type { Json, RecordView } from '../sync/model.ts';
import { PENDING } from '../sync/ports.ts';
import type { Clocks, RowWrite, Stamp, StoredRow } from '../sync/ports.ts';
import type { SyncedTable } from './synced-table-model.ts';

/**
 * In the `clocks` column version 0 stands for the row's own version: the last writer of a row need not know the position
 * it gets. Here the two forms are turned into one another.
 */
export function toStoredRow({ own }: SyncedTable, row: RecordView & { readonly clocks: Clocks }): StoredRow {
  const values: Record<string, Json> = {};
  for (const { field } of own) {
    values[field] = row[field] ?? null;
  }
  const { id, version, createdAt, updatedAt, deletedAt } = row;
  const clocks = mapStamps(row.clocks, ([at, ...rest]) => [at === 0 ? version : at, ...rest]);
  return { id, version, createdAt, updatedAt, deletedAt, values, clocks };
}

/** One element of the recordset that a save statement reads. */
export function toRecordsetItem(row: RowWrite, ord: number): Readonly<Record<string, unknown>> {
  const { id, was, createdAt, updatedAt, deletedAt, values } = row;
  const clocks = mapStamps(row.clocks, ([at, ...rest]) => [at === PENDING ? 0 : at, ...rest]);
  return {
    ...values,
    '~id': id,
    '~was': was,
    '~ord': ord,
    '~c': createdAt,
    '~u': updatedAt,
    '~d': deletedAt,
    '~k': clocks,
  };
}

function mapStamps(clocks: Clocks, map: (stamp: Stamp) => Stamp): Clocks {
  return Object.fromEntries(Object.entries(clocks).map(([field, stamp]) => [field, map(stamp)]));
}
