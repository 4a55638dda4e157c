import type { Core } from './core.ts';
import type { RecordRef, Settlement, SyncStatus, Unsubscribe, VisibleChanges } from './model.ts';
import { settlementOf } from './settle.ts';
import { isChange } from './outbox.ts';
import type { OutboxRow } from './stored.ts';

/** Tells what changed, once a tick, to those who listen and those who wait. */
export class Teller {
  private readonly changeListeners = new Set<(changes: VisibleChanges) => void>();
  private readonly statusListeners = new Set<(status: SyncStatus) => void>();
  private readonly readyWaiters = new Set<{
    readonly scopes: readonly string[] | undefined;
    readonly resolve: () => void;
  }>();
  private readonly settleWaiters = new Map<string, ((settlement: Settlement | null) => void)[]>();
  private isAwake = false;
  private isStopped = false;
  private lastStatus = '';

  constructor(
    private readonly core: Core,
    private readonly engine: {
      status(): SyncStatus;
      readiness(scopes: readonly string[] | undefined): string;
      afterTick(): void;
    },
  ) {}

  /** Something may have changed: everybody is told at the end of this tick. */
  wake(): void {
    if (this.isAwake || this.isStopped) return;
    this.isAwake = true;
    void Promise.resolve().then(() => this.tick());
  }

  onChange(listener: (changes: VisibleChanges) => void): Unsubscribe {
    this.changeListeners.add(listener);
    return () => this.changeListeners.delete(listener);
  }

  onStatus(listener: (status: SyncStatus) => void): Unsubscribe {
    this.statusListeners.add(listener);
    return () => this.statusListeners.delete(listener);
  }

  ready(scopes?: readonly string[]): Promise<void> {
    if (this.engine.readiness(scopes) !== 'loading') return Promise.resolve();
    return new Promise((resolve) => this.readyWaiters.add({ scopes, resolve }));
  }

  /** At once when it is known, null when nothing of that name waits for an answer. */
  settled(target: string | RecordRef): Promise<Settlement | null> {
    const { replica } = this.core;
    const change = typeof target === 'string' ? target : (this.lastPending(target) ?? '');
    const known = replica.settled.get(change) ?? replica.meta.answers?.find((end) => end.change === change);
    const row = replica.outbox.get(change);
    if (known !== undefined) return Promise.resolve(known);
    if (row === undefined) return Promise.resolve(null);
    if (row.state !== 'pending') return Promise.resolve(answeredAlready(row));
    return new Promise((resolve) => {
      this.settleWaiters.set(change, [...(this.settleWaiters.get(change) ?? []), resolve]);
    });
  }

  stop(): void {
    this.tick();
    this.isStopped = true;
    for (const waiters of this.settleWaiters.values()) for (const resolve of waiters) resolve(null);
    this.settleWaiters.clear();
  }

  private lastPending(ref: RecordRef): string | undefined {
    return this.core.replica
      .changesOf(ref)
      .filter((row) => row.state === 'pending' && this.core.replica.outbox.has(row.change))
      .at(-1)?.change;
  }

  private tick(): void {
    if (this.isStopped) return;
    this.isAwake = false;
    const changes = this.core.replica.takeTouched();
    if (changes !== null) for (const listener of [...this.changeListeners]) listener(changes);
    this.tellStatus();
    this.tellSettled();
    for (const waiter of this.readyWaiters) {
      if (this.engine.readiness(waiter.scopes) === 'loading') continue;
      this.readyWaiters.delete(waiter);
      waiter.resolve();
    }
    this.engine.afterTick();
  }

  private tellStatus(): void {
    if (this.statusListeners.size === 0) return;
    const status = this.engine.status();
    const text = JSON.stringify(status);
    if (text === this.lastStatus) return;
    this.lastStatus = text;
    for (const listener of [...this.statusListeners]) listener(status);
  }

  private tellSettled(): void {
    for (const [change, waiters] of this.settleWaiters) {
      const settlement = this.core.replica.settled.get(change);
      // A change that went without a word (another tab discarded it) answers null.
      if (settlement === undefined && this.core.replica.outbox.has(change)) continue;
      this.settleWaiters.delete(change);
      for (const resolve of waiters) resolve(settlement ?? null);
    }
  }
}

function answeredAlready(row: OutboxRow): Settlement {
  const outcome = row.state === 'failed' ? 'REJECTED' : 'CONFLICT';
  const conflicts = isChange(row) ? row.conflicts : undefined;
  return settlementOf(row, { outcome, conflicts: conflicts ?? [], error: row.error ?? null });
}
