import type { Leadership } from '../sync/ports.ts';

type Listener = Parameters<Leadership['campaign']>[0];

/**
 * Leadership by a Web Lock of this name. A closed or crashed tab frees the lock at once; a frozen one keeps it, which is
 * why a lock can be stolen, and why the leader's storage transactions are fenced.
 */
export function createWebLockLeadership(name: string, locks: LockManager = navigator.locks): Leadership {
  return {
    campaign(listener) {
      const campaign = new Campaign(name, locks, listener);
      campaign.queue();
      return { steal: () => campaign.steal(), resign: () => campaign.resign() };
    },
  };
}

/**
 * ```
 * queued ──granted──▶ leading ──stolen by another tab──▶ queued again
 *    └────steal()───────▲  └──────────resign()──▶ over
 * ```
 * After a steal the first request stays in the queue: it is this tab's place for when the stolen lock is stolen back.
 */
class Campaign {
  private readonly resigned = new AbortController();
  private isQueued = false;
  private isStealing = false;
  private release: (() => void) | null = null;

  constructor(
    private readonly name: string,
    private readonly locks: LockManager,
    private readonly listener: Listener,
  ) {}

  queue(): void {
    if (this.isQueued || this.resigned.signal.aborted) return;
    this.isQueued = true;
    const wait = this.locks.request(this.name, { signal: this.resigned.signal }, () => {
      this.isQueued = false;
      return this.lead();
    });
    this.watch(wait);
  }

  steal(): void {
    if (this.release !== null || this.isStealing || this.resigned.signal.aborted) return;
    this.isStealing = true;
    const taking = this.locks.request(this.name, { steal: true }, () => this.lead());
    this.watch(taking.finally(() => (this.isStealing = false)));
  }

  resign(): void {
    this.resigned.abort();
    this.release?.();
    this.release = null;
  }

  /** Holds the lock until it is given up. */
  private lead(): Promise<void> {
    this.isStealing = false;
    if (this.resigned.signal.aborted) return Promise.resolve();
    return new Promise((release) => {
      this.release = release;
      this.listener.onGained();
    });
  }

  /** A lock that is stolen rejects the request that held it. */
  private watch(request: Promise<unknown>): void {
    request.catch(() => {
      const wasLeading = this.release !== null;
      this.release = null;
      if (!wasLeading || this.resigned.signal.aborted) return;
      this.listener.onLost();
      this.queue();
    });
  }
}
