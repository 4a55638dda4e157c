import { expect, test } from 'vitest';
import { rest } from '../testing/manual-clock.ts';
import { isIdle, synced } from '../testing/test-device.ts';
import type { WriteInput } from './model.ts';

const OWN = 'user:ada';
const NOTE = { type: 'Note', scope: OWN, id: 'n1' } as const;

test('I5 a write shows at once, answers QUEUED when it is stored, and is SYNCED after its push', async () => {
  const { world, engine } = await synced();
  const writing = engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  expect(engine.read(NOTE)).toMatchObject({
    values: { title: 'A', content: '', tags: [] },
    state: 'PENDING',
    version: 0,
  });
  const [result] = await writing;
  expect(result).toMatchObject({ outcome: 'QUEUED', ref: NOTE });
  expect(engine.list({ type: 'Note' })).toEqual({ status: 'ready', value: [NOTE] });
  await world.clock.until(isIdle(engine));
  expect(engine.read(NOTE)).toMatchObject({ state: 'SYNCED', version: 1, values: { title: 'A' } });
  expect(world.server.record('Note', OWN, 'n1')).toMatchObject({ title: 'A', version: 1 });
  expect(await engine.settled(result?.outcome === 'QUEUED' ? result.change : '')).toMatchObject({
    outcome: 'APPLIED',
  });
});

test('I12 what is written offline is there after a reload, PENDING, and reaches the server once', async () => {
  const { world, device, engine, network } = await synced();
  network.plug(false);
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'offline' } }]);
  await world.clock.pass(10_000);
  await engine.stop();
  const again = await device.open({}, (next) => (next.isPlugged = false));
  await again.engine.ready();
  expect(again.engine.read(NOTE)).toMatchObject({ state: 'PENDING', values: { title: 'offline' } });
  expect(again.engine.list({ type: 'Note' })).toEqual({ status: 'ready', value: [NOTE] });
  expect(again.engine.status()).toMatchObject({ phase: 'offline', pending: 1 });
  again.network.plug(true);
  await world.clock.until(isIdle(again.engine));
  expect(again.engine.read(NOTE)?.state).toBe('SYNCED');
  expect([...world.server.executions.values()]).toEqual([1]);
});

test('I7 I9 after a lost answer the same bytes go out again and are applied once, after a reload too', async () => {
  const { world, device, engine, network } = await synced();
  network.fate = ({ document }) => ({ kind: document.name === 'HoldfastPush' ? 'lost' : 'delivered' });
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'A', stars: 1 } }]);
  await world.clock.until(() => world.server.executions.size === 1);
  await world.clock.until(() => network.sent.filter((sent) => sent.name === 'HoldfastPush').length === 2);
  await engine.stop();
  const again = await device.open();
  await world.clock.until(isIdle(again.engine));
  const pushes = [...network.sent, ...again.network.sent].filter((sent) => sent.name === 'HoldfastPush');
  const changes = pushes.map((sent) =>
    JSON.stringify((JSON.parse(sent.body) as { noteChanges: unknown }).noteChanges),
  );
  expect(pushes.length).toBeGreaterThanOrEqual(3);
  expect(new Set(changes).size).toBe(1);
  expect([...world.server.executions.values()]).toEqual([1]);
  expect(again.engine.read(NOTE)).toMatchObject({ state: 'SYNCED', values: { stars: 1 } });
});

test('I6 a pull that already holds a change whose answer was lost does not have it put over again', async () => {
  const { world, engine, network } = await synced();
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  await world.clock.until(isIdle(engine));
  network.fate = ({ document }) => ({ kind: document.name === 'HoldfastPush' ? 'lost' : 'delivered' });
  await engine.write([{ type: 'Note', id: 'n1', values: { stars: 1 } }]);
  await world.clock.until(() => world.server.executions.size === 2);
  world.server.put('Note', OWN, { id: 'n1', stars: 6 });
  network.poke(OWN, world.server.head(OWN));
  await world.clock.until(() => engine.read(NOTE)?.version === 3);
  expect(engine.read(NOTE)).toMatchObject({ state: 'PENDING', values: { stars: 6 } });
});

