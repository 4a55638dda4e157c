/** How edits become changes. Pure. */
import type { Values } from './manifest.ts';
import { isSame } from './merge-values.ts';
import type { ChangeRow, OutboxRow } from './stored.ts';

/** An edit of a record, no operation. */
export function isChange(row: OutboxRow): row is ChangeRow {
  return row.operation === undefined;
}

/** Names one record within the device. */
export function refKey(ref: { readonly type: string; readonly scope: string; readonly id: string }): string {
  return `${ref.type}\n${ref.scope}\n${ref.id}`;
}

/** A change that names nothing any more, and does not create: there is nothing to send. */
export function isEmpty(row: ChangeRow): boolean {
  return row.version !== null && row.deleted === undefined && Object.keys(row.values).length === 0;
}

/** Leaves out the fields that are at their base (R20: they are no change). A creation keeps all it names. */
export function trimmed(row: ChangeRow): ChangeRow {
  if (row.version === null) return row.deleted === false ? withDeleted(row, undefined) : row;
  const changed = Object.keys(row.values).filter((name) => !isAtBase(row, name));
  const deleted = row.deleted === row.wasDeleted ? undefined : row.deleted;
  return withDeleted({ ...row, values: pick(row.values, changed), base: pick(row.base, changed) }, deleted);
}

/**
 * One change out of the scope's last one and the edit after it, or null when they must stay two: only changes without a number,
 * of one record, within `withinMs` of the first, of one group, that name one version, and where the later one was made on what
 * the earlier one left (a stale tab's was not). A creation and its deletion stay two: in one, nothing would ever be on the server
 * (R24), and a deletion that is taken back after it was sent would bring back a record without its values. The result may be empty
 * (`isEmpty`).
 */
export function coalesce(last: ChangeRow, edit: ChangeRow, withinMs: number): ChangeRow | null {
  if (!isJoinable(last, edit, withinMs) || !isContinued(last, edit)) return null;
  const deleted = edit.deleted ?? last.deleted;
  return trimmed(
    withDeleted(
      {
        ...last,
        values: { ...last.values, ...edit.values },
        base: { ...edit.base, ...last.base },
        editedAt: Math.max(last.editedAt, edit.editedAt),
      },
      deleted,
    ),
  );
}

function isJoinable(last: ChangeRow, edit: ChangeRow, withinMs: number): boolean {
  const age = edit.editedAt - last.firstEditedAt;
  return (
    last.state === 'pending' &&
    last.seq === null &&
    refKey(last) === refKey(edit) &&
    last.group === edit.group &&
    last.schema === edit.schema &&
    !(last.version === null && edit.deleted === true) &&
    age >= 0 &&
    age <= withinMs
  );
}

function isContinued(last: ChangeRow, edit: ChangeRow): boolean {
  const isOneVersion =
    (last.version === edit.version && last.epoch === edit.epoch) ||
    (last.version === null && edit.version === 0);
  if (!isOneVersion || edit.wasDeleted !== (last.deleted ?? last.wasDeleted)) return false;
  const shared = Object.keys(edit.values).filter((name) => name in last.values);
  return shared.every((name) => name in edit.base && isSame(edit.base[name], last.values[name]));
}

function isAtBase(row: ChangeRow, name: string): boolean {
  return name in row.base && isSame(row.values[name], row.base[name]);
}

function pick(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(
    names.filter((name) => name in values).map((name) => [name, values[name] ?? null]),
  );
}

function withDeleted(row: ChangeRow, deleted: boolean | undefined): ChangeRow {
  if (row.deleted === deleted) return row;
  if (deleted !== undefined) return { ...row, deleted };
  const rest = Object.entries(row).filter(([name]) => name !== 'deleted');
  return Object.fromEntries(rest) as unknown as ChangeRow;
}
