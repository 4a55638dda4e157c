/** What the parts of a run know of one another: a world has devices, a device has tabs, and a tab has a transport and a storage. */
import type { MemoryDatabase } from '../../storage/memory-storage.ts';
import type { EngineOptions } from '../../sync/engine-options.ts';
import type { Manifest } from '../../sync/manifest.ts';
import type { Clock, TransportRequest } from '../../sync/ports.ts';
import type { SyncStorage } from '../../sync/storage-port.ts';
import type { ReferenceServer, ServerAnswer } from '../../testing/reference-server.ts';
import type { SimulatedTabs } from '../../testing/simulated-tabs.ts';
import type { DeviceRecorder } from '../checker/device-recorder.ts';
import type { LogEvent } from '../checker/events.ts';
import type { Luck } from './luck.ts';
import type { Draw, Fault, Plan } from './plan.ts';
import type { RareCounts } from './rare-paths.ts';
import type { Owner, Scheduler, Wish } from './scheduler.ts';

/** Wall clock of the server at the start, milliseconds since 1970. */
export const STARTED_AT = Date.UTC(2026, 0, 31, 12);

/** What a device knows of the world. */
export interface AroundDevice {
  readonly plan: Plan;
  readonly manifest: Manifest;
  readonly scheduler: Scheduler;
  readonly server: ReferenceServer;
  readonly devices: readonly { readonly name: string }[];
  readonly rare: RareCounts;
  readonly luck: Luck;
  /** Bytes of a request body above which it is refused. */
  readonly bodyLimit: number;
  /** No more faults. */
  readonly isQuiet: boolean;
  /** Starts something that ends when the scheduler lets it; what it throws is an error of the run. */
  begin(label: string, work: () => Promise<unknown>, owner?: Owner | null): void;
  /** Part of the log, and of what two equal runs have in common. */
  tell(event: LogEvent): void;
  /** Rare paths that only the answers show. */
  sawAnswer(request: TransportRequest, answer: ServerAnswer): void;
}

/** What a tab knows of its device. */
export interface AroundTab {
  readonly world: AroundDevice;
  readonly user: string;
  readonly options: Partial<EngineOptions>;
  readonly clock: Clock;
  readonly database: MemoryDatabase;
  readonly locks: SimulatedTabs;
  /** Who listens, and in which tab. */
  readonly channel: Map<() => void, Owner>;
  readonly recorder: DeviceRecorder;
  /** One of the open tabs may never be told of something stored: whoever stored it died with it, or the message was lost. */
  hasUntold: boolean;
  watchedStorage(tab: string): SyncStorage;
  /** A sign-out that was cut short is completed. */
  finishLeaving(): Promise<void>;
  left(tab: Owner): void;
}

/** What a transport, a storage and a page know of their tab. */
export interface InTab extends Owner {
  readonly world: AroundDevice;
  readonly device: AroundTab;
  /** What happens to this tab is drawn from its own numbers. */
  readonly draw: Draw;
  readonly isPlugged: boolean;
  /** Transactions under way, each by what it is, in their order. */
  readonly storageCalls: string[];
  /** Waits for its turn; for ever, when the tab is gone by then. A tab may die at any of its turns. */
  turn(label: string, more?: Pick<Wish, 'delayMs' | 'payload'>): Promise<void>;
  /** Whether this fault happens now. */
  meets(fault: Fault): boolean;
  /** Ends at once: nothing of it runs any more. The browser gives its lock to the next. */
  crash(where: string): void;
}
