/** The transactions around one push: before it numbers are given and the batch is frozen, after it the answer is settled. */
import type { Batch } from './batch.ts';
import { freshScope } from './copies.ts';
import { dropOrphans, giveUpLine, isLostScope, putHistory, type Core } from './core.ts';
import type { ChangeError } from './model.ts';
import { migrateOutbox } from './migrate.ts';
import { planPage, type PagePlan } from './pull-page.ts';
import { isChange } from './outbox.ts';
import { planSettle, settlementOf, type SettlePlan } from './settle.ts';
import type { WriteTransaction } from './storage-port.ts';
import type { ChangeRow, OutboxRow, ScopeRow, Segment } from './stored.ts';
import { wireForm, type DeltaPage, type PushPayload } from './wire.ts';

/** What goes out: the scope as it was then, and the frozen rows in the order of their numbers. */
export interface Sent {
  readonly scope: ScopeRow;
  readonly rows: readonly OutboxRow[];
}

/**
 * Gives numbers and freezes, in one strict fenced transaction, before anything is sent (I7, I9). Other tabs may have edited the rows up
 * to this transaction; what it reads is what is sent. Rows that have numbers go out as they are.
 */
export async function freeze(core: Core, scope: string, batch: Batch): Promise<Sent> {
  if (batch.kind === 'numbered') {
    return { scope: core.replica.scopes.get(scope) ?? freshScope(scope), rows: batch.rows };
  }
  return core.store.lead('strict', async (tx) => {
    // A tab of an earlier version may have written since this one took the lead.
    await migrateOutbox(core, tx);
    const stored = (await tx.scope(scope)) ?? freshScope(scope);
    // Given by `prepareToLead`, before this tab could lead.
    const device = (await tx.meta('device')) ?? '';
    const current = await readRows(tx, core, batch.rows);
    const unnumbered = current.filter((row) => row.state === 'pending' && row.seq === null);
    const rows = unnumbered.map((row, index): OutboxRow => {
      const seq = stored.nextSeq + index;
      return { ...row, seq, device, frozen: JSON.stringify(wireForm(row, seq)) };
    });
    for (const row of rows) tx.putChange(row);
    const after = { ...stored, nextSeq: stored.nextSeq + rows.length };
    tx.putScope(after);
    return { scope: after, rows };
  });
}

/** Of which numbers the device has stored the answers: all below the lowest that is still open. */
export function acknowledgedBefore(core: Core, row: OutboxRow | undefined): number {
  if (row === undefined) return 0;
  const open = core.replica
    .changes()
    .filter((other) => isOpen(other) && other.scope === row.scope && other.device === row.device)
    .map((other) => other.seq ?? 0);
  return Math.min(row.seq ?? 0, ...open) - 1;
}

/** Sent, and not answered. */
function isOpen(row: OutboxRow): boolean {
  return row.state === 'pending' && row.seq !== null;
}

/** The rows as they stand in the database, by order; those that are gone are left out. One range instead of many reads. */
async function readRows(
  tx: WriteTransaction,
  core: Core,
  rows: readonly OutboxRow[],
): Promise<readonly OutboxRow[]> {
  const orders = rows.map((row) => row.order);
  const [first] = rows;
  if (first === undefined) return [];
  const from = Math.min(...orders);
  const to = Math.max(...orders);
  const between = core.replica
    .changes()
    .filter((row) => row.scope === first.scope && row.order >= from && row.order <= to);
  const wanted = new Set(rows.map((row) => row.change));
  const found = await tx.changes(first.scope, from, between.length);
  return found.filter((row) => wanted.has(row.change));
}

export type SettleEnd =
  { readonly kind: 'lowerEpoch' } | { readonly kind: 'stored'; readonly needsPull: boolean };

/**
 * One strict fenced transaction: results into confirmed copies, rows removed or moved to conflict, failed, history. Strict, because the
 * next push tells the server to forget the receipts of what was settled here.
 */
