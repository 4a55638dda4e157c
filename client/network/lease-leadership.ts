import type { Unsubscribe } from '../sync/model.ts';
import type { Leadership, Timers } from '../sync/ports.ts';

type Listener = Parameters<Leadership['campaign']>[0];

const DEFAULT_DURATION_MS = 10_000;
const RENEWALS_PER_DURATION = 3;

/** One lease, kept where all tabs see it. */
export interface LeaseStore {
  /**
   * In one atomic step: gives the lease to `owner` for `durationMs` from now if it is free, run out, already theirs, or
   * `steal` is set. True when `owner` holds it afterwards.
   */
  take(claim: {
    readonly owner: string;
    readonly durationMs: number;
    readonly steal: boolean;
  }): Promise<boolean>;
  /** Frees the lease if `owner` holds it. */
  release(owner: string): Promise<void>;
}

export interface LeaseLeadershipOptions {
  readonly store: LeaseStore;
  readonly timers: Timers;
  /** Names this tab; new for each page. */
  readonly owner: string;
  /** How long a tab that stopped keeps the lease. Default 10,000; renewed three times as often. */
  readonly durationMs?: number;
}

/** Leadership where there are no Web Locks (a page that is no secure context): a lease that its holder keeps renewing. */
export function createLeaseLeadership(options: LeaseLeadershipOptions): Leadership {
  return {
    campaign(listener) {
      const campaign = new LeaseCampaign(options, listener);
      campaign.tick();
      return { steal: () => campaign.tick(true), resign: () => campaign.resign() };
    },
  };
}

class LeaseCampaign {
  private isLeading = false;
  private isOver = false;
  private cancelTimer: Unsubscribe = () => undefined;
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: LeaseLeadershipOptions,
    private readonly listener: Listener,
  ) {}

  /** Takes or renews, and comes back. Turns follow each other, so that a slow answer never overtakes a newer one. */
  tick(steal = false): void {
    this.cancelTimer();
    this.turn = this.turn.then(async () => {
      if (this.isOver) return;
      this.conclude(await this.take(steal));
      this.cancelTimer();
      this.cancelTimer = this.options.timers.after(this.durationMs / RENEWALS_PER_DURATION, () =>
        this.tick(),
      );
    });
  }

  resign(): void {
    this.isOver = true;
    this.isLeading = false;
    this.cancelTimer();
    const { store, owner } = this.options;
    // Freed after a turn that is under way; should it fail, the lease runs out by itself.
    this.turn = this.turn.then(() => store.release(owner)).catch(() => undefined);
  }

  private get durationMs(): number {
    return this.options.durationMs ?? DEFAULT_DURATION_MS;
  }

  private take(steal: boolean): Promise<boolean> {
    const { store, owner } = this.options;
    // Without storage nobody can lead: there is nothing to write to.
    return store.take({ owner, durationMs: this.durationMs, steal }).catch(() => false);
  }

  private conclude(holds: boolean): void {
    if (this.isOver || holds === this.isLeading) return;
    this.isLeading = holds;
    if (holds) this.listener.onGained();
    else this.listener.onLost();
  }
}
