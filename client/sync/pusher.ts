import { firstHalf, nextBatch, unitCount, type Batch } from './batch.ts';
import { dropCursors, type Core } from './core.ts';
import { classify, type Verdict } from './errors.ts';
import { findHeld } from './held.ts';
import type { ChangeError } from './model.ts';
import { freeze, settleAnswer, withdraw, type Sent } from './push-steps.ts';
import type { OutboxRow, ScopeRow } from './stored.ts';
import { pushVariables, readPush } from './wire.ts';
import { commonFailure, lowerEpoch, retryWith, unreadable, type WorkResult } from './work-result.ts';

/** A change that fails alone this often, while others are accepted, is given up on and shown. */
const GIVE_UP_AFTER = 8;

/** What the pusher remembers between runs; a reload forgets it, which only costs attempts. */
interface ScopeMemory {
  maxChanges: number;
}

interface ErrorCount {
  count: number;
  readonly acceptedBefore: number;
}

/** The outbox of one scope, batch by batch, in order (I10). */
export class Pusher {
  private readonly memory = new Map<string, ScopeMemory>();
  private readonly errorCounts = new Map<string, ErrorCount>();
  private readonly inFlightRows = new Map<string, number>();
  private acceptedCount = 0;

  constructor(
    private readonly core: Core,
    private readonly isPulling: (scope: string) => boolean,
  ) {}

  get inFlight(): number {
    return [...this.inFlightRows.values()].reduce((sum, count) => sum + count, 0);
  }

  async run(scope: string, keepalive: boolean): Promise<WorkResult> {
    await this.giveUpUnknown(scope);
    const batch = this.batchOf(scope);
    if (batch === null) return { kind: 'done', more: false };
    const sent = await freeze(this.core, scope, batch);
    if (sent.rows.length === 0) return { kind: 'done', more: batch.hasMore };
    this.inFlightRows.set(scope, sent.rows.length);
    try {
      return await this.exchange(sent, { batch, keepalive });
    } finally {
      this.inFlightRows.delete(scope);
    }
  }

  /** Changes of a type that this version of the app does not know cannot be sent; they are shown, never dropped. */
  private async giveUpUnknown(scope: string): Promise<void> {
    const { manifest, replica } = this.core;
    const isUnknown = (row: OutboxRow): boolean =>
      row.scope === scope && row.state === 'pending' && manifest.types[row.type] === undefined;
    const rows = replica.changes().filter(isUnknown);
    if (rows.length === 0) return;
    const code = rows.some((row) => row.seq !== null) ? 'OUTCOME_UNKNOWN' : 'BAD_INPUT';
    await this.giveUp(rows, {
      code,
      message: 'This version of the app does not know this type',
      field: null,
    });
  }

  private async exchange(
    sent: Sent,
    { batch, keepalive }: { batch: Batch; keepalive: boolean },
  ): Promise<WorkResult> {
    const verdict = await this.send(sent, keepalive);
    if (verdict.class !== 'answered') return this.fail(sent, verdict);
    const payloads = readPush(verdict.data, this.core.manifest, sent.rows);
    if (payloads === null) return unreadable();
    const end = await settleAnswer(this.core, sent, payloads);
    if (end.kind === 'lowerEpoch') return lowerEpoch();
    this.accepted(sent);
    return { kind: 'done', more: batch.hasMore, needsPull: end.needsPull };
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
    const acknowledged = (first?.seq ?? 1) - 1;
    const device = { id: first?.device ?? '', sentAt: ports.clock.now(), acknowledged };
    const withDelta = this.isDeltaUseful(scope);
    const variables = pushVariables({ manifest, scope, rows, device, withDelta, limit: options.pageLimit });
    const request = { document: manifest.documents.push, variables, viewer: userId, keepalive };
    return classify(await ports.transport.send(request));
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
    this.acceptedCount += rows.length;
    for (const row of rows) this.errorCounts.delete(row.change);
    const memory = this.memory.get(scope.id);
    if (memory === undefined) return;
    memory.maxChanges *= 2;
    if (memory.maxChanges >= this.core.options.batchMaxChanges) this.memory.delete(scope.id);
  }

  private async fail(sent: Sent, verdict: Exclude<Verdict, { class: 'answered' }>): Promise<WorkResult> {
    switch (verdict.class) {
      case 'serverError':
        return this.countError(sent, verdict.message);
      case 'scopeForbidden':
        return this.forbidden(sent);
      case 'epochChanged':
      case 'badCursor':
        await dropCursors(this.core, sent.scope.id);
        return retryWith('EPOCH_CHANGED', 'The server was restored', { isReachable: true, needsPull: true });
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

  private async forbidden({ scope, rows }: Sent): Promise<WorkResult> {
    const message = `The viewer may not write to ${scope.id}`;
    await this.giveUp(rows, { code: 'SCOPE_FORBIDDEN', message, field: null });
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

  private async countError({ scope, rows }: Sent, message: string): Promise<WorkResult> {
    const counts = rows.map((row) => this.countOf(row));
    for (const entry of counts) entry.count += 1;
    const isAlone = unitCount(rows) === 1;
    if (!isAlone && counts.some((entry) => entry.count > 1)) {
      this.memory.set(scope.id, { maxChanges: firstHalf(rows).length });
    }
    const isHopeless = counts.every(
      (entry) => entry.count >= GIVE_UP_AFTER && entry.acceptedBefore < this.acceptedCount,
    );
    if (isAlone && isHopeless) {
      await this.giveUp(rows, {
        code: 'OUTCOME_UNKNOWN',
        message: `The server fails at this change: ${message}`,
        field: null,
      });
      return { kind: 'done', more: true };
    }
    return retryWith('SERVER', message, { isReachable: true });
  }

  private countOf(row: OutboxRow): ErrorCount {
    const known = this.errorCounts.get(row.change);
    if (known !== undefined) return known;
    const entry = { count: 0, acceptedBefore: this.acceptedCount };
    this.errorCounts.set(row.change, entry);
    return entry;
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
