import type { Holdfast } from '../apollo/holdfast.ts';
import type { SyncedCache } from '../apollo/synced-cache.ts';
import type { Json } from '../sync/manifest.ts';
import { rest } from './manual-clock.ts';
import type { Page, PageOptions } from './open-page.ts';
import { openPage } from './open-page.ts';
import type { SimulatedNetwork } from './simulated-network.ts';
import type { Tab, TestDevice } from './test-device.ts';
import { TestWorld } from './test-device.ts';

export const OWN = 'user:ada';

export interface ApolloSetup extends Omit<PageOptions, 'sync'> {
  readonly world?: TestWorld;
  /** The browser whose page this is; another page of it is a reload. */
  readonly device?: TestDevice;
}

/** One page of one device with Apollo on top of it, talking to the reference server. */
export class TestPage {
  readonly holdfast: Holdfast;
  readonly cache: SyncedCache;
  readonly engine: Tab['engine'];
  readonly network: SimulatedNetwork;

  private constructor(
    readonly world: TestWorld,
    readonly device: TestDevice,
    { holdfast, engine, network }: Page,
  ) {
    this.holdfast = holdfast;
    this.engine = engine;
    this.network = network;
    this.cache = holdfast.client.cache as SyncedCache;
  }

  static async open(setup: ApolloSetup = {}): Promise<TestPage> {
    const { world = new TestWorld() } = setup;
    const device = setup.device ?? world.device();
    const page = await openPage(world, device, {
      ...setup,
      // Polling would answer for what a test means to see asked for.
      sync: { pollIntervalMs: 1e9 },
    });
    return new TestPage(world, device, page);
  }

  /** The same, once the first download has ended. */
  static async synced(setup: ApolloSetup = {}): Promise<TestPage> {
    const page = await TestPage.open(setup);
    await page.sync();
    return page;
  }

  async sync(): Promise<void> {
    const { engine, world } = this;
    await world.clock.until(
      () => engine.status().scopes.length > 0 && engine.status().scopes.every((s) => s.synced),
    );
    await engine.ready();
    await rest();
  }

  /** Someone else's edit, and the poke about it; resolves when it is on the device. */
  async serverEdit(
    type: string,
    values: { readonly id: string; readonly deleted?: boolean; readonly [field: string]: Json | undefined },
  ): Promise<void> {
    const { world, network, engine } = this;
    world.server.put(type, OWN, values as { id: string });
    const head = world.server.head(OWN);
    network.poke(OWN, head);
    await world.clock.until(() => engine.read({ type, scope: OWN, id: values.id })?.version === head);
    await rest();
  }

  /** An edit on this device; it stays unsent while the network is unplugged. */
  async edit(type: string, id: string, values: Readonly<Record<string, Json>>): Promise<void> {
    await this.engine.write([{ type, id, values }]);
    await rest();
  }

  /** Runs, then tells whether the engine asked the network within its throttle. */
  async asksForPull(run: () => Promise<unknown>): Promise<boolean> {
    await this.world.clock.pass(2_000);
    const before = this.network.sent.length;
    await run();
    await this.world.clock.pass(2_000);
    return this.network.sent.length > before;
  }
}
