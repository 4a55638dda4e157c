import type { ClockWatch } from './clock-watch.ts';
import { openScopes, type Core } from './core.ts';
import { prepareToLead } from './first-steps.ts';
import type { DeviceEvent } from './machine.ts';
import type { Unsubscribe } from './model.ts';
import { retryDelayMs } from './retry.ts';
import { FencedError, type WriteTransaction } from './storage-port.ts';

/** Missed heartbeats after which a visible tab steals the lead: a frozen tab keeps its lock. */
const MISSED_BEATS = 2.5;

/** The engine's ears and hands outside: host, tabs, leadership, pokes, and the two clocks that tick without any event. */
export class Outside {
  private readonly subscriptions: Unsubscribe[] = [];
  private campaign: { steal(): void; resign: Unsubscribe } | null = null;
  private stopPokes: Unsubscribe | null = null;
  private cancelPoll: Unsubscribe | null = null;
  private cancelBeat: Unsubscribe | null = null;
  private isFollowing: Promise<void> | null = null;
  private isRunning = false;
  /** Counts gains and losses: what belongs to an earlier one is void. */
  private term = 0;
  /** The turn is this tab's, whether or not it could take the lead yet. */
  private isHolding = false;
  private lastBeat = { value: -1, seenAt: 0 };

  constructor(
    private readonly core: Core,
    private readonly clockWatch: ClockWatch,
    private readonly tell: (event: DeviceEvent) => void,
  ) {}

  start(): void {
    const { host, channel, leadership } = this.core.ports;
    this.isRunning = true;
    this.subscriptions.push(host.listen((event) => this.tell({ type: event })));
    this.subscriptions.push(channel.listen(() => this.tell({ type: 'announced' })));
    this.campaign = leadership.campaign({
      onGained: () => this.takeLead(),
      onLost: () => {
        this.isHolding = false;
        this.lostLead();
      },
    });
    this.armPoll();
    this.armBeat();
  }

  stop(): void {
    this.isRunning = false;
    for (const unsubscribe of this.subscriptions.splice(0)) unsubscribe();
    this.cancelPoll?.();
    this.cancelBeat?.();
    this.closePokes();
    this.core.store.fence = null;
    this.campaign?.resign();
    this.campaign = null;
  }

  /** Of a lead that this tab gave up since, or has won back, the refusal says nothing. */
  fencedOff({ fence }: FencedError): void {
    if (fence !== null && fence === this.core.store.fence) this.lostLead();
  }

  private lostLead(): void {
    this.term += 1;
    this.core.store.fence = null;
    this.tell({ type: 'leaderLost' });
  }

  private takeLead(): void {
    this.isHolding = true;
    // The number of an earlier lead is void: what is refused for it must not end this one.
    this.core.store.fence = null;
    void this.gained(++this.term);
  }

  /** Reads what other tabs stored. Wishes that come before a reading has begun share it. */
  follow(): Promise<void> {
    this.isFollowing ??= Promise.resolve().then(() => {
      this.isFollowing = null;
      return this.core.store.follow().catch(() => undefined);
    });
    return this.isFollowing;
  }

  tidy(isCalm: boolean): void {
    if (isCalm) void this.core.ports.storage.compact().catch(() => undefined);
  }

  /** Pokes of every scope the viewer may read, those gained later too: the server decides. */
  listenPokes(): void {
    this.stopPokes ??= this.core.ports.pokes.listen({
      onPoke: ({ scope, head, accessChanged }) => {
        const checkpoint = this.core.replica.scopes.get(scope)?.checkpoint ?? -1;
        const isNews = openScopes(this.core).includes(scope) && head > checkpoint;
        this.tell({ type: 'poke', scope, isNews, accessChanged });
      },
      onConnected: () => this.tell({ type: 'connected' }),
    });
  }

  closePokes(): void {
    this.stopPokes?.();
    this.stopPokes = null;
  }

  /**
   * The fence comes first: from here on every earlier leader is a zombie, and all it stored is known. A storage that fails is tried
   * again for as long as the lead is this tab's.
   */
  private async gained(term: number, attempt = 0): Promise<void> {
    const { ports, options, store } = this.core;
    const isWanted = (): boolean => this.isRunning && term === this.term;
    const prepare = async (tx: WriteTransaction): Promise<void> => {
      // A tab that gave up its turn while this waited must not fence off the one whose turn it is.
      if (!isWanted()) throw new FencedError(null);
      await prepareToLead(this.core, tx);
    };
    const fence = await store.takeFence(prepare).catch(() => null);
    // Lost before it was heard that it was taken: with that number it would go on beating, and whoever holds the turn would wait.
    if (!isWanted()) return;
    store.fence = fence;
    if (fence === null) {
      const delayMs = retryDelayMs(attempt, ports.random.next(), options);
      ports.timers.after(delayMs, () => void this.gained(term, attempt + 1));
      return;
    }
    const facts = { isOnline: ports.host.isOnline(), isPaused: this.core.replica.meta.paused === true };
    this.tell({ type: 'leaderGained', facts });
    this.beat();
  }

  private armPoll(): void {
    const { pollIntervalMs } = this.core.options;
    const jitter = 0.9 + 0.2 * this.core.ports.random.next();
    this.cancelPoll = this.core.ports.timers.after(pollIntervalMs * jitter, () => {
      this.armPoll();
      this.tell({ type: 'timer' });
    });
  }

  private armBeat(): void {
    this.cancelBeat = this.core.ports.timers.after(this.core.options.heartbeatMs, () => {
      this.armBeat();
      this.beat();
    });
  }

  /** A leader shows that it is awake; a visible tab that sees no sign of one takes over. */
  private beat(): void {
    void this.clockWatch.check().catch(() => undefined);
    if (this.core.store.fence !== null) {
      const at = this.core.ports.clock.now();
      void this.core.store
        .lead('relaxed', (tx) => Promise.resolve(tx.putMeta('heartbeat', at)))
        .catch((error: unknown) => (error instanceof FencedError ? this.fencedOff(error) : undefined));
      return;
    }
    void this.follow().then(() => this.watchBeat());
  }

  private watchBeat(): void {
    const { clock, host } = this.core.ports;
    const value = this.core.replica.meta.heartbeat ?? 0;
    const now = clock.monotonic();
    if (value !== this.lastBeat.value) this.lastBeat = { value, seenAt: now };
    const isSilent = now - this.lastBeat.seenAt > MISSED_BEATS * this.core.options.heartbeatMs;
    if (!isSilent || !(this.isHolding || host.isVisible())) return;
    this.lastBeat = { value, seenAt: now };
    // Nobody else will lead while the turn is this tab's, and it does not.
    if (this.isHolding) this.takeLead();
    else this.campaign?.steal();
  }
}
