/** What lies on the disk can be damaged, or written by something else: one bad row must not keep the app from starting. Pure. */
import type { ChangeRow, OutboxRow } from './stored.ts';

/** The row itself; one that cannot be read as a failed change in its place, so that a person sees it (I12). */
export function readRow(row: OutboxRow): OutboxRow {
  const isWhole =
    hasQueueFields(row) && (row.operation === undefined ? isChange(row) : isObject(row.operation));
  return isWhole ? row : unreadable(row);
}

function hasQueueFields({ scope, order, state, editedAt, firstEditedAt, seq, frozen }: OutboxRow): boolean {
  const isNumbered = typeof seq === 'number' && typeof frozen === 'string';
  return (
    typeof scope === 'string' &&
    STATES.includes(state) &&
    [order, editedAt, firstEditedAt].every(Number.isFinite) &&
    (seq === null || isNumbered)
  );
}

const STATES: readonly string[] = ['pending', 'failed', 'conflict'];

function isChange({ type, id, values, base, version }: ChangeRow): boolean {
  const hasVersion = version === null || Number.isInteger(version);
  return (
    typeof type === 'string' && typeof id === 'string' && isObject(values) && isObject(base) && hasVersion
  );
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unreadable(row: OutboxRow): ChangeRow {
  const { type, id } = row as Partial<ChangeRow>;
  const message = 'What was stored of this change cannot be read any more';
  return {
    change: row.change,
    order: Number.isFinite(row.order) ? row.order : 0,
    scope: String(row.scope),
    type: String(type),
    id: String(id),
    state: 'failed',
    values: {},
    base: {},
    wasDeleted: false,
    version: null,
    epoch: null,
    editedAt: 0,
    firstEditedAt: 0,
    seq: null,
    device: null,
    frozen: null,
    error: { code: row.seq === null ? 'BAD_INPUT' : 'OUTCOME_UNKNOWN', message, field: null },
    failedAt: 0,
  };
}
