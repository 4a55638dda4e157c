/** The outbox as people see it. Pure. */
import { findHeld } from './held.ts';
import type { Manifest, Values } from './manifest.ts';
import type { Conflict, FailedWrite, PendingChange } from './model.ts';
import { isChange, refKey } from './outbox.ts';
import type { Replica } from './replica.ts';
import { refOf } from './settle.ts';
import type { ChangeRow, OutboxRow } from './stored.ts';

export function pendingChanges(replica: Replica, manifest: Manifest): readonly PendingChange[] {
  const rows = replica.changes();
  const held = findHeld(rows, manifest);
  return rows
    .filter((row) => row.state === 'pending')
    .map((row) => describe(row, held.get(row.change) ?? null));
}

export function failedWrites(replica: Replica): readonly FailedWrite[] {
  return replica
    .changes()
    .filter((row) => row.state === 'failed')
    .map((row) => ({
      ...describe(row, null),
      error: row.error ?? { code: 'OUTCOME_UNKNOWN', message: 'Failed without a reason', field: null },
      failedAt: new Date(row.failedAt ?? row.editedAt).toISOString(),
    }));
}

/** One entry a record: later edits of it join the conflict, and `theirs` follows the server. */
export function conflictsOf(replica: Replica): readonly Conflict[] {
  const first = new Map<string, ChangeRow>();
  for (const row of replica.changes().filter(isChange)) {
    if (row.state === 'conflict' && !first.has(refKey(row))) first.set(refKey(row), row);
  }
  return [...first.values()].map((row) => {
    const { yours, base } = conflictSides(replica, row);
    const theirs = replica.copy(refOf(row));
    const fields = Object.keys(yours).map((name) => ({
      name,
      base: base[name] ?? null,
      yours: yours[name] ?? null,
      theirs: name === 'deleted' ? typeof theirs?.deletedAt === 'string' : (theirs?.values[name] ?? null),
    }));
    return { ref: refOf(row), fields, since: new Date(row.failedAt ?? row.editedAt).toISOString() };
  });
}

/** What the person wants of a record in conflict, and what it was made on: all its changes without an answer, as one. */
export function conflictSides(
  replica: Replica,
  ref: Parameters<Replica['copy']>[0],
): { yours: Values; base: Values } {
  let yours: Values = {};
  let base: Values = {};
  for (const row of conflictRows(replica, ref)) {
    const deleted = row.deleted === undefined ? {} : { deleted: row.deleted };
    const wasDeleted = row.deleted === undefined ? {} : { deleted: row.wasDeleted };
    yours = { ...yours, ...row.values, ...deleted };
    base = { ...row.base, ...wasDeleted, ...base };
  }
  return { yours, base };
}

/** The conflicting changes of a record and the later ones that joined them. */
export function conflictRows(replica: Replica, ref: Parameters<Replica['copy']>[0]): readonly ChangeRow[] {
  return replica
    .changesOf(ref)
    .filter((row) => row.state === 'conflict' || (row.state === 'pending' && row.seq === null));
}

function describe(row: OutboxRow, heldBy: string | null): PendingChange {
  const editedAt = new Date(row.editedAt).toISOString();
  const { change, scope } = row;
  const common = { change, scope, sent: row.seq !== null, editedAt, heldBy };
  if (!isChange(row))
    return { ...common, ref: null, operation: row.operation, values: {}, deleted: undefined };
  const { values, deleted } = row;
  return { ...common, ref: refOf(row), operation: null, values, deleted };
}
