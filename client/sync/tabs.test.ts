import { expect, test } from 'vitest';
import { memoryStorage } from '../storage/memory-storage.ts';
import { rest } from '../testing/manual-clock.ts';
import { synced, TestWorld } from '../testing/test-device.ts';
import type { Leadership } from './ports.ts';

const OWN = 'user:ada';
const NOTE = { type: 'Note', scope: OWN, id: 'n1' } as const;

async function twoTabs() {
  const world = new TestWorld();
  const device = world.device();
  const one = await device.open();
  await world.clock.until(() => one.engine.status().scopes.every((scope) => scope.synced));
  const two = await device.open();
  await two.engine.ready();
  return { world, device, one, two };
}

test('I5 a write in a tab that does not lead shows in both, and the leader sends it', async () => {
  const { world, one, two } = await twoTabs();
  expect([one.engine.status().leader, two.engine.status().leader]).toEqual([true, false]);
  const [result] = await two.engine.write([{ type: 'Note', id: 'n1', values: { title: 'two' } }]);
  await rest();
  expect(one.engine.read(NOTE)).toMatchObject({ state: 'PENDING', values: { title: 'two' } });
  const settling = two.engine.settled(result?.outcome === 'QUEUED' ? result.change : '');
  await world.clock.until(() => two.engine.read(NOTE)?.state === 'SYNCED');
  expect(await settling).toMatchObject({ outcome: 'APPLIED' });
  expect(two.network.sent).toEqual([]);
  expect(two.engine.status().phase).toBe(one.engine.status().phase);
});

test('I5 a tab that opens while another one stores something shows that, too', async () => {
  const { device, one } = await twoTabs();
  const storage = memoryStorage(device.database);
  const read = storage.snapshot.bind(storage);
  storage.snapshot = async () => {
    const snapshot = await read();
    // Announced after this tab has read, and before it listens.
    await one.engine.write([{ type: 'Note', id: 'n1', values: { title: 'meanwhile' } }]);
    return snapshot;
  };
  const three = await device.open({}, undefined, { ports: { storage } });
  await three.engine.ready();
  await rest();
  expect(three.engine.read(NOTE)).toMatchObject({ values: { title: 'meanwhile' } });
});

test('I24 with the channel cut the leader still finds what another tab wrote', async () => {
  const { world, device, one, two } = await twoTabs();
  device.tabs.isChannelCut = true;
  await two.engine.write([{ type: 'Note', id: 'n1', values: { title: 'two' } }]);
  await world.clock.pass(40_000);
  expect(world.server.record('Note', OWN, 'n1')).toMatchObject({ title: 'two' });
  expect(one.engine.read(NOTE)?.state).toBe('SYNCED');
  expect(two.engine.read(NOTE)?.state).toBe('SYNCED');
});

test('I16 when the leader closes another tab leads on, and sends what was left', async () => {
  const { world, one, two } = await twoTabs();
  one.network.plug(false);
  await one.engine.write([{ type: 'Note', id: 'n1', values: { title: 'left' } }]);
  await one.engine.stop();
  await world.clock.until(() => two.engine.read(NOTE)?.state === 'SYNCED');
  expect(two.engine.status().leader).toBe(true);
  expect([...world.server.executions.values()]).toEqual([1]);
});

test('I7 a zombie leader stores nothing once another tab leads, and its answer changes nothing', async () => {
  const { world, device, one, two } = await twoTabs();
  one.network.fate = ({ document }) => ({ kind: document.name === 'HoldfastPush' ? 'held' : 'delivered' });
  await one.engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  await world.clock.until(() => one.engine.status().inFlight === 1);
  device.tabs.freezeLeader();
  await world.clock.until(() => two.engine.read(NOTE)?.state === 'SYNCED');
  await two.engine.write([{ type: 'Note', id: 'n1', values: { title: 'B' } }]);
  one.network.release();
  await world.clock.until(() => two.engine.status().pending === 0);
  await world.clock.until(() => !one.engine.status().leader);
  expect([...world.server.executions.values()]).toEqual([1, 1]);
  expect(world.server.record('Note', OWN, 'n1')).toMatchObject({ title: 'B' });
  expect(one.engine.read(NOTE)).toMatchObject({ state: 'SYNCED', values: { title: 'B' } });
});