test('I12 R24 what is made and deleted before it was sent comes back whole when the deletion is taken back after it was sent', async () => {
  const { world, engine, network } = await synced();
  network.plug(false);
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'A', content: 'text' } }]);
  await engine.write([{ type: 'Note', id: 'n1', values: {}, deleted: true }]);
  network.plug(true);
  await world.clock.until(isIdle(engine));
  await engine.write([{ type: 'Note', id: 'n1', values: {}, deleted: false }]);
  await world.clock.until(isIdle(engine));
  const whole = { deletedAt: null, values: { title: 'A', content: 'text' } };
  expect(engine.read(NOTE)).toMatchObject({ state: 'SYNCED', ...whole });
  expect(world.server.record('Note', OWN, 'n1')).toMatchObject({ title: 'A', content: 'text' });
  expect(engine.failed()).toEqual([]);
});

test('I5 an edit made while one is in flight is shown throughout and sent after it', async () => {
  const { world, engine, network } = await synced();
  network.fate = ({ document }) => ({ kind: document.name === 'HoldfastPush' ? 'held' : 'delivered' });
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  await world.clock.until(() => engine.status().inFlight === 1);
  const shown: unknown[] = [];
  engine.onChange(() => shown.push(engine.read(NOTE)?.values['title']));
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'B' } }]);
  network.fate = () => ({ kind: 'delivered' });
  network.release();
  await world.clock.until(isIdle(engine));
  expect(new Set(shown)).toEqual(new Set(['B']));
  expect(world.server.record('Note', OWN, 'n1')).toMatchObject({ title: 'B', version: 2 });
});

test('I15 a refused change goes to the failed list, holds what builds on it, and blocks nothing else', async () => {
  const { world, engine } = await synced();
  world.server.refuse = (type) =>
    type === 'Notebook' ? { code: 'FORBIDDEN', message: 'no', field: 'name' } : null;
  await engine.write([{ type: 'Notebook', id: 'b1', values: { name: 'Book' } }]);
  await world.clock.until(() => engine.status().failed === 1);
  await engine.write([
    { type: 'Note', id: 'n1', values: { title: 'in it', notebookId: 'b1' } },
    { type: 'Note', id: 'n2', values: { title: 'free' } },
  ]);
  await world.clock.until(() => engine.read({ ...NOTE, id: 'n2' })?.state === 'SYNCED');
  const [failed] = engine.failed();
  expect(failed).toMatchObject({
    ref: { type: 'Notebook', id: 'b1' },
    error: { code: 'FORBIDDEN', field: 'name' },
  });
  expect(engine.pending()).toMatchObject([{ ref: NOTE, heldBy: failed?.change }]);
  expect(engine.read({ type: 'Notebook', scope: OWN, id: 'b1' })?.state).toBe('FAILED');
  world.server.refuse = () => null;
  await engine.retry(failed?.change ?? '');
  await world.clock.until(isIdle(engine));
  expect(world.server.record('Note', OWN, 'n1')).toMatchObject({ notebookId: 'b1' });
});

test('I12 a discarded failure shows the server value again', async () => {
  const { world, engine } = await synced();
  world.server.put('Note', OWN, { id: 'n1', title: 'server' });
  engine.requestPull();
  await world.clock.until(() => engine.read(NOTE) !== undefined);
  world.server.refuse = () => ({ code: 'RULE_VIOLATED', message: 'no', field: null });
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'mine' } }]);
  await world.clock.until(() => engine.status().failed === 1);
  expect(engine.read(NOTE)).toMatchObject({ state: 'FAILED', values: { title: 'mine' } });
  await engine.discard(engine.failed()[0]?.change ?? '');
  expect(engine.read(NOTE)).toMatchObject({ state: 'SYNCED', values: { title: 'server' } });
});

