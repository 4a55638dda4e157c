/** I6: visible = rebase(confirmed, own changes). Pure. */
import type { TypeManifest, Json, Values } from './manifest.ts';
import type { RecordRef, RecordState, VisibleRecord } from './model.ts';
import { isSame, rebaseValue } from './merge-values.ts';
import type { Copy, ChangeRow } from './stored.ts';

export interface RebaseInput {
  readonly ref: RecordRef;
  readonly type: TypeManifest;
  readonly copy: Copy | undefined;
  /** This record's changes by order. */
  readonly changes: readonly ChangeRow[];
  /** All own changes of this type up to this seq are contained in its copies. */
  readonly executed: number;
}

/** The visible record, or undefined when nothing is held. `before` is returned when nothing in it changed (identity). */
export function rebase(input: RebaseInput, before?: VisibleRecord): VisibleRecord | undefined {
  const visible = compute(input);
  if (visible === undefined || before === undefined) return visible;
  return isSameRecord(before, visible) ? before : visible;
}

/** CONFLICT before FAILED before PENDING before SYNCED. */
export function stateOf(changes: readonly ChangeRow[]): RecordState {
  if (changes.length === 0) return 'SYNCED';
  if (changes.some((change) => change.state === 'conflict')) return 'CONFLICT';
  return changes.some((change) => change.state === 'failed') ? 'FAILED' : 'PENDING';
}

/** What a new record holds before its creating change is put over it. */
export function defaultValues(type: TypeManifest): Values {
  const entries = Object.entries(type.fields).map(([name, field]): [string, Json] => [
    name,
    field.default !== undefined ? field.default : field.list && !field.nullable ? [] : null,
  ]);
  return Object.fromEntries(entries);
}

function compute({ ref, type, copy, changes, executed }: RebaseInput): VisibleRecord | undefined {
  const start = copy ?? emptyCopy(ref, type, changes[0]);
  if (start === undefined) return undefined;
  const state = stateOf(changes);
  // What a type's pages hold says nothing of a record that none of them brought.
  const isDelivered = copy !== undefined && copy.missing !== true;
  const contained = isDelivered ? Math.max(executed, start.executed) : start.executed;
  const open = changes.filter((change) => !isContained(change, contained));
  const values = open.length === 0 ? start.values : valuesAfter(start.values, open, type);
  const { updatedAt, deletedAt } = stampsAfter(start, open);
  // Field by field, so that all records are of one shape: an engine makes many of them.
  const [{ scope, id }, { version, createdAt }] = [ref, start];
  return { type: ref.type, scope, id, version, createdAt, updatedAt, deletedAt, values, state };
}

function valuesAfter(values: Values, open: readonly ChangeRow[], type: TypeManifest): Values {
  const after: Record<string, Json> = { ...values };
  for (const change of open) applyValues(after, change, type);
  return after;
}

/** The device's clock speaks until the server's does. */
function stampsAfter(
  start: Copy,
  open: readonly ChangeRow[],
): Pick<VisibleRecord, 'updatedAt' | 'deletedAt'> {
  let { updatedAt, deletedAt } = start;
  for (const { editedAt, deleted } of open) {
    const at = new Date(editedAt).toISOString();
    if (at > updatedAt) updatedAt = at;
    if (deleted !== undefined) deletedAt = deleted ? at : null;
  }
  return { updatedAt, deletedAt };
}

/** A page or push result that already holds a change must not have it put over again (R9). Refused ones are in no page. */
function isContained(change: ChangeRow, executed: number): boolean {
  return change.state === 'pending' && change.seq !== null && change.seq <= executed;
}

function applyValues(values: Record<string, Json>, change: ChangeRow, type: TypeManifest): void {
  for (const [name, yours] of Object.entries(change.values)) {
    const field = type.fields[name];
    const theirs = values[name] ?? null;
    values[name] =
      field === undefined ? yours : rebaseValue(field, { base: change.base[name], yours }, theirs);
  }
}

/** What a record starts from that only own changes speak of; nothing without any. */
function emptyCopy(ref: RecordRef, type: TypeManifest, first: ChangeRow | undefined): Copy | undefined {
  if (first === undefined) return undefined;
  const time = new Date(first.firstEditedAt).toISOString();
  const stamps = { createdAt: time, updatedAt: time, deletedAt: null };
  return { id: ref.id, version: 0, epoch: '', cycle: 0, executed: 0, ...stamps, values: defaultValues(type) };
}

function isSameRecord(a: VisibleRecord, b: VisibleRecord): boolean {
  return (
    a.version === b.version &&
    a.state === b.state &&
    a.updatedAt === b.updatedAt &&
    a.createdAt === b.createdAt &&
    a.deletedAt === b.deletedAt &&
    (a.values === b.values || isSame(a.values, b.values))
  );
}
