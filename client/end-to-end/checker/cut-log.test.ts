import { expect, test } from 'vitest';
import { memoryStorage } from '../../storage/memory-storage.ts';
import type { SyncStorage } from '../../sync/storage-port.ts';
import type { ChangeRow } from '../../sync/stored.ts';
import { isIdle, TestWorld } from '../../testing/test-device.ts';
import { testManifest } from '../../testing/test-manifest.ts';
import { check } from './check.ts';
import { DeviceRecorder } from './device-recorder.ts';
import type { DeviceFact, LogEvent } from './events.ts';
import { NotedPage } from './noted-page.ts';
import { storedSince, watchedStorage, type StoredSince } from './watched-storage.ts';

const NOTE = { type: 'Note', scope: 'user:ada', id: 'n1' } as const;
const titled = (title: string) => [{ ...NOTE, values: { title } }];

/** One device whose pages are heard until each is cut off, as by a kill. */
class HeardDevice {
  readonly world = new TestWorld();
  readonly device = this.world.device();
  private readonly log: LogEvent[] = [];
  private readonly recorder = new DeviceRecorder('d1', Object.keys(testManifest.types), (event) =>
    this.log.push(event),
  );
  private counter = 0;
  private pages = 0;

  constructor() {
    this.world.server.observe = (fact) => {
      // The server's own name of a line begins with the user.
      const line = fact.kind === 'executed' ? { line: fact.line.slice(fact.line.indexOf('/') + 1) } : {};
      this.log.push({ source: 'server', ...fact, ...line });
    };
  }

  get storage(): SyncStorage {
    return memoryStorage(this.device.database);
  }

  get violations(): readonly string[] {
    return check(this.log).map(({ invariant, message }) => `${invariant} ${message}`);
  }

  async open({ isPlugged = true } = {}) {
    const name = `page${++this.pages}`;
    const state = { isHeard: true };
    const note = (fact: DeviceFact): void => (state.isHeard ? this.recorder.note(fact) : undefined);
    const { begun, ...found } = await storedSince(this.storage, this.counter, name);
    begun.forEach(note);
    this.stored(found);
    const storage = watchedStorage(this.storage, (delta, counter) =>
      state.isHeard ? this.stored({ delta, counter }) : undefined,
    );
    const { engine, network } = await this.device.open({}, (set) => set.plug(isPlugged), {
      ports: { storage },
    });
    note({ kind: 'opened', tab: name });
    if (isPlugged) await this.world.clock.until(isIdle(engine));
    await engine.ready();
    const page = new NotedPage({ name, sync: engine, note });
    page.lookAtAll();
    page.list();
    const cut = (): void => void (state.isHeard = false);
    return { page, engine, network, cut };
  }

  /** As it comes from a browser. */
  private stored(told: Pick<StoredSince, 'delta' | 'counter'>): void {
    const { delta, counter } = JSON.parse(JSON.stringify(told)) as typeof told;
    this.counter = counter;
    this.recorder.completed(delta);
  }
}

/** A page that was answered QUEUED without a network, and then killed. */
async function killedAfterQueued(more: (page: NotedPage, cut: () => void) => Promise<unknown>) {
  const heard = new HeardDevice();
  const { page, engine, network, cut } = await heard.open();
  await page.write([...titled('a'), { ...NOTE, id: 'n2', values: { title: 'other' } }]);
  await heard.world.clock.until(isIdle(engine));
  page.lookAtAll();
  network.plug(false);
  await page.write(titled('b'));
  await more(page, cut);
  cut();
  return { heard, engine, network };
}

test.each<[string, Parameters<typeof killedAfterQueued>[0]]>([
  ['nothing', () => Promise.resolve()],
  ['a write', (page, cut) => (cut(), page.write(titled('c')))],
  [
    'an answer',
    (page, cut) => {
      const answer = page.write(titled('c'));
      cut();
      return answer;
    },
  ],
])(
  'I12 I13 a kill leaves %s unheard: the next page tells what is stored, and all is well',
  async (_, more) => {
    const { heard, engine } = await killedAfterQueued(more);
    await engine.stop();
    const next = await heard.open({ isPlugged: false });
    await next.page.write(titled('d'));
    next.network.plug(true);
    await heard.world.clock.until(isIdle(next.engine));
    next.page.lookAtAll();
    next.page.list();
    expect(next.engine.read(NOTE)).toMatchObject({ state: 'SYNCED', values: { title: 'd' } });
    expect(heard.violations).toEqual([]);
  },
);

test('I12 what was sent and settled unheard is not taken for lost', async () => {
  const { heard, engine, network } = await killedAfterQueued((page, cut) => (cut(), page.write(titled('c'))));
  network.plug(true);
  await heard.world.clock.until(isIdle(engine));
  await engine.stop();
  await heard.open({ isPlugged: false });
  expect(heard.violations).toEqual([]);
});

test('I12 I13 a kill between writing ahead and storing leaves a write that nobody heard of, which may be shown', async () => {
  const { heard, engine } = await killedAfterQueued(() => Promise.resolve());
  const [row] = (await heard.storage.snapshot()).changes;
  await engine.stop();
  expect(row).toMatchObject(NOTE);
  const edit = { values: { title: 'c' }, base: { title: 'b' } };
  if (row !== undefined)
    await heard.storage.writeAhead({ key: 'k1', rows: [{ ...row, ...edit, change: 'c9~' } as typeof row] });
  const next = await heard.open({ isPlugged: false });
  expect(next.engine.read(NOTE)).toMatchObject({ state: 'PENDING', values: { title: 'c' } });
  expect(heard.violations).toEqual([]);
});

const DAMAGED: readonly (readonly [string, RegExp, (heard: HeardDevice) => Promise<unknown>])[] = [
  [
    'an unsent change is not there any more',
    /^I12 d1: \S+ is pending, and is listed as nothing/,
    (heard) => Promise.resolve(heard.device.database.tables.outbox?.clear()),
  ],
  [
    'a transaction dropped an unsent change',
    /^I12 d1: \S+ is gone, and nobody decided that/,
    async ({ storage }) => {
      const { changes } = await storage.snapshot();
      await storage.write('strict', (tx) =>
        Promise.resolve(changes.forEach(({ change }) => tx.deleteChange(change))),
      );
    },
  ],
  [
    'an unsent change carries something else',
    /^I5 d1: page2 wrote user:ada Note\/n1.title and shows "x"/,
    ({ device: { database } }) => {
      const { outbox } = database.tables;
      const rows = [...(outbox?.entries() ?? [])] as [string, ChangeRow][];
      for (const [key, row] of rows) outbox?.set(key, { ...row, values: { title: 'x' } });
      return Promise.resolve();
    },
  ],
  [
    'a confirmed record is not there any more',
    /^I5 d1: page2 shows no user:ada Note\/n2/,
    ({ storage }) =>
      storage.write('strict', (tx) =>
        Promise.resolve(tx.appendRecords({ ...NOTE, copies: [], removed: ['n2'] })),
      ),
  ],
];

test.each(DAMAGED)('between two pages %s: the checker says so', async (_, wanted, damage) => {
  const { heard, engine } = await killedAfterQueued(() => Promise.resolve());
  await engine.stop();
  await damage(heard);
  await heard.open({ isPlugged: false });
  expect(heard.violations).toContainEqual(expect.stringMatching(wanted));
});

test('I13 a database that stands before what was heard of is nothing to go on with', async () => {
  const empty = memoryStorage(new TestWorld().device().database);
  await expect(storedSince(empty, 9, 'page2')).rejects.toThrow('Transaction 9 had completed');
});