test('I12 a conflict keeps the person’s value visible, takes later edits in, and is settled by one new change', async () => {
  const { world, engine, network } = await synced();
  const card = { type: 'Card', scope: OWN, id: 'c1' } as const;
  await engine.write([{ type: 'Card', id: 'c1', values: { text: 'first' } }]);
  await world.clock.until(isIdle(engine));
  network.plug(false);
  await engine.write([{ type: 'Card', id: 'c1', values: { text: 'mine' } }]);
  world.server.put('Card', OWN, { id: 'c1', text: 'theirs' });
  network.plug(true);
  await world.clock.until(() => engine.status().conflicts === 1);
  await engine.write([{ type: 'Card', id: 'c1', values: { text: 'mine, later' } }]);
  await world.clock.pass(10_000);
  expect(engine.read(card)).toMatchObject({ state: 'CONFLICT', values: { text: 'mine, later' } });
  expect(engine.conflicts()).toMatchObject([
    { ref: card, fields: [{ name: 'text', base: 'first', yours: 'mine, later', theirs: 'theirs' }] },
  ]);
  expect(world.server.record('Card', OWN, 'c1')).toMatchObject({ text: 'theirs' });
  await engine.resolve(card, 'yours');
  await world.clock.until(isIdle(engine));
  expect(engine.conflicts()).toEqual([]);
  expect(world.server.record('Card', OWN, 'c1')).toMatchObject({ text: 'mine, later' });
  expect(engine.read(card)).toMatchObject({ state: 'SYNCED', values: { text: 'mine, later' } });
});

test('I12 a conflict decided for theirs sends nothing', async () => {
  const { world, engine, network } = await synced();
  const card = { type: 'Card', scope: OWN, id: 'c1' } as const;
  await engine.write([{ type: 'Card', id: 'c1', values: { text: 'first' } }]);
  await world.clock.until(isIdle(engine));
  network.plug(false);
  await engine.write([{ type: 'Card', id: 'c1', values: { text: 'mine' } }]);
  world.server.put('Card', OWN, { id: 'c1', text: 'theirs' });
  network.plug(true);
  await world.clock.until(() => engine.status().conflicts === 1);
  await engine.resolve(card, 'theirs');
  await world.clock.pass(5_000);
  expect(engine.read(card)).toMatchObject({ state: 'SYNCED', values: { text: 'theirs' } });
  expect(world.server.executions.size).toBe(2);
});

/** A tab whose edit of a setting was replaced by somebody else's. */
async function superseded() {
  const tab = await synced();
  const { world, engine, network } = tab;
  await engine.write([{ type: 'Setting', id: 's1', values: { value: 'first' } }]);
  await world.clock.until(isIdle(engine));
  network.plug(false);
  await engine.write([{ type: 'Setting', id: 's1', values: { value: 'mine' } }]);
  world.server.put('Setting', OWN, { id: 's1', value: 'theirs' });
  network.plug(true);
  await world.clock.until(() => engine.history().length === 1);
  return tab;
}

test('I12 values that lost are listed in the history and can be written again', async () => {
  const { world, engine } = await superseded();
  const [entry] = engine.history();
  expect(entry).toMatchObject({
    reason: 'SUPERSEDED',
    fields: [{ field: 'value', yours: 'mine', theirs: 'theirs' }],
  });
  await engine.restore(entry?.id ?? '');
  await world.clock.until(isIdle(engine));
  expect(engine.history()).toEqual([]);
  expect(world.server.record('Setting', OWN, 's1')).toMatchObject({ value: 'mine' });
});

