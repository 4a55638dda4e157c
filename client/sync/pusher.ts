import { firstHalf, nextBatch, unitCount, type Batch } from './batch.ts';
import type { ClockWatch } from './clock-watch.ts';
import { dropCursors, openScopes, type Core } from './core.ts';
import { classify, type Verdict } from './errors.ts';
import { findHeld } from './held.ts';
import { isOfLaterApp } from './migrate.ts';
import type { ChangeError } from './model.ts';
import { sendOperation, settleOperation, type Unproven } from './operation-steps.ts';
import { isChange } from './outbox.ts';
import { Patience } from './patience.ts';
import { acknowledgedBefore, freeze, settleAnswer, withdraw, type Sent } from './push-steps.ts';
import { unknownOutcome } from './settle.ts';
import type { OperationRow, OutboxRow, ScopeRow } from './stored.ts';
import { pushVariables, readPush } from './wire.ts';
import { commonFailure, lowerEpoch, retryWith, unreadable, type WorkResult } from './work-result.ts';

/** What the pusher remembers between runs; a reload forgets it, which only costs attempts. */
interface ScopeMemory {
  maxChanges: number;
}

/** Another tab runs a newer version of the app: what that one wrote this one cannot judge. */
const LATER_APP: WorkResult = {
  kind: 'upgradeNeeded',
  message: 'Another tab runs a newer version of this app: reload this one',
};

/** How a batch is sent. */
interface Way {
  readonly batch: Batch;
  readonly keepalive: boolean;
  /** Sent past one that the server fails at, to see whether it fails at this one, too. */
  readonly isTrial?: true;
}

type Failure = Exclude<Verdict, { class: 'answered' }> | Unproven;

/** The outbox of one scope, batch by batch, in order (I10). */
export class Pusher {
  private readonly memory = new Map<string, ScopeMemory>();
  private readonly patience = new Patience();
  /** By scope. Held here, where whoever compares two engines sees it. */
  private readonly underWay = new Map<string, { readonly sent: Sent; readonly way: Way }>();

  constructor(
    private readonly core: Core,
    private readonly clockWatch: ClockWatch,
    private readonly isPulling: (scope: string) => boolean,
  ) {}

  get inFlight(): number {
    return [...this.underWay.values()].reduce((sum, { sent }) => sum + sent.rows.length, 0);
  }

  async run(scope: string, keepalive: boolean): Promise<WorkResult> {
    if (this.core.replica.changes().some((row) => isOfLaterApp(row, this.core.schema))) return LATER_APP;
    await this.clockWatch.check();
    await this.giveUpUnknown(scope);
    const batch = this.batchOf(scope);
    return batch === null ? { kind: 'done', more: false } : this.push(scope, { batch, keepalive });
  }

  private async push(scope: string, way: Way): Promise<WorkResult> {
    const sent = await freeze(this.core, scope, way.batch);
    if (sent.rows.length === 0) return { kind: 'done', more: way.batch.hasMore };
    this.underWay.set(scope, { sent, way });
    try {
      return await this.exchange(sent, way);
    } finally {
      this.underWay.delete(scope);
    }
  }

  /** Changes of a type that this version of the app does not know cannot be sent; they are shown, never dropped. */
  private async giveUpUnknown(scope: string): Promise<void> {
    const { manifest, replica } = this.core;
    const isUnknown = (row: OutboxRow): boolean =>
      row.scope === scope &&
      row.state === 'pending' &&
      isChange(row) &&
      manifest.types[row.type] === undefined;
    const rows = replica.changes().filter(isUnknown);
    if (rows.length === 0) return;
    const code = rows.some((row) => row.seq !== null) ? 'OUTCOME_UNKNOWN' : 'BAD_INPUT';
    await this.giveUp(rows, {
      code,
      message: 'This version of the app does not know this type',
      field: null,
    });
  }

