import type { EngineOptions, EnginePorts, EngineSetup } from '../sync/engine-options.ts';
import { createSyncEngine } from '../sync/engine.ts';
import type { Manifest } from '../sync/manifest.ts';
import type { SyncEngine } from '../sync/model.ts';
import { MemoryDatabase, memoryStorage } from '../storage/memory-storage.ts';
import { ManualClock } from './manual-clock.ts';
import type { ServerOptions } from './reference-server.ts';
import { ReferenceServer } from './reference-server.ts';
import { SeededRandom } from './seeded-random.ts';
import { SimulatedNetwork } from './simulated-network.ts';
import { SimulatedTabs } from './simulated-tabs.ts';
import { testManifest } from './test-manifest.ts';

export interface WorldOptions {
  readonly manifest?: Manifest;
  readonly access?: ServerOptions['access'];
  /** Of all randomness: the same seed gives the same run. 0 by default. */
  readonly seed?: number;
}

/** A server, and devices with tabs around it, on one clock. */
export class TestWorld {
  readonly clock = new ManualClock();
  readonly server: ReferenceServer;
  readonly manifest: Manifest;
  private readonly seed: number;
  private count = 0;

  constructor({ manifest = testManifest, access = ADA_AND_BEN, seed = 0 }: WorldOptions = {}) {
    this.manifest = manifest;
    this.seed = seed * 1_000_000;
    // A copy: tests take scopes away.
    this.server = new ReferenceServer({
      manifest,
      now: () => this.clock.now(),
      access: structuredClone(access),
    });
  }

  device(user = 'ada'): TestDevice {
    return new TestDevice(this, user, this.seed + ++this.count * 1_000);
  }
}

const ADA_AND_BEN: ServerOptions['access'] = {
  ada: [
    { id: 'user:ada', access: 'WRITE' },
    { id: 'team:demo', access: 'WRITE' },
  ],
  ben: [
    { id: 'user:ben', access: 'WRITE' },
    { id: 'team:demo', access: 'WRITE' },
  ],
};

export interface Tab {
  readonly engine: SyncEngine;
  readonly network: SimulatedNetwork;
}

/** One browser: a database and the tabs over it. */
export class TestDevice {
  readonly database = new MemoryDatabase();
  readonly tabs = new SimulatedTabs();

  constructor(
    private readonly world: TestWorld,
    readonly user: string,
    private seed: number,
  ) {}

  /** A new tab; after `stop()` of the others, a reload. `set` sees the network before anything is sent. */
  async open(
    options: Partial<EngineOptions> = {},
    set: (network: SimulatedNetwork) => void = () => undefined,
    { ports = {}, ...app }: Partial<Omit<EngineSetup, 'ports'>> & { ports?: Partial<EnginePorts> } = {},
  ): Promise<Tab> {
    const { clock, server, manifest } = this.world;
    const network = new SimulatedNetwork(server, this.user);
    set(network);
    const engine = await createSyncEngine({
      manifest,
      user: { id: this.user },
      options,
      ...app,
      ports: {
        storage: memoryStorage(this.database),
        clock,
        timers: clock,
        random: new SeededRandom(++this.seed),
        transport: network,
        pokes: network,
        host: network,
        leadership: this.tabs.leadership(),
        channel: this.tabs.channel(),
        // The reference server's digest is the text itself.
        sha256: (text) => Promise.resolve(text),
        ...ports,
      },
    });
    return { engine, network };
  }
}

/** One tab of one device whose first download has ended. */
export async function synced(world = new TestWorld()) {
  const device = world.device();
  const tab = await device.open();
  await world.clock.until(() => tab.engine.status().scopes.every((scope) => scope.synced));
  return { world, device, ...tab };
}

/** Nothing is unsent and nothing is under way: what tests wait for. */
export const isIdle = (engine: { status(): { pending: number; phase: string } }) => () =>
  engine.status().pending === 0 && engine.status().phase === 'idle';