test('I12 values that lost stay listed until a person dismisses them: in every tab, for good, and nothing is sent', async () => {
  const one = await superseded();
  const { world, engine, device } = one;
  const two = await device.open();
  await two.engine.ready();
  const sent = world.server.executions.size;
  const [entry] = two.engine.history();
  const told = [engine, two.engine].map((tab) => {
    const counts: number[] = [];
    tab.onStatus(({ superseded: count }) => counts.push(count));
    return counts;
  });
  await two.engine.dismiss(entry?.id ?? '');
  await rest();
  expect(told.map((counts) => counts.at(-1))).toEqual([0, 0]);
  expect([engine.history(), two.engine.history()]).toEqual([[], []]);
  await expect(engine.dismiss(entry?.id ?? '')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await engine.stop();
  await two.engine.stop();
  const later = await device.open();
  await later.engine.ready();
  await world.clock.pass(5_000);
  expect(later.engine.history()).toEqual([]);
  expect(later.engine.read({ type: 'Setting', scope: OWN, id: 's1' })?.values['value']).toBe('theirs');
  expect(world.server.executions.size).toBe(sent);
});

test('I21 a cycle drops what the server purged and keeps what is pending', async () => {
  const { world, engine, network } = await synced();
  world.server.put('Note', OWN, { id: 'gone', title: 'x' });
  world.server.put('Note', OWN, { id: 'n1', title: 'kept' });
  engine.requestPull();
  await world.clock.until(() => engine.read(NOTE) !== undefined);
  network.plug(false);
  await engine.write([
    { type: 'Note', id: 'n1', values: { title: 'pending' } },
    { type: 'Note', id: 'n2', values: { title: 'new' } },
  ]);
  world.server.put('Note', OWN, { id: 'gone', deleted: true });
  world.server.purge('Note', OWN);
  network.fate = ({ document }) => ({ kind: document.name === 'HoldfastPush' ? 'refused' : 'delivered' });
  network.plug(true);
  await world.clock.until(() => engine.read({ ...NOTE, id: 'gone' }) === undefined);
  expect(engine.read(NOTE)).toMatchObject({ state: 'PENDING', values: { title: 'pending' } });
  expect(engine.read({ ...NOTE, id: 'n2' })).toMatchObject({ state: 'PENDING' });
  network.fate = () => ({ kind: 'delivered' });
  await world.clock.until(isIdle(engine));
  expect(world.server.record('Note', OWN, 'n1')).toMatchObject({ title: 'pending' });
});

test('I21 an edit of a purged record stays shown until its refusal is discarded', async () => {
  const { world, engine, network } = await synced();
  world.server.put('Note', OWN, { id: 'n1', title: 'old' });
  engine.requestPull();
  await world.clock.until(() => engine.read(NOTE) !== undefined);
  network.plug(false);
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'mine' } }]);
  world.server.put('Note', OWN, { id: 'n1', deleted: true });
  world.server.purge('Note', OWN);
  network.plug(true);
  await world.clock.until(() => engine.status().failed === 1 && engine.status().phase === 'idle');
  expect(engine.read(NOTE)).toMatchObject({ state: 'FAILED', values: { title: 'mine' } });
  await engine.discard(engine.failed()[0]?.change ?? '');
  expect(engine.read(NOTE)).toBeUndefined();
});

test('I3 after a restore cycles run, outstanding numbers go out again, and what the backup lost is listed', async () => {
  const { world, engine, network } = await synced();
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'before' } }]);
  await world.clock.until(isIdle(engine));
  const restore = world.server.backup();
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'acknowledged' } }]);
  await world.clock.until(isIdle(engine));
  network.plug(false);
  await engine.write([{ type: 'Note', id: 'n2', values: { title: 'pending' } }]);
  restore();
  network.plug(true);
  await world.clock.until(() => world.server.record('Note', OWN, 'n2') !== undefined);
  await world.clock.until(isIdle(engine));
  expect(engine.read(NOTE)).toMatchObject({ state: 'SYNCED', values: { title: 'before' } });
  expect(engine.history()).toMatchObject([
    { reason: 'RESTORED_BACKUP', fields: [{ field: 'title', yours: 'acknowledged', theirs: 'before' }] },
  ]);
});

test('I17 a restore that ends at the same head is noticed without any poke or reconnection', async () => {
  const { world, engine } = await synced();
  const restore = world.server.backup();
  world.server.put('Note', OWN, { id: 'n1', title: 'lost with the restore' });
  await world.clock.pass(35_000);
  expect(engine.read(NOTE)?.values['title']).toBe('lost with the restore');
  restore();
  world.server.put('Note', OWN, { id: 'n1', title: 'written after it' });
  await world.clock.pass(35_000);
  expect(engine.read(NOTE)).toMatchObject({ version: 1, values: { title: 'written after it' } });
});

