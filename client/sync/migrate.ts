import type { Core } from './core.ts';
import type { AppSchema, StoredEdit } from './engine-options.ts';
import type { ChangeError } from './model.ts';
import { isChange } from './outbox.ts';
import { refOf } from './settle.ts';
import type { WriteTransaction } from './storage-port.ts';
import type { ChangeRow, OutboxRow } from './stored.ts';
import { validateWrite } from './validate.ts';

/** Written by a version of the app that this one does not know: another tab was reloaded, this one was not. */
export function isOfLaterApp(row: OutboxRow, { version }: AppSchema): boolean {
  return (row.schema ?? 0) > version;
}

/**
 * Brings what earlier versions of the app stored to this one's shape: changes without a number, and refused ones, which get a new number
 * when they are tried again. What has a number is bound to its bytes (I9). A change that cannot be brought over goes to the failed list.
 */
export async function migrateOutbox(core: Core, tx: WriteTransaction): Promise<void> {
  const isOld = (row: OutboxRow): boolean => (row.schema ?? 0) < core.schema.version;
  const scopes = new Set(
    core.replica
      .changes()
      .filter(isOld)
      .map((row) => row.scope),
  );
  for (const scope of scopes) {
    for (const row of await tx.changes(scope, 0, Number.MAX_SAFE_INTEGER)) {
      if (!isChange(row) || !isOld(row) || !isMovable(row)) continue;
      tx.putChange(migrated(core, tx, row));
    }
  }
}

function isMovable({ state, seq }: ChangeRow): boolean {
  return state === 'failed' || (state === 'pending' && seq === null);
}

function migrated(core: Core, tx: WriteTransaction, row: ChangeRow): ChangeRow {
  try {
    const edit = steps(core.schema, row);
    const context = { scope: row.scope, isCreation: row.version === null };
    const error = validateWrite(edit, core.manifest.types[edit.type], context);
    return error === null
      ? { ...row, ...edit, schema: core.schema.version }
      : unreadable(core, tx, { row, why: error.message });
  } catch (error) {
    return unreadable(core, tx, { row, why: error instanceof Error ? error.message : String(error) });
  }
}

/** Version by version; one without a migration of its own changed nothing. */
function steps({ version, migrations }: AppSchema, row: ChangeRow): StoredEdit {
  const { type, id, values, base } = row;
  let edit: StoredEdit = { type, id, values, base };
  for (let next = (row.schema ?? 0) + 1; next <= version; next++) edit = migrations[next]?.(edit) ?? edit;
  return { type: edit.type, id, values: edit.values, base: edit.base };
}

function unreadable(
  { ports }: Core,
  tx: WriteTransaction,
  { row, why }: { readonly row: ChangeRow; readonly why: string },
): ChangeRow {
  if (row.state === 'failed') return row;
  const message = `This version of the app cannot send what an earlier one stored: ${why}`;
  const error: ChangeError = { code: 'BAD_INPUT', message, field: null };
  tx.tellSettled({ ref: refOf(row), change: row.change, outcome: 'REJECTED', conflicts: [], error });
  return { ...row, state: 'failed', error, failedAt: ports.clock.now() };
}

/** A row that may still change, in the shape of this version of the app. */
export function unnumbered({ version }: AppSchema): Pick<OutboxRow, 'seq' | 'device' | 'frozen' | 'schema'> {
  const fresh = { seq: null, device: null, frozen: null };
  return version === 0 ? fresh : { ...fresh, schema: version };
}