  private async exchange(sent: Sent, way: Way): Promise<WorkResult> {
    const [first] = sent.rows;
    if (first?.operation !== undefined) return this.exchangeOperation(sent, { row: first, ...way });
    const verdict = await this.send(sent, way.keepalive);
    if (verdict.class !== 'answered') return this.fail(sent, way, verdict);
    const payloads = readPush(verdict.data, this.core.manifest, sent.rows.filter(isChange));
    if (payloads === null) return unreadable();
    const end = await settleAnswer(this.core, sent, payloads);
    if (end.kind === 'lowerEpoch') return lowerEpoch();
    this.accepted(sent);
    return { kind: 'done', more: way.batch.hasMore, needsPull: end.needsPull };
  }

  /** Which scopes it wrote only the server knows: whatever has moved is pulled. */
  private async exchangeOperation(sent: Sent, way: Way & { row: OperationRow }): Promise<WorkResult> {
    const { row } = way;
    const operation = { scope: sent.scope, row, acknowledged: acknowledgedBefore(this.core, row) };
    const end = await sendOperation(this.core, operation, way.keepalive);
    if ('class' in end) return this.fail(sent, way, end);
    if (!(await settleOperation(this.core, operation, end))) return lowerEpoch();
    this.accepted(sent);
    return { kind: 'done', more: way.batch.hasMore, needsHeads: end.error === null };
  }

  private batchOf(scope: string): Batch | null {
    const { replica, options, manifest } = this.core;
    const all = replica.changes();
    const rows = all.filter((row) => row.scope === scope);
    const maxChanges = this.memory.get(scope)?.maxChanges ?? options.batchMaxChanges;
    return nextBatch(rows, findHeld(all, manifest), { maxChanges, maxBytes: options.batchMaxBytes });
  }

  private async send({ scope, rows }: Sent, keepalive: boolean): Promise<Verdict> {
    const { manifest, options, ports, userId } = this.core;
    const [first] = rows;
    const acknowledged = acknowledgedBefore(this.core, first);
    const sentAt = ports.clock.now() - (first?.clockSetMs ?? 0);
    const device = { id: first?.device ?? '', sentAt, acknowledged };
    const withDelta = this.isDeltaUseful(scope);
    const limit = options.pageLimit;
    const question = { manifest, scope, rows: rows.filter(isChange), device, withDelta, limit };
    const request = { document: manifest.documents.push, variables: pushVariables(question), viewer: userId };
    return classify(await ports.transport.send({ ...request, keepalive }));
  }

  /** One request goes both ways, but not while a cycle runs, and not when a pull is under way that would fetch the same. */
  private isDeltaUseful(scope: ScopeRow): boolean {
    const cursors = Object.keys(this.core.manifest.types).map((name) => scope.cursors[name]);
    const isSteady = cursors.every(
      (cursor) => cursor !== undefined && cursor.cursor !== null && cursor.floor === null,
    );
    return isSteady && scope.synced && !this.isPulling(scope.id);
  }

  private accepted({ scope, rows }: Sent): void {
    this.patience.takenIn(rows);
    const memory = this.memory.get(scope.id);
    if (memory === undefined) return;
    memory.maxChanges *= 2;
    if (memory.maxChanges >= this.core.options.batchMaxChanges) this.memory.delete(scope.id);
  }

  private async fail(sent: Sent, way: Way, verdict: Failure): Promise<WorkResult> {
    switch (verdict.class) {
      case 'serverError':
        return this.serverFailed(sent, way, verdict.message);
      case 'unproven':
        await this.giveUp(sent.rows, { code: 'OUTCOME_UNKNOWN', message: verdict.message, field: null });
        return { kind: 'done', more: true, needsHeads: true };
      case 'scopeForbidden':
        return this.forbidden(sent);
      case 'epochChanged':
      case 'badCursor':
        return this.restored(sent.scope.id);
      case 'tooLarge':
        return this.split(sent, {
          code: 'TOO_LARGE',
          message: 'This change is too large to be sent',
          field: null,
        });
      case 'badVariables':
        return this.split(sent, { code: 'BAD_INPUT', message: verdict.message, field: null });
      default:
        return commonFailure(verdict);
    }
  }

