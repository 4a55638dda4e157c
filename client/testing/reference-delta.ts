/** Scopes as the reference server keeps them, and the pages of a delta over one (R1 to R7). */
import type { Json } from '../sync/manifest.ts';
import type { Verdict } from './reference-push.ts';
import type { Row, Wire } from './reference-rules.ts';

export interface Scope {
  head: number;
  readonly rows: Map<string, Row>;
  /** By user and device: last number executed, and the stored results. */
  readonly devices: Map<string, Line>;
  /** By type: the highest position of a purged tombstone. */
  readonly horizon: Record<string, number>;
}

/** The numbers of one device in one scope. */
export interface Line {
  last: number;
  readonly receipts: Map<number, Receipt>;
}

interface Receipt {
  readonly payload: string;
  /** Of a change. */
  readonly verdict?: Verdict;
  /** Of an operation. */
  readonly result?: Wire;
}

interface Cursor {
  readonly epoch: string;
  readonly scope: string;
  readonly type: string;
  readonly position: number;
  /** -1 outside a cycle. */
  readonly floor: number;
}

export interface Asked {
  readonly epoch: string;
  readonly scope: string;
  readonly type: string;
  readonly since: Json | undefined;
  readonly limit: number;
  /** User and device. */
  readonly device: string;
}

/** Null: a cursor of another type or scope (R6). */
export function pageOf(held: Scope, asked: Asked): Wire | null {
  const { epoch, scope, type } = asked;
  const cursor = readCursor(asked.since);
  if (isForeign(cursor, asked)) return null;
  const reset = cursor !== null && isOver(cursor, held, epoch);
  const from = cursor === null || reset ? { position: 0, floor: held.head } : cursor;
  const rows = changedRows(held, type, from);
  const page = rows.slice(0, asked.limit);
  const hasMore = rows.length > page.length;
  const position = hasMore ? versionOf(page.at(-1)) : held.head;
  const floor = from.floor >= 0 ? from.floor : null;
  const at = { epoch, position, floor, head: held.head, executed: executedBy(held, asked.device) };
  // The last page of a cycle says its floor and drops it from the cursor.
  const cursorText = [epoch, scope, type, position, hasMore ? (floor ?? '') : ''].join('|');
  return { records: page.map((row) => structuredClone(row.wire)), cursor: cursorText, hasMore, reset, at };
}

function executedBy({ devices }: Scope, device: string): number {
  return devices.get(device)?.last ?? 0;
}

function isForeign(cursor: Cursor | null, { scope, type }: Asked): boolean {
  return cursor !== null && (cursor.scope !== scope || cursor.type !== type);
}

/** R5: horizon above both position and floor, another epoch, above the head. */
function isOver(cursor: Cursor, { horizon, head }: Scope, epoch: string): boolean {
  const purged = horizon[cursor.type] ?? 0;
  const isPurged = purged > cursor.position && purged > cursor.floor;
  return cursor.epoch !== epoch || isPurged || cursor.position > head;
}

/** Plain text here; devices must not look into it. */
function readCursor(since: Json | undefined): Cursor | null {
  if (typeof since !== 'string') return null;
  const [epoch = '', scope = '', type = '', position = '', floor = ''] = since.split('|');
  return { epoch, scope, type, position: Number(position), floor: floor === '' ? -1 : Number(floor) };
}

/** By position; tombstones at or below the floor are left out (R1). */
function changedRows(
  held: Scope,
  type: string,
  { position, floor }: Pick<Cursor, 'position' | 'floor'>,
): readonly Row[] {
  const changed: Row[] = [];
  for (const row of held.rows.values()) {
    const version = versionOf(row);
    if (version <= position || row.type !== type) continue;
    if (row.wire['deletedAt'] === null || version > floor) changed.push(row);
  }
  return changed.sort((a, b) => versionOf(a) - versionOf(b));
}

function versionOf(row: Row | undefined): number {
  return Number(row?.wire['version']);
}
