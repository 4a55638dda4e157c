import { FRESH_CURSOR, freshScope } from './copies.ts';
import { dropCursors, giveUpLine, isLostScope, openScopes, putHistory, type Core } from './core.ts';
import { classify, type Verdict } from './errors.ts';
import { planPage, type PagePlan } from './pull-page.ts';
import type { WriteTransaction } from './storage-port.ts';
import type { ScopeRow } from './stored.ts';
import { pullVariables, readPull, type DeltaPage } from './wire.ts';
import { commonFailure, lowerEpoch, retryWith, unreadable, type WorkResult } from './work-result.ts';

/** A page that was overtaken is asked for again this often before it waits. */
const STALE_LIMIT = 5;

type Pages = Readonly<Record<string, DeltaPage>>;

/** A question that is under way. */
interface Asked {
  /** Its variables as JSON. */
  readonly question: string;
  /** The line of numbers that it names. */
  readonly device: string;
  readonly verdict: Promise<Verdict>;
}

/** What a pull remembers from one page to the next. */
interface Pull {
  /** Where the scope stood when the page was asked for. */
  from: ScopeRow;
  asked?: Asked | undefined;
  isNewEpoch: boolean;
  stale: number;
}

type Step = PagePlan | { readonly kind: 'ended'; readonly result: WorkResult };

/**
 * The deltas of one scope, all types in each operation, until a checkpoint (R9). The next page is on its way while one is stored. Pulls of
 * one scope never overlap: its lane runs one at a time.
 */
export class Puller {
  /** By scope. Held here, where whoever compares two engines sees it. */
  private readonly pulls = new Map<string, Pull>();

  constructor(private readonly core: Core) {}

  run(scope: string): Promise<WorkResult> {
    const pull = { from: freshScope(scope), isNewEpoch: false, stale: 0 };
    this.pulls.set(scope, pull);
    return this.pages(scope, pull).finally(() => this.pulls.delete(scope));
  }

  private async pages(scope: string, pull: Pull): Promise<WorkResult> {
    while (pull.stale < STALE_LIMIT) {
      if (!openScopes(this.core).includes(scope)) return { kind: 'done', more: false };
      pull.from = this.core.replica.scopes.get(scope) ?? freshScope(scope);
      const step = await this.step(pull);
      if (step.kind === 'stale') pull.stale += 1;
      if (step.kind === 'ended') return step.result;
      if (step.kind !== 'store') continue;
      pull.isNewEpoch ||= pull.from.epoch !== null && pull.from.epoch !== step.scope.epoch;
      if (!step.hasMore) return { kind: 'done', more: false, isNewEpoch: pull.isNewEpoch };
    }
    return retryWith('OVERTAKEN', 'Every page was overtaken by another change');
  }

  private async step(pull: Pull): Promise<Step> {
    const { from } = pull;
    pull.asked = this.ask(from, pull.asked);
    const { device, verdict: answered } = pull.asked;
    const verdict = await answered;
    if (verdict.class !== 'answered') return { kind: 'ended', result: await this.fail(from.id, verdict) };
    const pages = readPull(verdict.data, this.core.manifest);
    if (pages === null) return { kind: 'ended', result: unreadable() };
    const isLast = Object.values(pages).every((page) => !page.hasMore);
    pull.asked = isLast ? undefined : this.ask(after(from, pages));
    const plan = await this.store(from, { pages, device });
    return plan.kind === 'lowerEpoch' ? { kind: 'ended', result: lowerEpoch() } : plan;
  }

  /** `before`: one that was asked already, and serves if it is the same question. */
  private ask(scope: ScopeRow, before?: Asked): Asked {
    const { manifest, options, ports, replica, userId } = this.core;
    const device = replica.meta.device ?? '';
    const variables = pullVariables({ manifest, scope, device, limit: options.pageLimit });
    const question = JSON.stringify(variables);
    if (before?.question === question) return before;
    const request = { document: manifest.documents.pull, variables, viewer: userId };
    return { question, device, verdict: ports.transport.send(request).then(classify) };
  }

  /** One transaction: fence, the cursors still as asked, records, marks, new cursors. */
  private store(
    asked: ScopeRow,
    { pages, device }: { readonly pages: Pages; readonly device: string },
  ): Promise<PagePlan> {
    return this.core.store.lead('relaxed', async (tx) => {
      const stored = (await tx.scope(asked.id)) ?? freshScope(asked.id);
      const isLost = await isLostScope(tx, asked.id);
      if (isLost) return { kind: 'stale' };
      const { manifest, replica } = this.core;
      // It says which numbers of a line that is given up were executed.
      if (device !== (replica.meta.device ?? '')) return { kind: 'stale' };
      const plan = planPage({ manifest, stored, asked, pages, held: replica, isFromPush: false });
      if (plan.kind !== 'store') return plan;
      this.put(tx, plan, stored);
      // A copy of this storage sends, too: two devices on one line would pass for one.
      if (plan.scope.nextSeq > stored.nextSeq) giveUpLine(this.core, tx, [{ device }]);
      return plan;
    });
  }

  private put(tx: WriteTransaction, plan: Extract<PagePlan, { kind: 'store' }>, before: ScopeRow): void {
    const isNews = plan.segments.length > 0 || plan.hasMore || !before.synced;
    tx.putScope(plan.scope);
    for (const segment of plan.segments) tx.appendRecords(segment);
    putHistory(this.core, tx, plan.history);
    if (!plan.hasMore || isNews)
      tx.putMeta('lastPulledAt', new Date(this.core.ports.clock.now()).toISOString());
    if (!plan.hasMore && this.isLastFirst(plan.scope.id)) tx.putMeta('complete', true);
  }

  /** With this scope every open one has reached a checkpoint once. */
  private isLastFirst(scope: string): boolean {
    const { replica } = this.core;
    if (replica.meta.complete === true || replica.meta.viewer === undefined) return false;
    return openScopes(this.core).every((id) => id === scope || replica.scopes.get(id)?.synced === true);
  }

  private async fail(scope: string, verdict: Exclude<Verdict, { class: 'answered' }>): Promise<WorkResult> {
    switch (verdict.class) {
      case 'scopeForbidden':
        return retryWith('SCOPE_FORBIDDEN', `The viewer may not read ${scope}`, {
          isReachable: true,
          needsHeads: true,
        });
      case 'badCursor':
      case 'epochChanged':
        await dropCursors(this.core, scope);
        return { kind: 'done', more: true };
      default:
        return commonFailure(verdict);
    }
  }
}

/** Where the scope will stand once these pages are stored, as far as the next question tells. */
function after(scope: ScopeRow, pages: Pages): ScopeRow {
  const moved = Object.entries(pages).map(([name, { cursor }]) => {
    return [name, { ...(scope.cursors[name] ?? FRESH_CURSOR), cursor }] as const;
  });
  return { ...scope, cursors: { ...scope.cursors, ...Object.fromEntries(moved) } };
}