  /** The pull learns the new epoch; of a scope that is not pulled, the question for heads does. */
  private async restored(scope: string): Promise<WorkResult> {
    await dropCursors(this.core, scope);
    const isPulled = openScopes(this.core).includes(scope);
    const next = { needsPull: isPulled, needsHeads: !isPulled };
    return retryWith('EPOCH_CHANGED', 'The server was restored', { isReachable: true, ...next });
  }

  private async forbidden({ scope, rows }: Sent): Promise<WorkResult> {
    const message = `The viewer may not write to ${scope.id}`;
    await this.giveUp(rows, unknownOutcome({ code: 'SCOPE_FORBIDDEN', message, field: null }));
    return retryWith('SCOPE_FORBIDDEN', message, { isReachable: true, needsHeads: true });
  }

  /** Half of it next time; what cannot be split any further is the culprit and fails visibly. */
  private async split({ scope, rows }: Sent, error: ChangeError): Promise<WorkResult> {
    if (unitCount(rows) > 1) {
      this.memory.set(scope.id, { maxChanges: firstHalf(rows).length });
      return { kind: 'done', more: true };
    }
    await this.giveUp(rows, error);
    return { kind: 'done', more: true };
  }

  /** 5xx with a stable error: given up on and shown once it is certain that it is this change and not the server. */
  private async serverFailed(sent: Sent, way: Way, message: string): Promise<WorkResult> {
    const { scope, rows } = sent;
    this.patience.failed(rows);
    const isAlone = unitCount(rows) === 1;
    if (!isAlone && this.patience.hasFailedBefore(rows)) {
      this.memory.set(scope.id, { maxChanges: firstHalf(rows).length });
    }
    const error = retryWith('SERVER', message, { isReachable: true });
    if (!isAlone || way.isTrial === true || !this.patience.isSuspect(rows)) return error;
    const skipped = this.patience.isHopeless(rows) ? rows : await this.tryNext(sent);
    if (skipped === null) return error;
    await this.giveUp(skipped, {
      code: 'OUTCOME_UNKNOWN',
      message: `The server fails at this change: ${message}`,
      field: null,
    });
    return { kind: 'done', more: true, needsPull: true };
  }

  /**
   * Sends the next one that does not build on those. When it is accepted, right after they failed once more, they are the culprit,
   * and so low a number can never take effect any more: they are answered, with what else stood before it. Null: it failed as well.
   */
  private async tryNext({ scope, rows }: Sent): Promise<readonly OutboxRow[] | null> {
    const { replica, manifest, options } = this.core;
    const isSuspect = (row: OutboxRow): boolean => rows.some(({ change }) => change === row.change);
    const withoutThem = replica
      .changes()
      .map((row): OutboxRow => (isSuspect(row) ? { ...row, state: 'failed' } : { ...row, seq: null }));
    const held = findHeld(withoutThem, manifest);
    const free = replica
      .changes()
      .filter((row) => row.scope === scope.id && !isSuspect(row) && !held.has(row.change));
    const batch = nextBatch(free, held, { maxChanges: 1, maxBytes: options.batchMaxBytes });
    if (batch === null) return null;
    const before = this.patience.acceptedCount;
    await this.push(scope.id, { batch, keepalive: false, isTrial: true });
    if (this.patience.acceptedCount === before) return null;
    const reached = batch.rows[0]?.seq ?? Infinity;
    const isPassedOver = (row: OutboxRow): boolean => row.scope === scope.id && held.has(row.change);
    const passed = replica.changes().filter((row) => isPassedOver(row) && (row.seq ?? Infinity) < reached);
    return [...rows, ...passed];
  }

  private giveUp(rows: readonly OutboxRow[], error: ChangeError): Promise<void> {
    return this.core.store.lead('strict', async (tx) => {
      await withdraw(this.core, tx, { rows, error });
    });
  }

  /** Whether a scope has anything that could go out. */
  hasWork(scope: string): boolean {
    return this.batchOf(scope) !== null;
  }
}