test('I13 when the storage aborts, what was shown is undone and the write rejects with STORAGE', async () => {
  const { device, engine } = await synced();
  const changes: unknown[] = [];
  engine.onChange(({ records }) => changes.push(...records));
  device.database.faults.beforeCommit = () => {
    throw Object.assign(new Error('aborted'), { name: 'StorageError', code: 'STORAGE' });
  };
  const writing = engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  expect(engine.read(NOTE)?.values['title']).toBe('A');
  await expect(writing).rejects.toMatchObject({ code: 'STORAGE' });
  device.database.faults.beforeCommit = undefined;
  await rest();
  expect(engine.read(NOTE)).toBeUndefined();
  expect(engine.pending()).toEqual([]);
  expect(changes).toEqual([NOTE, NOTE]);
});

test('I22 a lost scope leaves the device and its unsent changes become failed ones', async () => {
  const { world, engine, network } = await synced();
  const ref = { type: 'Note', scope: 'team:demo', id: 't1' } as const;
  world.server.put('Note', 'team:demo', { id: 't1', title: 'team' });
  engine.requestPull();
  await world.clock.until(() => engine.read(ref) !== undefined);
  network.plug(false);
  await engine.write([{ ...ref, values: { title: 'mine' } }]);
  world.server.access['ada'] = [{ id: OWN, access: 'WRITE' }];
  network.plug(true);
  await world.clock.until(() => engine.status().failed === 1);
  await world.clock.until(() => engine.status().scopes.length === 1);
  expect(engine.failed()).toMatchObject([{ ref, error: { code: 'SCOPE_FORBIDDEN' } }]);
  expect(engine.list({ type: 'Note', scopes: ['team:demo'] })).toMatchObject({ code: 'SCOPE_FORBIDDEN' });
});

test('I22 a gained scope is downloaded from its beginning', async () => {
  const { world, engine, network } = await synced();
  world.server.put('Note', 'team:new', { id: 'x', title: 'old record' });
  world.server.access['ada']?.push({ id: 'team:new', access: 'READ' });
  network.poke('team:new', 1, true);
  await world.clock.until(() => engine.read({ type: 'Note', scope: 'team:new', id: 'x' }) !== undefined);
  const [refused] = await engine.write([{ type: 'Note', scope: 'team:new', id: 'y', values: {} }]);
  expect(refused).toMatchObject({ outcome: 'REJECTED', error: { code: 'SCOPE_FORBIDDEN' } });
});

test('I24 with every poke lost a change of another device still arrives by polling', async () => {
  const { world, engine } = await synced();
  world.server.put('Note', OWN, { id: 'n1', title: 'theirs' });
  await world.clock.pass(35_000);
  expect(engine.read(NOTE)?.values['title']).toBe('theirs');
});

test('consecutive edits become one change, edits around another record do not', async () => {
  const { world, engine, network } = await synced();
  network.plug(false);
  for (const title of ['a', 'ab', 'abc']) await engine.write([{ type: 'Note', id: 'n1', values: { title } }]);
  await engine.write([{ type: 'Note', id: 'n2', values: { title: 'other' } }]);
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'abcd' } }]);
  expect(engine.pending().map((change) => change.values['title'])).toEqual(['abc', 'other', 'abcd']);
  network.plug(true);
  await world.clock.until(isIdle(engine));
  expect(world.server.executions.size).toBe(3);
  expect(network.sent.filter((sent) => sent.name === 'HoldfastPush').length).toBe(1);
});

test('an edit taken back before it was sent leaves nothing behind', async () => {
  const { world, engine, network } = await synced();
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  await world.clock.until(isIdle(engine));
  network.plug(false);
  const [result] = await engine.write([{ type: 'Note', id: 'n1', values: { title: 'B' } }]);
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  expect(engine.pending()).toEqual([]);
  expect(engine.read(NOTE)?.state).toBe('SYNCED');
  expect(await engine.settled(result?.outcome === 'QUEUED' ? result.change : '')).toMatchObject({
    outcome: 'APPLIED',
  });
});

/** A database as it was before its device sent more: three notes, or what is named. */
async function rolledBack(
  sent: readonly WriteInput[] = ['n1', 'n4', 'n5'].map((id) => ({
    type: 'Note',
    id,
    values: { title: 'sent by the original' },
  })),
) {
  const { world, device, engine } = await synced();
  await engine.write([{ type: 'Note', id: 'n0', values: { title: '0' } }]);
  await world.clock.until(isIdle(engine));
  await engine.stop();
  const tables = structuredClone(device.database.tables);
  const first = await device.open();
  await first.engine.write(sent);
  await world.clock.until(isIdle(first.engine));
  await first.engine.stop();
  Object.assign(device.database.tables, tables);
  return { world, device };
}

