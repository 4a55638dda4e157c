import type { Conductor } from './conductor.ts';
import { openScopes, type Core } from './core.ts';
import type { Json } from './manifest.ts';
import type { SyncStatus, Unsubscribe } from './model.ts';
import { phaseOf, readLive, statusOf, type Live } from './status.ts';

/** The leader's doings reach the other tabs at most this often. */
const TELL_OTHERS_MS = 250;

/** The same status in every tab: the leader's own, the others' from the database. */
export class StatusBoard {
  waiting = 0;
  /** Set for good once the device's database is gone: it weighs more than anything that syncing could say. */
  lost: SyncStatus['error'] = null;
  private cancel: Unsubscribe | null = null;

  constructor(
    private readonly core: Core,
    private readonly conductor: Conductor,
  ) {}

  status(): SyncStatus {
    const { ports, replica } = this.core;
    const status = statusOf({
      live: this.live(),
      isLeader: this.conductor.isLeader,
      isPaused: replica.meta.paused === true,
      changes: replica.changes(),
      superseded: replica.history.size,
      openScopes: openScopes(this.core),
      scopeRows: replica.scopes,
      lastPulledAt: replica.meta.lastPulledAt ?? null,
      lastPushedAt: replica.meta.lastPushedAt ?? null,
      waiting: this.waiting,
      storage: ports.storage.kind,
      backgroundSync: ports.background?.state ?? 'off',
      repairs: replica.meta.verified?.repairs ?? [],
      storageProblem: ports.storage.problem,
    });
    return this.lost === null ? status : { ...status, error: this.lost };
  }

  /** A first pull may still come: what is not there yet is loading rather than missing. */
  isReachable(): boolean {
    const { phase } = this.live();
    const isHostOnline = this.core.ports.host.isOnline();
    return (
      isHostOnline &&
      (phase === 'idle' || phase === 'syncing' || phase === 'waiting') &&
      this.core.replica.meta.paused !== true
    );
  }

  /** Writes the leader's doings into the database, after a pause in which they may come to rest. */
  tellOthers(): void {
    if (!this.conductor.isLeader || this.cancel !== null || !this.isNews()) return;
    this.cancel = this.core.ports.timers.after(TELL_OTHERS_MS, () => {
      this.cancel = null;
      if (this.conductor.isLeader && this.isNews()) void this.store();
    });
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
  }

  /** What the leader said last, but for what this tab's host knows better. */
  private toldLive(): Live {
    const told = readLive(this.core.replica.meta.live);
    const isOffline = !this.core.ports.host.isOnline() && !LASTING.includes(told.phase);
    return isOffline ? { ...told, phase: 'offline', online: false } : told;
  }

  private isNews(): boolean {
    return JSON.stringify(this.live()) !== JSON.stringify(this.core.replica.meta.live ?? null);
  }

  private async store(): Promise<void> {
    const live = this.live() as unknown as Json;
    await this.core.store
      .lead('relaxed', (tx) => Promise.resolve(tx.putMeta('live', live)))
      .catch(() => undefined);
  }

  private live(): Live {
    const { conductor } = this;
    if (!conductor.isLeader) return this.toldLive();
    const isBusy = conductor.isPulling || conductor.isPushing;
    const { state, isReachable, retryAt } = conductor;
    return {
      phase: phaseOf({ state, isReachable, isBusy, isWaiting: retryAt !== null }),
      pulling: conductor.isPulling,
      pushing: conductor.isPushing,
      online: isReachable && this.core.ports.host.isOnline(),
      inFlight: conductor.pusher.inFlight,
      nextRetryAt: retryAt === null ? null : new Date(retryAt).toISOString(),
      error: conductor.problem ?? conductor.laneError,
    };
  }
}

const LASTING: readonly string[] = ['paused', 'signedOut', 'upgradeNeeded'];
