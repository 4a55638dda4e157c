import type { ApolloSettings } from '../apollo/create-holdfast.ts';
import { createHoldfast } from '../apollo/create-holdfast.ts';
import type { Holdfast } from '../apollo/holdfast.ts';
import { memoryStorage } from '../storage/memory-storage.ts';
import type { EngineOptions } from '../sync/engine-options.ts';
import type { KeyValue } from '../sync/storage-port.ts';
import type { SimulatedNetwork } from './simulated-network.ts';
import type { Tab, TestDevice, TestWorld } from './test-device.ts';

/** Nobody answers here: what does not sync is answered by the link that a test gives. */
const NOWHERE = 'http://127.0.0.1:9/graphql';

export interface PageOptions {
  readonly settings?: ApolloSettings | undefined;
  readonly sync?: Partial<EngineOptions> | undefined;
  /** Sees the network before anything is sent. */
  readonly network?: ((network: SimulatedNetwork) => unknown) | undefined;
  /** For the results of other queries. Default: the device's. */
  readonly storage?: KeyValue | undefined;
  readonly onWarning?: ((error: unknown) => void) | undefined;
}

export interface Page extends Tab {
  readonly holdfast: Holdfast;
}

/** One page of a device: an engine in a tab of its own, with Apollo on top of it. */
export async function openPage(world: TestWorld, device: TestDevice, options: PageOptions): Promise<Page> {
  const tab = await device.open(options.sync, (network) => void options.network?.(network));
  const holdfast = await createHoldfast({
    engine: tab.engine,
    uri: NOWHERE,
    userId: device.user,
    credentials: { current: () => Promise.resolve(null), refresh: () => Promise.resolve(false) },
    storage: options.storage ?? memoryStorage(device.database).keyValue,
    timers: world.clock,
    settings: options.settings ?? {},
    onWarning: options.onWarning ?? (() => undefined),
  });
  return { ...tab, holdfast };
}
