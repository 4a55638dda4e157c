import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { SyncError } from './errors.ts';
import { DEFAULT_PAGE_LIMIT, MAX_PAGE_LIMIT } from './limits.ts';
import type { DeltaField, DeltaPage, DeltaRequest } from './model.ts';
import type { EntityModel } from './model.ts';
import type { PageRows, ReadTransaction, ScopePoint, SnapshotPoints, Store } from './ports.ts';
import { readableScope } from './access.ts';

/** Where a page begins: above `after`, in a cycle with `floor` or outside one (null). */
export interface PagePlan {
  readonly after: number;
  readonly floor: number | null;
  readonly reset: boolean;
}

interface AskedPage {
  readonly type: string;
  readonly scope: string;
  readonly cursor: Cursor | null;
  readonly limit: number;
  readonly device: string | undefined;
}

const EMPTY_PAGE: PageRows = { records: [], hasMore: false };
const NO_POINT: ScopePoint = { head: 0, horizons: {}, executed: {} };

/** One page per field, all of one snapshot, in the order asked (R1 … R8). */
export async function readDeltas(
  { entities, store }: { readonly entities: ReadonlyMap<string, EntityModel>; readonly store: Store },
  request: DeltaRequest,
): Promise<readonly DeltaPage[]> {
  const asked = request.fields.map((field) => askedPage(field, request, entities));
  const scopes = [...new Set(asked.map((page) => page.scope))];
  if (scopes.length === 0) {
    return [];
  }
  const devices = [...new Set(asked.flatMap(({ device }) => (device === undefined ? [] : [device])))];
  return store.read({ user: request.viewer.id, scopes }, async (transaction) => {
    const points = await transaction.points(devices);
    // No page waits for the answer of another.
    return Promise.all(asked.map((page) => readPage(transaction, page, points)));
  });
}

function askedPage(
  field: DeltaField,
  { viewer }: DeltaRequest,
  entities: ReadonlyMap<string, EntityModel>,
): AskedPage {
  if (!entities.has(field.type)) {
    throw new SyncError('BAD_INPUT', 'NEVER', `There is no synced type ${field.type}.`);
  }
  const scope = readableScope(viewer, field.scope);
  const cursor = field.since === undefined ? null : decodeCursor(field.since, { type: field.type, scope });
  return { type: field.type, scope, cursor, limit: clampLimit(field.limit), device: field.device };
}

/** 1 … 5,000; 1,000 when absent. */
export function clampLimit(limit: number | undefined): number {
  return Math.min(Math.max(Math.trunc(limit ?? DEFAULT_PAGE_LIMIT), 1), MAX_PAGE_LIMIT);
}

/**
 * Continues the cursor, or starts a cycle at the present head: without a cursor, and with `reset` when the cursor is of
 * another epoch, above the head, or when a tombstone that it has not passed was purged (R5).
 */
export function planPage(
  cursor: Cursor | null,
  now: { readonly epoch: string; readonly head: number; readonly horizon: number },
): PagePlan {
  if (cursor === null) {
    return { after: 0, floor: now.head, reset: false };
  }
  const passed = Math.max(cursor.position, cursor.floor ?? 0);
  if (cursor.epoch !== now.epoch || passed > now.head || now.horizon > passed) {
    return { after: 0, floor: now.head, reset: true };
  }
  return { after: cursor.position, floor: cursor.floor, reset: false };
}

async function readPage(
  transaction: ReadTransaction,
  { type, scope, cursor, limit, device = '' }: AskedPage,
  { epoch, scopes }: SnapshotPoints,
): Promise<DeltaPage> {
  const { head, horizons, executed } = scopes[scope] ?? NO_POINT;
  const plan = planPage(cursor, { epoch, head, horizon: horizons[type] ?? 0 });
  const { records, hasMore } =
    plan.after >= head
      ? EMPTY_PAGE
      : await transaction.page({ type, scope, after: plan.after, liveUpTo: plan.floor ?? 0, head, limit });
  const last = records.at(-1)?.version ?? plan.after;
  // The last page of a cycle drops the floor, and stands at the scope's head (R3).
  const { position, floor } = hasMore
    ? { position: last, floor: plan.floor }
    : { position: head, floor: null };
  return {
    records,
    cursor: encodeCursor({ epoch, scope, type, position, floor }),
    hasMore,
    reset: plan.reset,
    at: { epoch, position, floor: plan.floor, head, executed: executed[device] ?? 0 },
  };
}
