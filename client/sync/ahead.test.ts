import { expect, test } from 'vitest';
import { memoryStorage } from '../storage/memory-storage.ts';
import { rest } from '../testing/manual-clock.ts';
import { changeRow } from '../testing/change-row.ts';
import { TestWorld, type TestDevice } from '../testing/test-device.ts';
import { StorageError } from './storage-port.ts';

const NOTE = { type: 'Note', scope: 'user:ada', id: 'n1' } as const;
const left = { key: 'k1', rows: [changeRow({ ...NOTE, change: 'c1~', version: null, base: {} })] };

async function stored(device: TestDevice) {
  const storage = memoryStorage(device.database);
  const { changes, ahead } = await storage.snapshot();
  await storage.close();
  return { changes: changes.map((row) => row.change), ahead };
}

test('I13 what a tab wrote ahead before it died is stored, shown and sent by the next one', async () => {
  const world = new TestWorld();
  const device = world.device();
  await memoryStorage(device.database).writeAhead(left);
  const { engine, network } = await device.open({}, (set) => set.plug(false));
  await engine.ready(['user:ada']).catch(() => undefined);
  await world.clock.until(() => engine.pending().length === 1);
  expect(engine.read(NOTE)).toMatchObject({ state: 'PENDING', values: { title: 'b' } });
  expect((await stored(device)).changes).toEqual(['c1']);
  network.plug(true);
  await world.clock.until(() => engine.read(NOTE)?.state === 'SYNCED');
  expect(world.server.record('Note', 'user:ada', 'n1')).toMatchObject({ title: 'b' });
  expect([...world.server.executions.values()]).toEqual([1]);
});

test('I13 a tab that was only slow learns under which change another one stored its edit', async () => {
  const world = new TestWorld();
  const device = world.device();
  await memoryStorage(device.database).writeAhead(left);
  const first = await device.open({}, (set) => set.plug(false));
  await world.clock.until(() => first.engine.pending().length === 1);
  expect((await stored(device)).ahead).toEqual([{ key: 'k1', rows: [], changes: ['c1'] }]);
  // Nobody asked: the tab is gone, and so is the answer.
  const second = await device.open({}, (set) => set.plug(false));
  await world.clock.until(() => second.engine.pending().length === 1);
  await rest();
  expect((await stored(device)).ahead).toEqual([]);
});

test('I13 of a write that failed nothing is left to be recovered', async () => {
  const world = new TestWorld();
  const device = world.device();
  const { engine } = await device.open();
  await world.clock.until(() => engine.status().scopes.every((scope) => scope.synced));
  let commits = 0;
  device.database.faults.beforeCommit = () => {
    // The first one is the write ahead.
    if (++commits === 2) throw new StorageError('ABORTED', 'simulated');
  };
  const failure = await engine.write([{ ...NOTE, values: { title: 'x' } }]).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StorageError);
  expect(engine.read(NOTE)).toBeUndefined();
  expect(await stored(device)).toEqual({ changes: [], ahead: [] });
});
