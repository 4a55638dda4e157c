import { createSyncEngine } from '../../sync/engine.ts';
import type { SyncEngine, VisibleRecord } from '../../sync/model.ts';
import type { Host, HostEvent, Leadership, Poke, PokeSource, TabChannel } from '../../sync/ports.ts';
import { SeededRandom } from '../../testing/seeded-random.ts';
import { ApolloPage } from './apollo-page.ts';
import type { Draw, Fault } from './plan.ts';
import type { Wish } from './scheduler.ts';
import { simulatedStorage } from './simulated-storage.ts';
import { SimulatedTransport } from './simulated-transport.ts';
import type { AroundDevice, AroundTab, InTab } from './surroundings.ts';

type PokeListener = Parameters<PokeSource['listen']>[0];

/** One page of a device: an engine, and all that it meets outside. */
export class SimulatedTab implements InTab, Host, PokeSource {
  isAlive = true;
  isFrozen = false;
  isPlugged = true;
  isShown = true;
  /** What a write is made on is known: until then it waits, and is made on what is there by then. */
  isLoaded = false;
  /** Null until it is opened. */
  engine: SyncEngine | null = null;
  /** Transactions under way, each by what it is, in their order. */
  readonly storageCalls: string[] = [];
  /** In runs that read by queries. */
  page: ApolloPage | null = null;
  readonly world: AroundDevice;
  /** What happens to this tab is drawn from its own numbers. */
  readonly draw: Draw;
  readonly transport: SimulatedTransport;
  private readonly pokeListeners = new Set<PokeListener>();
  private readonly hostListeners = new Set<(event: HostEvent) => void>();
  private resign: (() => void) | null = null;
  private closeChannel: (() => void) | null = null;

  constructor(
    readonly device: AroundTab,
    readonly name: string,
    seed: number,
  ) {
    this.world = device.world;
    this.draw = this.world.luck.drawOf(seed);
    this.transport = new SimulatedTransport(this);
  }

  /** A page whose storage could not be read is closed again. */
  async open(): Promise<void> {
    await this.begin().catch((error: unknown) => {
      this.crash('it could not be opened');
      throw error;
    });
  }

  private async begin(): Promise<void> {
    const { device, world } = this;
    await device.finishLeaving();
    device.recorder.note({ kind: 'opened', tab: this.name });
    const storage = simulatedStorage(this, device.database, device.watchedStorage(this.name));
    // A page that says that its user was signed out is left.
    storage.onGone(() => this.leaveGone());
    const engine = await createSyncEngine({
      manifest: world.manifest,
      user: { id: device.user },
      options: device.options,
      ports: {
        storage,
        clock: device.clock,
        timers: world.scheduler.timersOf(this),
        random: new SeededRandom(this.draw.below(2 ** 31)),
        transport: device.recorder.observeSending(this.transport),
        pokes: this,
        host: this,
        leadership: this.leadership(),
        channel: this.channel(),
        // The reference server's digest is the text itself.
        sha256: (text) => Promise.resolve(text),
      },
    });
    if (!this.isAlive) return;
    this.engine = engine;
    // Nothing is stored: this is answered when a write would be.
    void engine.write([]).then(
      () => (this.isLoaded = true),
      () => undefined,
    );
    if (world.plan.isWithApollo) this.page = await ApolloPage.open(this, engine, storage.keyValue);
    engine.onChange(({ records }) => {
      if (this.isAlive) this.show(records.map((ref) => engine.read(ref)));
    });
  }

  /** Waits for its turn; for ever, when the tab is gone by then. A tab may die at any of its turns. */
  async turn(label: string, more?: Pick<Wish, 'delayMs' | 'payload'>): Promise<void> {
    await this.world.scheduler.turnOf(this, label, more);
    if (!this.meets('tabCrash')) return;
    this.crash(label);
    await new Promise(() => undefined);
  }

  /** Whether this fault happens now. */
  meets(fault: Fault): boolean {
    return !this.world.isQuiet && this.world.luck.meets(fault, this);
  }

  /** Ends at once: nothing of it runs any more. The browser gives its lock to the next. */
  crash(where: string): void {
    if (!this.isAlive) return;
    this.world.rare.hit('a tab crashed');
    this.world.scheduler.trace.note(`${this.name} crashes: ${where}`);
    this.die();
  }

  private leaveGone(): void {
    this.world.rare.hit('a page was left because another one completed a sign-out');
    this.die();
  }

