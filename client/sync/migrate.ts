import type { Core } from './core.ts';
import type { AppSchema, Migration, StoredEdit } from './engine-options.ts';
import type { ChangeError, QueuedOperation } from './model.ts';
import { isChange } from './outbox.ts';
import { settlementOf } from './settle.ts';
import type { WriteTransaction } from './storage-port.ts';
import type { ChangeRow, OperationRow, OutboxRow } from './stored.ts';
import { validateWrite } from './validate.ts';

/** Written by a version of the app that this one does not know: another tab was reloaded, this one was not. */
export function isOfLaterApp(row: OutboxRow, { version }: AppSchema): boolean {
  return (row.schema ?? 0) > version;
}

/**
 * Brings what earlier versions of the app stored to this one's shape: edits and operations without a number, and refused ones, which get
 * a new number when they are tried again. What has a number is bound to its bytes (I9). What cannot be brought over goes to the failed list.
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
      if (!isOld(row) || !isMovable(row)) continue;
      tx.putChange(migrated(core, tx, row));
    }
  }
}

function isMovable({ state, seq }: OutboxRow): boolean {
  return state === 'failed' || (state === 'pending' && seq === null);
}

function migrated(core: Core, tx: WriteTransaction, row: OutboxRow): OutboxRow {
  const { schema } = core;
  try {
    if (!isChange(row)) return { ...row, operation: operationOf(schema, row), schema: schema.version };
    const edit = editOf(schema, row);
    const context = { scope: row.scope, isCreation: row.version === null };
    const error = validateWrite(edit, core.manifest.types[edit.type], context);
    return error === null
      ? { ...row, ...edit, schema: schema.version }
      : unreadable(core, tx, { row, why: error.message });
  } catch (error) {
    return unreadable(core, tx, { row, why: error instanceof Error ? error.message : String(error) });
  }
}

function editOf(schema: AppSchema, row: ChangeRow): StoredEdit {
  const { id, values, base } = row;
  let edit: StoredEdit = { type: row.type, id, values, base };
  for (const step of stepsFor(schema, row)) edit = step.edit?.(edit) ?? edit;
  return { type: edit.type, id, values: edit.values, base: edit.base };
}

function operationOf(schema: AppSchema, row: OperationRow): QueuedOperation {
  let { operation } = row;
  for (const step of stepsFor(schema, row)) operation = step.operation?.(operation) ?? operation;
  const { name, text, variables } = operation;
  return { name, text, variables };
}

/** Version by version; one without a migration of its own changed nothing. */
function stepsFor({ version, migrations }: AppSchema, { schema = 0 }: OutboxRow): readonly Migration[] {
  const versions = Array.from({ length: version - schema }, (_, index) => schema + 1 + index);
  return versions.map((next) => migrations[next] ?? {});
}

function unreadable<Row extends OutboxRow>(
  { ports }: Core,
  tx: WriteTransaction,
  { row, why }: { readonly row: Row; readonly why: string },
): Row {
  if (row.state === 'failed') return row;
  const message = `This version of the app cannot send what an earlier one stored: ${why}`;
  const error: ChangeError = { code: 'BAD_INPUT', message, field: null };
  tx.tellSettled(settlementOf(row, { outcome: 'REJECTED', conflicts: [], error }));
  return { ...row, state: 'failed', error, failedAt: ports.clock.now() };
}

/** A row that may still change, in the shape of this version of the app. */
export function unnumbered({ version }: AppSchema): Pick<OutboxRow, 'seq' | 'device' | 'frozen' | 'schema'> {
  const fresh = { seq: null, device: null, frozen: null };
  return version === 0 ? fresh : { ...fresh, schema: version };
}
