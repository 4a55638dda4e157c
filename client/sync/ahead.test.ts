import { expect, test } from 'vitest';
import { memoryStorage } from '../storage/memory-storage.ts';
import { rest } from '../testing/manual-clock.ts';
import { changeRow } from '../testing/change-row.ts';
import { isIdle, TestWorld, type TestDevice } from '../testing/test-device.ts';
import { StorageError, type SyncStorage } from './storage-port.ts';

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

/** A tab whose write failed: the database refused these of its commits. The first one is the write ahead. */
async function afterFailedWrite(isRefused: (commit: number) => boolean) {
  const world = new TestWorld();
  const device = world.device();
  const { engine } = await device.open();
  await world.clock.until(() => engine.status().scopes.every((scope) => scope.synced));
  let commits = 0;
  device.database.faults.beforeCommit = () => {
    commits += 1;
    if (isRefused(commits)) throw new StorageError('ABORTED', 'simulated');
  };
  const failure = await engine.write([{ ...NOTE, values: { title: 'x' } }]).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StorageError);
  return { engine, device };
}

test('I13 of a write that failed nothing is left to be recovered', async () => {
  const { engine, device } = await afterFailedWrite((commit) => commit === 2);
  expect(engine.read(NOTE)).toBeUndefined();
  expect(await stored(device)).toEqual({ changes: [], ahead: [] });
});

test('I12 a write that failed is not done later, though the database refuses to take it away at first', async () => {
  const { device } = await afterFailedWrite((commit) => commit > 1 && commit < 6);
  expect(await stored(device)).toEqual({ changes: [], ahead: [] });
});

test('I12 I16 an open tab takes over what another one wrote ahead before it died, without a new page', async () => {
  const world = new TestWorld();
  const device = world.device();
  const { engine } = await device.open();
  await world.clock.until(isIdle(engine));
  await memoryStorage(device.database).writeAhead(left);
  await world.clock.until(() => engine.read(NOTE)?.state === 'SYNCED');
  expect(world.server.record('Note', 'user:ada', 'n1')).toMatchObject({ title: 'b' });
  // Whoever wrote it may only be slow, and is told.
  expect((await stored(device)).ahead).toEqual([{ key: 'k1', rows: [], changes: ['c1'] }]);
  await world.clock.pass(120_000);
  expect((await stored(device)).ahead).toEqual([{ key: 'k1', rows: [], changes: ['c1'] }]);
  expect([...world.server.executions.values()]).toEqual([1]);
});

test('I12 I16 a tab that wins the lead takes over what the one that led wrote ahead', async () => {
  const world = new TestWorld();
  const device = world.device();
  const first = await device.open();
  const { engine } = await device.open();
  await world.clock.until(isIdle(engine));
  await engine.ready();
  expect(engine.status().leader).toBe(false);
  await memoryStorage(device.database).writeAhead(left);
  await first.engine.stop();
  const before = world.clock.now();
  await world.clock.until(() => engine.read(NOTE)?.state === 'SYNCED');
  expect(world.clock.now() - before).toBeLessThan(5_000);
});

test('I7 I9 a tab that was frozen in mid write stores nothing a second time, though the word about it is gone', async () => {
  const world = new TestWorld();
  const device = world.device();
  const storage = memoryStorage(device.database);
  let thaw: () => void = () => undefined;
  const frozen = new Promise<void>((resolve) => (thaw = resolve));
  let isFreezing = false;
  const slow: SyncStorage = new Proxy(storage, {
    get(target, name: keyof SyncStorage) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const call = value.bind(target) as (...args: unknown[]) => unknown;
      const waits = isFreezing && name === 'write';
      return waits ? (...args: unknown[]) => frozen.then(() => call(...args)) : call;
    },
  });
  const first = await device.open({}, undefined, { ports: { storage: slow } });
  const second = await device.open();
  await world.clock.until(isIdle(first.engine));
  await second.engine.ready();
  isFreezing = true;
  const answer = first.engine.write([{ ...NOTE, values: { title: 'once' } }]);
  await world.clock.until(() => device.database.tables.ahead?.size === 1);
  // Another tab leads from here on, and a page that is opened later drops the word that nobody took.
  device.tabs.freezeLeader();
  await world.clock.until(() => second.engine.read(NOTE)?.state === 'SYNCED');
  const third = await device.open();
  await third.engine.ready();
  await rest();
  expect((await stored(device)).ahead).toEqual([]);
  isFreezing = false;
  thaw();
  expect(await answer).toMatchObject([{ outcome: 'QUEUED' }]);
  await world.clock.until(isIdle(second.engine));
  expect([...world.server.executions.values()]).toEqual([1]);
  expect(world.server.record('Note', 'user:ada', 'n1')).toMatchObject({ title: 'once', version: 1 });
});
