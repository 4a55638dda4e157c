import { expect, test } from 'vitest';
import { MemoryDatabase, memoryStorage } from '../storage/memory-storage.ts';
import { rest } from '../testing/manual-clock.ts';
import { TestWorld } from '../testing/test-device.ts';
import type { SyncEngine } from './model.ts';

const NEWEST = { type: 'Note', limit: 2 } as const;

/** A device whose last page showed the two newest of three notes, and their number. */
async function left() {
  const world = new TestWorld();
  for (const id of ['n1', 'n2', 'n3']) {
    await world.clock.pass(1_000);
    world.server.put('Note', 'user:ada', { id, title: id });
  }
  const device = world.device();
  const { engine, network } = await device.open();
  await world.clock.until(() => engine.status().scopes.every((scope) => scope.synced));
  const before = { list: engine.list(NEWEST), count: engine.count({ type: 'Note' }) };
  network.tell('hidden');
  await rest();
  return { world, device, engine, network, before };
}

/** What the device answers before it has loaded its records. */
const early = (engine: SyncEngine) => ({ list: engine.list(NEWEST), count: engine.count({ type: 'Note' }) });

test('what was last on the screen is answered before the records are loaded, and with them', async () => {
  const { device, engine, before } = await left();
  await engine.stop();
  const next = await device.open();
  expect(early(next.engine)).toEqual(before);
  expect(before).toMatchObject({ list: { value: [{ id: 'n3' }, { id: 'n2' }] }, count: { value: 3 } });
  expect(next.engine.read({ type: 'Note', scope: 'user:ada', id: 'n3' })?.values['title']).toBe('n3');
  expect(next.engine.list({ ...NEWEST, limit: 3 })).toEqual({ status: 'loading' });
  await next.engine.ready();
  expect(early(next.engine)).toEqual(before);
});

test('I6 what was changed after it was saved is not answered from it', async () => {
  const { device, world, engine, network } = await left();
  network.plug(false);
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'newest' } }]);
  await engine.stop();
  const next = await device.open({}, (set) => set.plug(false));
  expect(early(next.engine)).toEqual({ list: { status: 'loading' }, count: { status: 'loading' } });
  await world.clock.until(() => next.engine.list(NEWEST).status === 'ready');
  expect(next.engine.list(NEWEST)).toMatchObject({ value: [{ id: 'n1' }, { id: 'n3' }] });
});

test('I6 older copies of a record on the screen, which the log still holds, never show while it is loaded', async () => {
  const { device, world, engine, network } = await left();
  await world.clock.pass(1_000);
  world.server.put('Note', 'user:ada', { id: 'n1', title: 'second version' });
  await engine.catchUp();
  engine.list(NEWEST);
  network.tell('hidden');
  await rest();
  await engine.stop();
  const next = await device.open({}, (set) => set.plug(false));
  const titles = new Set<unknown>();
  const look = () =>
    titles.add(next.engine.read({ type: 'Note', scope: 'user:ada', id: 'n1' })?.values['title']);
  look();
  next.engine.onChange(look);
  await world.clock.until(() => next.engine.list({ ...NEWEST, limit: 3 }).status === 'ready');
  look();
  expect([...titles]).toEqual(['second version']);
});

test('I13 an edit that a dead tab left behind is on the screen from the beginning, or nothing is', async () => {
  const { device, engine } = await left();
  await engine.stop();
  await memoryStorage(device.database).writeAhead({ key: 'k', rows: [] });
  const next = await device.open({}, (set) => set.plug(false));
  expect(early(next.engine).list).toEqual({ status: 'loading' });
});

test('a saved screen that cannot be read hinders nobody', async () => {
  const { device, engine } = await left();
  await engine.stop();
  const storage = memoryStorage(device.database);
  await storage.keyValue.setItem('engine.hot', '{');
  const next = await device.open();
  await next.engine.ready();
  expect(early(next.engine).count).toEqual({ status: 'ready', value: 3 });
  expect(device.database).toBeInstanceOf(MemoryDatabase);
});
