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
  const clocks = withVersion(row.clocks, 0, version);
  return { id, version, createdAt, updatedAt, deletedAt, values, clocks };
}

/** One element of the recordset that a save statement reads. */
export function toRecordsetItem(row: RowWrite, ord: number): Readonly<Record<string, unknown>> {
  const { id, was, createdAt, updatedAt, deletedAt, values } = row;
  // Values last: where they come first, each name after them costs V8 a new shape, forty times the whole.
  return {
    '~id': id,
    '~was': was,
    '~ord': ord,
    '~c': createdAt,
    '~u': updatedAt,
    '~d': deletedAt,
    '~k': withVersion(row.clocks, PENDING, 0),
    ...values,
  };
}

function withVersion(clocks: Clocks, from: number, to: number): Clocks {
  const mapped: Record<string, Stamp> = {};
  for (const field in clocks) {
    const [version, time, user, device] = clocks[field] as Stamp;
    mapped[field] = [version === from ? to : version, time, user, device];
  }
  return mapped;
}