test('I12 a storage rolled back takes a new device id before it gives a number that is taken, and nothing becomes unknown', async () => {
  const { world, device } = await rolledBack();
  const clone = await device.open();
  await clone.engine.catchUp();
  await clone.engine.write([{ type: 'Note', id: 'n2', values: { title: 'sent by the clone' } }]);
  await world.clock.until(isIdle(clone.engine));
  expect(clone.engine.failed()).toEqual([]);
  expect(world.server.record('Note', OWN, 'n2')).toMatchObject({ title: 'sent by the clone' });
  const lines = new Set([...world.server.executions.keys()].map((key) => key.split('/')[2]));
  expect(lines.size).toBe(2);
});

test('I12 a storage rolled back that sends before it has pulled shows what it sent as unknown, and goes on under a new device id', async () => {
  const { world, device } = await rolledBack();
  const clone = await device.open({}, (network) => {
    network.fate = ({ document }) => ({ kind: document.name === 'HoldfastPull' ? 'held' : 'delivered' });
  });
  await clone.engine.write([{ type: 'Note', id: 'n2', values: { title: 'sent by the clone' } }]);
  await world.clock.until(() => clone.engine.status().failed === 1);
  expect(clone.engine.failed()).toMatchObject([{ ref: { id: 'n2' }, error: { code: 'OUTCOME_UNKNOWN' } }]);
  await clone.engine.write([{ type: 'Note', id: 'n3', values: { title: 'after' } }]);
  await world.clock.until(() => world.server.record('Note', OWN, 'n3') !== undefined);
});

test('I12 I18 what was added to a counter under a taken number is unknown, though the counter stands where it would have led', async () => {
  const { world, device } = await rolledBack([
    { type: 'Note', id: 'n0', values: { title: 'sent by the original', stars: 1 } },
  ]);
  const clone = await device.open({}, (network) => {
    network.fate = ({ document }) => ({ kind: document.name === 'HoldfastPull' ? 'held' : 'delivered' });
  });
  await clone.engine.write([{ type: 'Note', id: 'n0', values: { stars: 1 } }]);
  await world.clock.until(() => clone.engine.status().pending === 0);
  expect(world.server.record('Note', OWN, 'n0')).toMatchObject({ stars: 1 });
  expect(clone.engine.failed()).toMatchObject([{ ref: { id: 'n0' }, error: { code: 'OUTCOME_UNKNOWN' } }]);
});

test('catchUp resolves when all is sent and pulled, and rejects offline', async () => {
  const { world, engine, network } = await synced();
  network.fate = () => ({ kind: 'refused' });
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  const failing = engine.catchUp().catch((error: unknown) => error);
  await world.clock.pass(1_000);
  expect(await failing).toMatchObject({ code: 'OFFLINE' });
  network.fate = () => ({ kind: 'delivered' });
  world.server.put('Note', OWN, { id: 'n2', title: 'theirs' });
  const catching = engine.catchUp();
  await world.clock.pass(2_000);
  await catching;
  expect(engine.status().pending).toBe(0);
  expect(engine.read({ ...NOTE, id: 'n2' })).toBeDefined();
});

test('I25 sign-out asks about unsent work, exports it, and leaves no byte', async () => {
  const { device, engine, network } = await synced();
  network.plug(false);
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'unsent' } }]);
  await expect(engine.signOut()).rejects.toMatchObject({ code: 'UNSENT_WORK' });
  const exported = await engine.signOut('export');
  expect(exported?.pending).toMatchObject([{ ref: NOTE, values: { title: 'unsent' } }]);
  expect(Object.values(device.database.tables).every((table) => table.size === 0)).toBe(true);
});

test('hidden pushes at once, with keepalive', async () => {
  const { world, engine, network } = await synced();
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  network.tell('hidden');
  await rest();
  expect(network.sent.at(-1)).toMatchObject({ name: 'HoldfastPush', keepalive: true });
  expect(world.server.executions.size).toBe(1);
});
