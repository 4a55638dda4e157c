import { expect, test } from 'vitest';
import { DeviceLedger, outOfOrder, visibleByStorage } from '../testing/device-ledger.ts';
import { rest } from '../testing/manual-clock.ts';
import { OperationRefusal } from '../testing/reference-server.ts';
import { SeededRandom } from '../testing/seeded-random.ts';
import type { Fate, SimulatedNetwork } from '../testing/simulated-network.ts';
import { TestWorld, type Tab, type TestDevice } from '../testing/test-device.ts';
import { StorageError } from './storage-port.ts';

const SCOPES = ['user:ada', 'team:demo'] as const;
const TYPES = ['Note', 'Card', 'Setting', 'Notebook'] as const;
const STEPS = 60;
/** I16: twice the longest backoff, and some more for the requests between. */
const LONGEST_WAIT_MS = 130_000;

/** One run: a random schedule of edits, faults, reloads and server events, then peace. */
class Run {
  readonly world = new TestWorld();
  readonly random: SeededRandom;
  readonly devices: { readonly device: TestDevice; readonly ledger: DeviceLedger; tabs: Tab[] }[] = [];
  private readonly restores: (() => void)[] = [];
  faultRate = 0;

  constructor(readonly seed: number) {
    this.random = new SeededRandom(seed);
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random.next() * list.length)] as T;
  }

  chance(probability: number): boolean {
    return this.random.next() < probability;
  }

  async begin(): Promise<void> {
    for (const user of ['ada', 'ada', 'ben']) {
      const device = this.world.device(user);
      this.devices.push({ device, ledger: new DeviceLedger(device.database), tabs: [] });
      await this.openTab(this.devices.length - 1);
    }
    this.faultRate = this.pick([0, 0.1, 0.4]);
    this.world.server.refuse = (type, change) =>
      type === 'Notebook' && change['name'] === 'bad'
        ? { code: 'RULE_VIOLATED', message: 'no', field: 'name' }
        : null;
    this.world.server.operations.set('Touch', ({ variables: { id, text }, scope }) => {
      if (text === 'bad') throw new OperationRefusal('RULE_VIOLATED', 'no');
      this.world.server.put('Note', scope, { id: String(id), title: String(text) });
      this.world.server.put('Note', 'team:demo', { id: 'touched', title: String(text) });
      return { touch: true };
    });
    this.world.server.onPoke = (scope, head) => {
      for (const { tabs } of this.devices)
        for (const { network } of tabs) if (this.chance(0.5)) network.poke(scope, head);
    };
  }

  async openTab(index: number): Promise<void> {
    const entry = this.devices[index];
    if (entry === undefined || entry.tabs.length >= 2) return;
    const limit = this.pick([2, 5, 1_000]);
    const options = { pageLimit: limit, batchMaxChanges: this.pick([1, 3, 500]) };
    entry.tabs.push(await entry.device.open(options, (network) => this.trouble(network)));
  }

  private trouble(network: SimulatedNetwork): void {
    network.fate = (): Fate => {
      if (!this.chance(this.faultRate)) return { kind: 'delivered' };
      const status = this.pick([413, 429, 500, 503]);
      const errors = status === 500 ? [{ message: 'x', extensions: { code: 'INTERNAL' } }] : [];
      const answer = {
        kind: 'answered',
        status,
        retryAfterMs: status === 429 ? 1_000 : null,
        body: { errors },
      } as const;
      // An answer that would blame the change itself is left out: it fails changes on purpose.
      return this.pick<Fate>([
        { kind: 'refused' },
        { kind: 'lost' },
        { kind: 'lost' },
        { kind: 'held' },
        status === 413 ? { kind: 'refused' } : { kind: 'answered', answer },
      ]);
    };
    network.token = () => Promise.resolve(true);
  }

  async step(): Promise<void> {
    const index = Math.floor(this.random.next() * this.devices.length);
    const entry = this.devices[index];
    if (entry === undefined) return;
    const tab = this.pick(entry.tabs);
    const acts: readonly (() => Promise<unknown>)[] = [
      () => this.write(tab, entry.ledger),
      () => this.write(tab, entry.ledger),
      () => this.write(tab, entry.ledger),
      () => this.operate(tab),
      () => this.world.clock.pass(this.pick([10, 400, 5_000, 40_000])),
      () => this.world.clock.pass(this.pick([10, 400, 5_000])),
      () => Promise.resolve(tab.network.plug(this.chance(0.6))),
      () => Promise.resolve(tab.network.release()),
      () => this.reload(entry, tab),
      () => this.openTab(index),
      () => Promise.resolve(entry.device.tabs.freezeLeader()),
      () => this.abortNext(entry.device),
      () => this.serverEdit(),
      () => this.rare(tab),
    ];
    await this.pick(acts)();
    if (!this.chance(0.5)) return;
    await rest();
    await this.checkShown();
  }

  private async write(tab: Tab, ledger: DeviceLedger): Promise<void> {
    const type = this.pick(TYPES);
    const ref = {
      type,
      scope: tab.engine.ownScope === 'user:ada' ? this.pick(SCOPES) : 'team:demo',
      id: `r${this.pick([1, 2, 3])}`,
    };
    const text = this.pick(['a', 'b', 'bad', `t${this.random.id()}`]);
    const names = { Note: 'title', Card: 'text', Setting: 'value', Notebook: 'name' } as const;
    const notebook = type === 'Note' && this.chance(0.3) ? { notebookId: `r${this.pick([1, 2, 3])}` } : {};
    const deleted = this.chance(0.1) ? { deleted: this.chance(0.7) } : {};
    const inputs = [{ ...ref, values: { [names[type]]: text, ...notebook }, ...deleted }];
    const results = await tab.engine.write(inputs).catch((error: unknown) => {
      if (error instanceof StorageError) return [];
      throw error;
    });
    for (const result of results) {
      if (result.outcome !== 'QUEUED') continue;
      // I13: stored by then, or nothing that would have to be.
      if (!ledger.knows(result.change))
        expect(await tab.engine.settled(result.change)).toMatchObject({ outcome: 'APPLIED' });
    }
  }

  private async operate({ engine }: Tab): Promise<void> {
    const scope = engine.ownScope === 'user:ada' ? this.pick(SCOPES) : 'team:demo';
    const variables = { id: `r${this.pick([1, 2, 3])}`, text: this.pick(['bad', `o${this.random.id()}`]) };
    await engine
      .queue({ name: 'Touch', text: 'mutation Touch { touch }', variables, scope })
      .catch((error: unknown) => {
        if (!(error instanceof StorageError)) throw error;
      });
  }

  private async reload(entry: Run['devices'][number], tab: Tab): Promise<void> {
    entry.tabs = entry.tabs.filter((other) => other !== tab);
    await tab.engine.stop();
    tab.network.release();
    if (entry.tabs.length === 0 && this.chance(0.3)) entry.device.database.powerCut();
    if (entry.tabs.length === 0) await this.openTab(this.devices.indexOf(entry));
  }

  private abortNext(device: TestDevice): Promise<void> {
    device.database.faults.beforeCommit = () => {
      device.database.faults.beforeCommit = undefined;
      throw new StorageError('ABORTED', 'simulated');
    };
    return Promise.resolve();
  }

  private serverEdit(): Promise<void> {
    const scope = this.pick(SCOPES);
    const id = `r${this.pick([1, 2, 3])}`;
    const type = this.pick(['Note', 'Card', 'Setting'] as const);
    const field = { Note: 'title', Card: 'text', Setting: 'value' } as const;
    const deleted = this.chance(0.2) ? { deleted: true } : { deleted: false };
    this.world.server.put(type, scope, { id, [field[type]]: `s${this.random.id()}`, ...deleted });
    return Promise.resolve();
  }

  private async rare(tab: Tab): Promise<void> {
    const acts: readonly (() => unknown)[] = [
      () => this.world.server.purge('Note', this.pick(SCOPES)),
      () => this.restores.push(this.world.server.backup()),
      () => this.restores.pop()?.(),
      () => tab.network.tell('hidden'),
      () => tab.engine.requestPull(),
      () => this.world.clock.jump(this.pick([-3_600_000, 3_600_000])),
    ];
    await Promise.resolve(this.pick(acts)());
  }

  async makePeace(): Promise<void> {
    this.faultRate = 0;
    // A request whose fate was drawn a moment ago is held from now on only: it must not miss its release.
    await rest();
    for (const { device, tabs } of this.devices) {
      device.database.faults.beforeCommit = undefined;
      for (const { network } of tabs) {
        network.plug(true);
        network.release();
      }
    }
    await this.world.clock
      .until(() => this.isAtRest(), LONGEST_WAIT_MS)
      .catch((error: unknown) => {
        throw new Error(this.describe(), { cause: error });
      });
  }

  private isAtRest(): boolean {
    return this.devices.every(({ tabs }) =>
      tabs.every(({ engine }) => {
        const isSent = engine.pending().every((change) => change.heldBy !== null);
        const isSynced =
          engine.status().scopes.length > 0 && engine.status().scopes.every((scope) => scope.synced);
        return isSent && isSynced && engine.status().phase === 'idle' && this.isAtHead(engine);
      }),
    );
  }

  /** For the eyes of whoever replays a seed. */
  private describe(): string {
    const tabs = this.devices.flatMap(({ tabs: open }, device) =>
      open.map(({ engine }) => ({
        device,
        isAtHead: this.isAtHead(engine),
        ...engine.exportWork(),
        status: engine.status(),
      })),
    );
    return JSON.stringify({ seed: this.seed, epoch: this.world.server.epoch, tabs }, null, 1);
  }

  private isAtHead(engine: Tab['engine']): boolean {
    return engine.status().scopes.every(({ id }) =>
      TYPES.every((type) =>
        this.world.server.records(type, id).every((wire) => {
          const held = engine.read({ type, scope: id, id: String(wire['id']) });
          return held?.version === wire['version'] || (held === undefined && wire['deletedAt'] !== null);
        }),
      ),
    );
  }

  /** I6: at any instant the tabs show what follows from what is stored, and nothing else. */
  async checkShown(): Promise<void> {
    for (const { device, tabs } of this.devices) {
      const wanted = await visibleByStorage(device.database, this.world.manifest);
      for (const { engine } of tabs) expect(wanted.map((record) => engine.read(record))).toEqual(wanted);
    }
  }

  /** I7, I10, I12, I17: what has to hold once everything is at rest. */
  check(): void {
    for (const { ledger } of this.devices) expect(ledger.violations).toEqual([]);
    expect(outOfOrder(this.world.server.executions.keys())).toEqual([]);
    expect([...this.world.server.executions].filter(([, count]) => count !== 1)).toEqual([]);
    for (const { tabs } of this.devices) for (const { engine } of tabs) this.checkTab(engine);
    for (const { tabs } of this.devices) {
      const [first, second] = tabs;
      if (first === undefined || second === undefined) continue;
      expect(second.engine.exportWork()).toEqual(first.engine.exportWork());
      expect(second.engine.history()).toEqual(first.engine.history());
    }
  }

  private checkTab(engine: Tab['engine']): void {
    for (const { id: scope } of engine.status().scopes) {
      for (const type of TYPES) {
        this.checkList(engine, type, scope);
        for (const wire of this.world.server.records(type, scope)) this.checkRecord(engine, type, wire);
      }
    }
  }

  private checkList(engine: Tab['engine'], type: string, scope: string): void {
    const wires = this.world.server.records(type, scope);
    const live = wires.filter((wire) => wire['deletedAt'] === null).map((wire) => wire['id']);
    const listed = engine.list({ type, scopes: [scope], limit: 1_000 });
    const refs = listed.status === 'ready' ? listed.value : [];
    const settled = refs.filter((ref) => engine.read(ref)?.state === 'SYNCED').map((ref) => ref.id);
    expect(settled.filter((id) => !live.includes(id))).toEqual([]);
  }

  private checkRecord(engine: Tab['engine'], type: string, wire: Readonly<Record<string, unknown>>): void {
    const held = engine.read({ type, scope: String(wire['scope']), id: String(wire['id']) });
    if (held?.state !== 'SYNCED') return;
    const isDeleted = wire['deletedAt'] !== null;
    expect([held.version, held.deletedAt !== null]).toEqual([wire['version'], isDeleted]);
    for (const [name, value] of Object.entries(held.values)) expect(value).toEqual(wire[name] ?? null);
  }
}

const only = process.env['SEED'];
const count = Number(process.env['RUNS'] ?? 15);
const seeds = only === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [Number(only)];

test.each(seeds)(
  'I6 I7 I10 I12 I13 I16 I17 any schedule keeps them, and every device converges (SEED=%i)',
  async (seed) => {
    const run = new Run(seed);
    await run.begin();
    for (let step = 0; step < STEPS; step++) await run.step();
    await run.makePeace();
    run.check();
    for (const { tabs } of run.devices) for (const { engine } of tabs) await engine.stop();
  },
);
