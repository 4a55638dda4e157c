import { expect, test } from 'vitest';
import { memoryStorage } from '../storage/memory-storage.ts';
import { isIdle, synced, TestWorld, type TestDevice } from '../testing/test-device.ts';
import type { Segment } from './stored.ts';

const OWN = 'user:ada';
const TEAM = 'team:demo';
const DAY = 24 * 3_600_000;
const NOTE = { type: 'Note', scope: OWN, id: 'n1' } as const;

/** What an error that should not exist would leave on the device. */
async function corrupt(device: TestDevice, segment: Partial<Segment>): Promise<void> {
  const storage = memoryStorage(device.database);
  await storage.write('strict', (tx) => {
    tx.appendRecords({ type: 'Note', scope: OWN, copies: [], removed: [], ...segment });
    return Promise.resolve();
  });
  await storage.close();
}

/** A device with two notes and a notebook, and another in a shared scope. */
async function filled() {
  const world = new TestWorld();
  for (const id of ['n1', 'n2', 'B', 'a_', '-']) world.server.put('Note', OWN, { id, title: id });
  world.server.put('Note', OWN, { id: 'gone', deleted: true });
  world.server.put('Notebook', OWN, { id: 'b1', name: 'b' });
  world.server.put('Note', TEAM, { id: 't1', title: 't' });
  return synced(world);
}

const same = (scope: string) => ({ scope, outcome: 'same', types: [] });

test('R33 a device that holds what the server holds says so, tombstones and unsent edits aside', async () => {
  const { world, engine, network } = await filled();
  world.server.put('Note', OWN, { id: 'n2', deleted: true });
  network.poke(OWN, world.server.head(OWN));
  await world.clock.until(() => engine.read({ ...NOTE, id: 'n2' })?.deletedAt !== null);
  network.fate = ({ document }) => ({ kind: document.name === 'HoldfastPush' ? 'refused' : 'delivered' });
  await engine.write([
    { type: 'Note', id: 'n1', values: { title: 'unsent' } },
    { type: 'Note', id: 'new', values: { title: 'unsent' } },
  ]);
  expect(await engine.verify()).toEqual([same(OWN), same(TEAM)]);
  expect(engine.status().repairs).toEqual([]);
});

test.each<[string, Partial<Segment>]>([
  ['lacks a record', { removed: ['n1'] }],
  [
    'holds a record that never was',
    {
      copies: [
        {
          ...{ id: 'ghost', version: 1, epoch: 'epoch-1', cycle: 0, executed: 0 },
          ...{
            createdAt: '2026-01-01T00:00:00.000Z',
            updatedAt: '2026-01-01T00:00:00.000Z',
            deletedAt: null,
          },
          values: { title: 'ghost' },
        },
      ],
    },
  ],
  [
    'holds an older version',
    {
      copies: [
        {
          ...{ id: 'n2', version: 1, epoch: 'epoch-1', cycle: 0, executed: 0 },
          ...{
            createdAt: '2026-01-01T00:00:00.000Z',
            updatedAt: '2026-01-01T00:00:00.000Z',
            deletedAt: null,
          },
          values: { title: 'old' },
        },
      ],
    },
  ],
])(
  'R33 I17 a device that %s pulls that type afresh, shows the old copies until then, and tells',
  async (_, segment) => {
    const { world, device, engine } = await filled();
    await engine.stop();
    await corrupt(device, segment);
    const again = await device.open();
    await again.engine.ready();
    await world.clock.until(isIdle(again.engine));
    const pulls = () => again.network.sent.filter(({ name }) => name === 'HoldfastPull').length;
    const before = pulls();
    expect(await again.engine.verify()).toEqual([
      { scope: OWN, outcome: 'differs', types: ['Note'] },
      same(TEAM),
    ]);
    expect(again.engine.list({ type: 'Note', scopes: [OWN] })).toMatchObject({ status: 'ready' });
    await world.clock.until(() => pulls() > before && isIdle(again.engine)());
    expect(again.engine.status().repairs).toMatchObject([{ scope: OWN, type: 'Note' }]);
    expect(again.engine.count({ type: 'Note', scopes: [OWN] })).toEqual({ status: 'ready', value: 5 });
    expect(again.engine.read(NOTE)?.values['title']).toBe('n1');
    expect(again.engine.read({ ...NOTE, id: 'n2' })?.values['title']).toBe('n2');
    expect(await again.engine.verify()).toEqual([same(OWN), same(TEAM)]);
  },
);

test('R33 it happens once a day by itself, over reloads, and never on the first day', async () => {
  const { world, device, engine, network } = await filled();
  const digests = (sent: typeof network.sent) => sent.filter(({ name }) => name === 'HoldfastDigest').length;
  await world.clock.pass(60_000);
  expect(digests(network.sent)).toBe(0);
  await engine.stop();
  await corrupt(device, { removed: ['n1'] });
  world.clock.jump(DAY);
  const again = await device.open();
  await world.clock.until(() => again.engine.read(NOTE) !== undefined);
  await world.clock.pass(600_000);
  expect(digests(again.network.sent)).toBe(2);
  expect(again.engine.status().repairs).toMatchObject([{ type: 'Note' }]);
  await again.engine.stop();
  const third = await device.open();
  await world.clock.pass(60_000);
  expect(digests(third.network.sent)).toBe(0);
  expect(third.engine.status().repairs).toMatchObject([{ type: 'Note' }]);
});

test('R33 without an answer, without SHA-256, or when the scope moved on meanwhile, nothing is concluded', async () => {
  const { world, device, engine, network } = await filled();
  network.fate = ({ document }) => ({ kind: document.name === 'HoldfastDigest' ? 'refused' : 'delivered' });
  expect((await engine.verify()).map(({ outcome }) => outcome)).toEqual(['notNow', 'notNow']);
  network.fate = () => ({ kind: 'delivered' });
  world.server.put('Note', OWN, { id: 'n9', title: 'not here yet' });
  expect((await engine.verify()).map(({ outcome }) => outcome)).toEqual(['notNow', 'same']);
  await engine.pause();
  expect((await engine.verify()).map(({ outcome }) => outcome)).toEqual(['notNow', 'notNow']);
  await engine.resume();
  await engine.stop();
  // As in a page that came over plain HTTP.
  const bare = await device.open({}, undefined, { ports: { sha256: undefined } as object });
  await world.clock.until(isIdle(bare.engine));
  expect((await bare.engine.verify()).map(({ outcome }) => outcome)).toEqual(['unavailable', 'unavailable']);
  expect(bare.engine.status().repairs).toEqual([]);
});