test('I9 an edit of another tab never joins a change that has a number', async () => {
  const { world, device, one, two } = await twoTabs();
  device.tabs.isChannelCut = true;
  one.network.fate = ({ document }) => ({ kind: document.name === 'HoldfastPush' ? 'lost' : 'delivered' });
  await two.engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  one.network.tell('visible');
  await world.clock.until(() => world.server.executions.size === 1);
  await two.engine.write([{ type: 'Note', id: 'n1', values: { title: 'AB' } }]);
  one.network.fate = () => ({ kind: 'delivered' });
  device.tabs.isChannelCut = false;
  await world.clock.until(() => one.engine.status().pending === 0 && two.engine.status().pending === 0);
  expect([...world.server.executions.values()]).toEqual([1, 1]);
  expect(world.server.record('Note', OWN, 'n1')).toMatchObject({ title: 'AB', version: 2 });
});

test('catchUp in a tab that does not lead is done by the leader', async () => {
  const { world, two } = await twoTabs();
  await two.engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  world.server.put('Note', OWN, { id: 'n2', title: 'theirs' });
  const catching = two.engine.catchUp();
  await world.clock.pass(3_000);
  await catching;
  expect(two.engine.read({ ...NOTE, id: 'n2' })).toBeDefined();
  expect(two.engine.status().pending).toBe(0);
});

test('a pause in one tab is obeyed by all', async () => {
  const { world, one, two } = await twoTabs();
  await two.engine.pause();
  await world.clock.until(() => one.engine.status().phase === 'paused');
  const before = one.network.sent.length;
  await one.engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  await world.clock.pass(90_000);
  expect(one.network.sent.length).toBe(before);
  expect(two.engine.status()).toMatchObject({ phase: 'paused', pending: 1 });
});

test('I16 a lead that is won back is not lost again by what was refused under the earlier one', async () => {
  for (let turns = 0; turns < 25; turns++) {
    const { world, device, one, two } = await twoTabs();
    one.network.fate = ({ document }) => ({
      kind: document.name === 'HoldfastPush' ? 'held' : 'delivered',
    });
    await one.engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
    await world.clock.until(() => one.engine.status().inFlight === 1);
    device.tabs.freezeLeader();
    await world.clock.until(() => two.engine.status().leader);
    one.network.fate = () => ({ kind: 'delivered' });
    one.network.release();
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    await two.engine.stop();
    await world.clock.until(() => one.engine.status().leader && one.engine.status().pending === 0, 60_000);
    await one.engine.write([{ type: 'Note', id: 'n1', values: { title: `B${turns}` } }]);
    await world.clock.until(() => one.engine.read(NOTE)?.state === 'SYNCED', 60_000);
    expect(world.server.record('Note', OWN, 'n1')).toMatchObject({ title: `B${turns}` });
    await one.engine.stop();
  }
});

test('I16 a tab that closes in the moment it begins to lead does not fence off the one that leads then', async () => {
  for (let turns = 0; turns < 12; turns++) {
    const { world, device, engine } = await synced();
    // Its records are still being loaded: its transaction comes later than that of the tab that leads then.
    const two = await device.open();
    device.tabs.freezeLeader();
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    await two.engine.stop();
    await engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
    await world.clock.until(() => engine.read(NOTE)?.state === 'SYNCED', 10_000);
    expect(engine.status().leader).toBe(true);
    await engine.stop();
  }
});

test('I16 a tab that loses the lead in the moment it takes it does not keep the one whose turn it is from leading', async () => {
  const { world, device, engine } = await synced();
  let two: Parameters<Leadership['campaign']>[0] | undefined;
  const nothing = (): void => undefined;
  const leadership: Leadership = { campaign: (tab) => ((two = tab), { steal: nothing, resign: nothing }) };
  const tab = await device.open({}, undefined, { ports: { leadership } });
  await tab.engine.ready();
  device.database.faults.beforeCommit = () => {
    device.database.faults.beforeCommit = undefined;
    two?.onLost();
  };
  two?.onGained();
  await world.clock.until(() => !engine.status().leader);
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  await world.clock.until(() => engine.read(NOTE)?.state === 'SYNCED', 60_000);
  expect([engine.status().leader, tab.engine.status().leader]).toEqual([true, false]);
});

test('catchUp of a tab that stops, or has stopped, does not wait for ever', async () => {
  const { two } = await twoTabs();
  const stopped = { code: 'STOPPED' };
  const catching = expect(two.engine.catchUp()).rejects.toMatchObject(stopped);
  await two.engine.stop();
  await catching;
  await expect(two.engine.catchUp()).rejects.toMatchObject(stopped);
});
