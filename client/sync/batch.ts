/** Which changes one push carries. Pure. */
import { isChange, refKey } from './outbox.ts';
import type { OutboxRow } from './stored.ts';
import { utf8Bytes, wireForm } from './wire.ts';

export interface BatchLimits {
  readonly maxChanges: number;
  readonly maxBytes: number;
}

export interface Batch {
  /** Numbered ones are sent again as they are; the others are numbered and frozen first. Never both in one batch. */
  readonly kind: 'numbered' | 'fresh';
  readonly rows: readonly OutboxRow[];
  /** Something that could be sent was left for the next batch. */
  readonly hasMore: boolean;
}

/**
 * The next batch of a scope, or null when nothing can be sent. Numbered changes come first (I10), of one device id and one setting of
 * the clock a batch; a group is never cut (R11); an operation goes alone (R32), and so does a single oversize change or group. A deletion waits for what
 * became of the creation before it: where that is refused, an absent record would be "deleted", and the refused one be back (I15).
 *
 * @param rows the scope's outbox by order
 */
export function nextBatch(
  rows: readonly OutboxRow[],
  held: ReadonlyMap<string, string>,
  limits: BatchLimits,
): Batch | null {
  const pending = rows.filter((row) => row.state === 'pending');
  const numbered = pending.filter((row) => row.seq !== null).sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
  const [first] = numbered;
  const kind = numbered.length > 0 ? 'numbered' : 'fresh';
  const candidates = first === undefined ? pending : numbered.filter((row) => isOfOneLine(row, first));
  const free = candidates.filter((row) => row.seq !== null || !held.has(row.change));
  const batch = fill(upToDeletion(upToOperation(units(free))), limits);
  if (batch.length === 0) return null;
  const sendable = pending.filter((row) => row.seq !== null || !held.has(row.change)).length;
  return { kind, rows: batch, hasMore: batch.length < sendable };
}

function isOfOneLine(a: OutboxRow, b: OutboxRow): boolean {
  return a.device === b.device && (a.clockSetMs ?? 0) === (b.clockSetMs ?? 0);
}

/** Consecutive changes of one group belong together. */
function units(rows: readonly OutboxRow[]): readonly (readonly OutboxRow[])[] {
  const list: OutboxRow[][] = [];
  for (const row of rows) {
    const unit = list.at(-1);
    if (unit !== undefined && groupOf(row) !== undefined && groupOf(unit[0]) === groupOf(row)) unit.push(row);
    else list.push([row]);
  }
  return list;
}

/** An operation that comes first, alone; else what stands before the first one. */
function upToOperation(list: readonly (readonly OutboxRow[])[]): readonly (readonly OutboxRow[])[] {
  const at = list.findIndex(([first]) => first?.operation !== undefined);
  return at < 0 ? list : list.slice(0, Math.max(1, at));
}

/** What stands before the deletion of a record that it creates. */
function upToDeletion(list: readonly (readonly OutboxRow[])[]): readonly (readonly OutboxRow[])[] {
  const created = new Set<string>();
  for (const [at, unit] of list.entries()) {
    const changes = unit.filter(isChange);
    if (changes.some((row) => row.deleted === true && created.has(refKey(row)))) return list.slice(0, at);
    for (const row of changes) if (row.version === null) created.add(refKey(row));
  }
  return list;
}

function groupOf(row: OutboxRow | undefined): string | undefined {
  return row !== undefined && isChange(row) ? row.group : undefined;
}

function fill(list: readonly (readonly OutboxRow[])[], limits: BatchLimits): readonly OutboxRow[] {
  const batch: OutboxRow[] = [];
  const groups = new Set<string>();
  let bytes = 0;
  for (const unit of list) {
    const group = groupOf(unit[0]);
    bytes += unit.reduce((sum, row) => sum + bytesOf(row), 0);
    const isFull = batch.length + unit.length > limits.maxChanges || bytes > limits.maxBytes;
    // The second part of a group that was interrupted by another change must not stand in the same push.
    const isTorn = group !== undefined && groups.has(group);
    if (batch.length > 0 && (isFull || isTorn)) break;
    batch.push(...unit);
    if (group !== undefined) groups.add(group);
  }
  return batch;
}

function bytesOf(row: OutboxRow): number {
  return utf8Bytes(row.frozen ?? JSON.stringify(wireForm(row, Number.MAX_SAFE_INTEGER)));
}

/** How many units (changes or whole groups) a batch is made of: one cannot be split any further. */
export function unitCount(rows: readonly OutboxRow[]): number {
  return units(rows).length;
}

/** The first half of a batch, in whole groups; the same batch when it cannot be split. */
export function firstHalf(rows: readonly OutboxRow[]): readonly OutboxRow[] {
  const list = units(rows);
  return list.slice(0, Math.max(1, Math.floor(list.length / 2))).flat();
}
