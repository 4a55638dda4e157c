import type { ApolloSettings } from '../apollo/create-holdfast.ts';
import type { Holdfast } from '../apollo/holdfast.ts';
import type { EngineOptions } from '../sync/engine-options.ts';
import type { Manifest, Values } from '../sync/manifest.ts';
import type { ManualClock } from './manual-clock.ts';
import { rest } from './manual-clock.ts';
import { openPage } from './open-page.ts';
import type { ReferenceServer } from './reference-server.ts';
import type { SimulatedNetwork } from './simulated-network.ts';
import type { TestDevice } from './test-device.ts';
import { TestWorld } from './test-device.ts';

/** Scopes by user id, and what the user may do in each. */
export type TestAccess = Record<string, { id: string; access: 'READ' | 'WRITE' }[]>;

/** A record that the server holds from the start. Fields that it does not name have their default, else null. */
export type TestRecord = Values & {
  readonly id: string;
  /** Absent: the type's fixed scope, else `user:ada`. */
  readonly scope?: string;
};

/** What `createTestSync` begins with. */
export interface TestSyncOptions {
  /** The app's own, from codegen. */
  readonly manifest: Manifest;
  /** By type name, such as `{ Note: [{ id: 'n1', title: 'Milk' }] }`. Default: none. */
  readonly records?: Readonly<Record<string, readonly TestRecord[]>>;
  /** Default: one user, `ada`, who may write in `user:ada` and in every scope that a type or a record names. */
  readonly access?: TestAccess;
  /** Of all randomness (ids, jitter): the same seed gives the same run. Default 0. */
  readonly seed?: number;
}

/** Whose device is opened, and what its app sets. */
export interface TestClientOptions extends ApolloSettings {
  /** Default `ada`. */
  readonly user?: string | undefined;
  /** True: the device has no connection from the first moment on. Default false. */
  readonly offline?: boolean | undefined;
  /** `network.fate` from the first moment on, such as `() => ({ kind: 'held' })` for a first download that takes its time. */
  readonly fate?: SimulatedNetwork['fate'] | undefined;
  /** As `sync` of `createOfflineClient`. */
  readonly sync?: Partial<EngineOptions> | undefined;
}

/** One page of the app on one device: what `createOfflineClient` gives, and a hand on its network. */
export interface TestClient extends Holdfast {
  /** `plug(false)` takes the connection away; `fate` decides what becomes of each request. */
  readonly network: SimulatedNetwork;
  /**
   * Lets time pass until everything is sent that can be, and everything downloaded. Rejects as `sync.catchUp()` does, for instance
   * while the device is offline.
   */
  synced(): Promise<void>;
  /** Another page of this device: a second tab, or, once this one is closed, the app opened again. */
  openTab(): Promise<TestClient>;
  /** Closes this page and opens the app again on the same device: nothing is left but what was durable. */
  reload(): Promise<TestClient>;
}

/** A server, its devices, and their time. */
export interface TestSync {
  /** Time for all of them, standing still until `pass`, `sleep` or `until`. */
  readonly clock: ManualClock;
  /** Look at it (`record`, `records`), edit as somebody else (`put`), make it refuse (`refuse`), restore a backup. */
  readonly server: ReferenceServer;
  /** The app, opened for the first time on a new device. */
  open(options?: TestClientOptions): Promise<TestClient>;
}

/**
 * A sync server and devices in this process, for an app's own tests: "offline", "the answer is lost", "three days later", each in
 * one line and the same in every run. Nothing leaves the process and nothing waits for real time; timers of the test framework
 * must be real ones. The server follows the protocol, with the built-in mergers; of one of your own it knows nothing, so opposed edits
 * of that field end as the type's policy says.
 *
 * Queries and mutations that do not sync go to `link`, if `open` was given one, and fail otherwise.
 */
export function createTestSync(options: TestSyncOptions): TestSync {
  const { manifest, records = {}, seed = 0, access = defaultAccess(options) } = options;
  const world = new TestWorld({ manifest, access, seed });
  const { clock, server } = world;
  for (const [type, list] of Object.entries(records)) {
    for (const { scope, ...record } of list) server.put(type, scopeOf(manifest, type, scope), record);
  }
  const pages = new Set<{ readonly user: string; readonly network: SimulatedNetwork }>();
  server.onPoke = (scope, head) => {
    for (const { user, network } of pages) {
      if (server.access[user]?.some(({ id }) => id === scope) === true) network.poke(scope, head);
    }
  };
  return {
    clock,
    server,
    open: (client = {}) => openClient({ world, pages, device: world.device(client.user), client }),
  };
}

interface Opening {
  readonly world: TestWorld;
  /** Those that hear pokes. */
  readonly pages: Set<{ readonly user: string; readonly network: SimulatedNetwork }>;
  readonly device: TestDevice;
  readonly client: TestClientOptions;
}

async function openClient(opening: Opening): Promise<TestClient> {
  const { world, pages, device, client } = opening;
  const page = await openPage(world, device, {
    settings: client,
    sync: client.sync,
    network: (network) => {
      network.isPlugged = client.offline !== true;
      network.fate = client.fate ?? network.fate;
    },
  });
  const { holdfast, network } = page;
  const listener = { user: device.user, network };
  pages.add(listener);
  const close = (): Promise<void> => {
    pages.delete(listener);
    return holdfast.close();
  };
  const again = (): Promise<TestClient> =>
    openClient({ ...opening, client: { ...client, offline: !network.isPlugged, fate: network.fate } });
  return {
    ...holdfast,
    network,
    close,
    synced: () => passUntilDone(world.clock, holdfast.sync.catchUp()),
    openTab: again,
    reload: () => close().then(again),
  };
}

/** What the work waits for are timers: they run while it waits. */
async function passUntilDone(clock: ManualClock, work: Promise<void>): Promise<void> {
  let isDone = false;
  const done = work.finally(() => (isDone = true));
  // Told to whoever awaits `done`, below.
  done.catch(() => undefined);
  await clock.until(() => isDone);
  await done;
  await rest();
}

const ADA = 'ada';

function scopeOf({ types }: Manifest, type: string, scope: string | undefined): string {
  const known = types[type];
  if (known === undefined) throw new Error(`The manifest has no type ${type}.`);
  return known.scope ?? scope ?? `user:${ADA}`;
}

function defaultAccess({ manifest, records = {} }: TestSyncOptions): TestAccess {
  const named = Object.entries(records).flatMap(([type, list]) =>
    list.map(({ scope }) => scopeOf(manifest, type, scope)),
  );
  const fixed = Object.values(manifest.types).flatMap(({ scope }) => scope ?? []);
  const scopes = new Set([`user:${ADA}`, ...fixed, ...named]);
  return { [ADA]: [...scopes].map((id) => ({ id, access: 'WRITE' })) };
}