  private die(): void {
    this.isAlive = false;
    if (this.storageCalls.length > 0) this.device.hasUntold = true;
    this.closeChannel?.();
    this.resign?.();
    this.pokeListeners.clear();
    this.hostListeners.clear();
    this.device.left(this);
  }

  /** Closed by its user: the engine ends in order. */
  async close(): Promise<void> {
    await this.engine?.stop();
    this.die();
  }

  /** What a person sees of these records now. */
  show(records: readonly (VisibleRecord | undefined)[]): void {
    const byScope = new Map<string, VisibleRecord[]>();
    for (const record of records) {
      if (record === undefined) continue;
      byScope.set(record.scope, [...(byScope.get(record.scope) ?? []), record]);
    }
    for (const [scope, shown] of byScope) {
      this.device.recorder.note({
        kind: 'shown',
        tab: this.name,
        scope,
        records: shown.map(({ type, id, version, deletedAt, values, state }) => {
          return { type, id, version, deleted: deletedAt !== null, values, state };
        }),
      });
    }
  }

  isOnline(): boolean {
    return this.isPlugged;
  }

  isVisible(): boolean {
    return this.isShown;
  }

  /** Takes the connection away or gives it back; mostly the page is told. */
  plug(isPlugged: boolean, isTold = true): void {
    this.isPlugged = isPlugged;
    if (!isPlugged) this.transport.cut();
    if (isTold) this.tell(isPlugged ? 'online' : 'offline');
    if (isPlugged) this.later('connected', (listener) => listener.onConnected());
  }

  tell(event: HostEvent): void {
    const run = (): void => [...this.hostListeners].forEach((listener) => listener(event));
    this.world.scheduler.after({ owner: this, label: event, run });
  }

  /** Whether it hears of pokes. */
  get isListening(): boolean {
    return this.isPlugged && this.pokeListeners.size > 0;
  }

  poke(poke: Poke): void {
    if (!this.isListening) return;
    if (this.meets('pokesLost')) return this.world.rare.hit('a poke was lost');
    const count = this.meets('pokesLost') ? 2 : 1;
    for (let each = 0; each < count; each++)
      this.later(`poke ${poke.scope} ${poke.head}`, (listener) => listener.onPoke(poke));
  }

  private later(label: string, run: (listener: PokeListener) => void): void {
    const delayMs = 1 + this.draw.below(this.meets('slow') ? 10_000 : 50);
    const each = (): void => [...this.pokeListeners].forEach(run);
    this.world.scheduler.after({ owner: this, label, delayMs, run: each });
  }

  listen(listener: ((event: HostEvent) => void) | PokeListener): () => void {
    if (typeof listener === 'function') {
      this.hostListeners.add(listener);
      return () => this.hostListeners.delete(listener);
    }
    this.pokeListeners.add(listener);
    return () => this.pokeListeners.delete(listener);
  }

  /** Gains and losses are told later, in their order, as a browser does. */
  private leadership(): Leadership {
    const inner = this.device.locks.leadership();
    const told: (() => void)[] = [];
    const tell = (label: string, run: () => void): void => {
      told.push(run);
      this.world.scheduler.after({ owner: this, label, run: () => told.shift()?.() });
    };
    return {
      campaign: (listener) => {
        const campaign = inner.campaign({
          onGained: () => tell('lock gained', () => listener.onGained()),
          onLost: () => tell('lock lost', () => listener.onLost()),
        });
        this.resign = campaign.resign;
        const steal = (): void => {
          this.world.rare.hit('the lead was stolen');
          campaign.steal();
        };
        return { ...campaign, steal };
      },
    };
  }

  private channel(): TabChannel {
    const { device, world } = this;
    const own = new Set<() => void>();
    const close = (): void => own.forEach((listener) => device.channel.delete(listener));
    this.closeChannel = close;
    return {
      announce: () => {
        for (const [listener, to] of device.channel) {
          if (to === this) continue;
          if (this.meets('channelLost')) {
            world.rare.hit('a message between tabs was lost');
            device.hasUntold = true;
            continue;
          }
          world.scheduler.after({ owner: to, label: 'message', delayMs: this.draw.below(5), run: listener });
        }
      },
      listen: (listener) => {
        own.add(listener);
        device.channel.set(listener, this);
        return () => device.channel.delete(listener);
      },
      close,
    };
  }
}