export async function settleAnswer(
  core: Core,
  sent: Sent,
  payloads: Readonly<Record<string, PushPayload>>,
): Promise<SettleEnd> {
  return core.store.lead('strict', async (tx) => {
    const stored = (await tx.scope(sent.scope.id)) ?? sent.scope;
    // By number: what was settled before is not there any more, what a person sends again has no number yet.
    const rows = (await readRows(tx, core, sent.rows)).filter(isChange);
    const { manifest, replica, ports } = core;
    const plan = planSettle({ manifest, stored, payloads, rows, held: replica, now: ports.clock.now() });
    if (plan.kind === 'lowerEpoch') return plan;
    // What became of the changes is told; of the records nothing comes back.
    if (await isLostScope(tx, sent.scope.id)) {
      putSettled(core, tx, { plan: { ...plan, copies: [] }, rows, page: null });
      return { kind: 'stored', needsPull: false };
    }
    // What it says was executed is told of the line on which this was sent.
    const isInUse = sent.rows.every((row) => row.device === replica.meta.device);
    const page = isInUse ? planDelta(core, { plan, sent, payloads }) : null;
    putSettled(core, tx, { plan, rows, page });
    if (page !== null) putDelta(core, tx, page);
    return { kind: 'stored', needsPull: page === null || page.hasMore };
  });
}

type Stored = Extract<SettlePlan, { kind: 'store' }>;
type Page = Extract<PagePlan, { kind: 'store' }>;

function putSettled(
  core: Core,
  tx: WriteTransaction,
  { plan, rows, page }: { plan: Stored; rows: readonly ChangeRow[]; page: Page | null },
): void {
  tx.putScope(plan.scope);
  for (const segment of segmentsOf(plan, page)) tx.appendRecords(segment);
  for (const row of plan.changed) tx.putChange(row);
  for (const change of plan.removed) tx.deleteChange(change);
  const removed = new Set(plan.removed);
  dropOrphans(
    core,
    tx,
    rows.filter((row) => removed.has(row.change)),
  );
  for (const settlement of plan.settlements) tx.tellSettled(settlement);
  putHistory(core, tx, plan.history);
  if (plan.needsDevice) giveUpLine(core, tx, rows);
  tx.putMeta('lastPushedAt', new Date(core.ports.clock.now()).toISOString());
}

/** What came with the delta, too, is stored with that: once. */
function segmentsOf({ copies, scope }: Stored, page: Page | null): readonly Segment[] {
  const types = [...new Set(copies.map(({ ref }) => ref.type))];
  return types.flatMap((type) => {
    const delivered = (page?.segments ?? []).filter((segment) => segment.type === type);
    const ids = new Set(delivered.flatMap((segment) => segment.copies.map((copy) => copy.id)));
    const own = copies.filter(({ ref }) => ref.type === type && !ids.has(ref.id)).map(({ copy }) => copy);
    return own.length === 0 ? [] : [{ type, scope: scope.id, copies: own, removed: [] }];
  });
}

/** What the deltas that came with the answer do. Null when there are none that can be taken: a pull has to follow. */
function planDelta(
  { manifest, replica }: Core,
  { plan, sent, payloads }: { plan: Stored; sent: Sent; payloads: Readonly<Record<string, PushPayload>> },
): Page | null {
  const pages = deltasOf(payloads);
  if (pages === null) return null;
  const asked = { manifest, stored: plan.scope, asked: sent.scope, pages };
  const page = planPage({ ...asked, held: replica, isFromPush: true });
  return page.kind === 'store' ? page : null;
}

function putDelta(core: Core, tx: WriteTransaction, page: Page): void {
  tx.putScope(page.scope);
  for (const segment of page.segments) tx.appendRecords(segment);
  putHistory(core, tx, page.history);
  if (!page.hasMore) tx.putMeta('lastPulledAt', new Date(core.ports.clock.now()).toISOString());
}

function deltasOf(
  payloads: Readonly<Record<string, PushPayload>>,
): Readonly<Record<string, DeltaPage>> | null {
  const pages = Object.entries(payloads).map(([name, { delta }]) => [name, delta] as const);
  return pages.some(([, page]) => page === null)
    ? null
    : (Object.fromEntries(pages) as Record<string, DeltaPage>);
}

/** Moves changes to the failed list without an answer of their own. */
export async function withdraw(
  core: Core,
  tx: WriteTransaction,
  { rows, error }: { rows: readonly OutboxRow[]; error: ChangeError },
): Promise<void> {
  const current = await readRows(tx, core, rows);
  for (const row of current.filter((found) => found.state === 'pending')) {
    tx.putChange({ ...row, state: 'failed', error, failedAt: core.ports.clock.now() });
    tx.tellSettled(settlementOf(row, { outcome: 'REJECTED', conflicts: [], error }));
  }
}
