import { MemoryDatabase, memoryStorage } from '../../storage/memory-storage.ts';
import type { EngineOptions } from '../../sync/engine-options.ts';
import type { SyncEngine, VisibleRecord } from '../../sync/model.ts';
import type { Clock } from '../../sync/ports.ts';
import type { SyncStorage } from '../../sync/storage-port.ts';
import { SimulatedTabs } from '../../testing/simulated-tabs.ts';
import { DeviceRecorder } from '../checker/device-recorder.ts';
import type { Plan } from './plan.ts';
import type { Owner } from './scheduler.ts';
import { SimulatedTab } from './simulated-tab.ts';
import { STARTED_AT, type AroundDevice, type AroundTab } from './surroundings.ts';

const MAX_TABS = 3;

/** One browser: a database, and the tabs over it. */
export class SimulatedDevice implements AroundTab {
  database = new MemoryDatabase();
  locks = new SimulatedTabs();
  readonly channel = new Map<() => void, Owner>();
  readonly recorder: DeviceRecorder;
  readonly clock: Clock;
  readonly user: string;
  readonly options: Partial<EngineOptions>;
  /** What forms that were kept open had read. */
  readonly forms = new Map<string, VisibleRecord>();
  tabs: readonly SimulatedTab[] = [];
  hasUntold = false;
  /** Goes on from a copy of what was stored here. */
  clone: SimulatedDevice | null = null;
  /** What the wall clock was set by, milliseconds. */
  clockSetMs = 0;
  private opened = 0;

  constructor(
    readonly world: AroundDevice,
    readonly name: string,
    { user, options }: Plan['devices'][number],
  ) {
    this.user = user;
    this.options = options;
    const types = Object.keys(world.manifest.types);
    this.recorder = new DeviceRecorder(name, types, (event) => world.tell(event));
    this.clock = {
      now: () => STARTED_AT + this.clockSetMs + world.scheduler.elapsedMs,
      monotonic: () => world.scheduler.elapsedMs,
    };
  }

  /** Engines that are open and awake. */
  get awake(): readonly { readonly tab: SimulatedTab; readonly engine: SyncEngine }[] {
    return this.tabs.flatMap((tab) =>
      tab.engine === null || tab.isFrozen ? [] : [{ tab, engine: tab.engine }],
    );
  }

  watchedStorage(tab: string): SyncStorage {
    return this.recorder.observe(memoryStorage(this.database), tab);
  }

  openTab(isPlugged = true): void {
    if (this.tabs.length >= MAX_TABS) return;
    const { world } = this;
    // The browser makes a new one where one was deleted.
    if (this.database.isGone) this.beginAfresh();
    const name = `${this.name}.${++this.opened}`;
    const seed = world.plan.seed * 1_000_003 + world.devices.indexOf(this) * 10_007 + this.opened * 101;
    const tab = new SimulatedTab(this, name, seed);
    tab.isPlugged = isPlugged;
    if (this.tabs.length === 0) this.hasUntold = false;
    this.tabs = [...this.tabs, tab];
    world.begin(`${name} opens`, () => tab.open(), tab);
  }

  /** Its profile is copied to another machine, and both go on. */
  cloned(name: string): SimulatedDevice {
    const { world, user, options } = this;
    const clone = new SimulatedDevice(world, name, { user, options });
    const tables = Object.entries(this.database.tables).map(([table, rows]) => [table, new Map(rows)]);
    Object.assign(clone.database.tables, Object.fromEntries(tables));
    clone.clockSetMs = this.clockSetMs;
    clone.recorder.takeOver(this.recorder);
    return (this.clone = clone);
  }

  left(tab: Owner): void {
    this.tabs = this.tabs.filter((other) => other !== tab);
    // At the end somebody comes back to look.
    if (this.world.isQuiet && this.tabs.length === 0) this.openTab();
  }

  /** The machine loses power: all tabs end, and what no strict transaction flushed may be gone. */
  async powerCut(): Promise<void> {
    for (const tab of this.tabs) tab.crash('power cut');
    // A transaction that runs now completes first: it is atomic.
    await this.world.scheduler.rest();
    this.database.powerCut();
    await this.recorder.rolledBack(memoryStorage(this.database));
  }

  /** As `openStorage`: a sign-out that a crash cut short is completed before a page sees anything of it. */
  async finishLeaving(): Promise<void> {
    const { meta } = await memoryStorage(this.database).snapshot();
    if (this.database.isGone || meta.leaving !== true) return;
    this.world.rare.hit('a sign-out that a crash cut short was completed');
    this.database.wipe();
    this.beginAfresh();
  }

  /** After a sign-out that deleted the database: the next tab begins with an empty one. */
  beginAfresh(): void {
    this.database = new MemoryDatabase();
    this.locks = new SimulatedTabs();
    this.channel.clear();
    this.recorder.wiped();
  }
}
