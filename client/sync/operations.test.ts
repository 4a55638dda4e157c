import { expect, test } from 'vitest';
import { OperationRefusal } from '../testing/reference-server.ts';
import { isIdle, synced, TestWorld, type Tab } from '../testing/test-device.ts';

const OWN = 'user:ada';
const TEAM = 'team:demo';
const PLACE = { name: 'Place', text: 'mutation Place($id: ID!) { place(id: $id) { number } }' };
const place = (id: string, more: { scope?: string } = {}) => ({ ...PLACE, variables: { id }, ...more });

/** A server whose `Place` gives a note the next number and takes one from the team's stock. */
function shop(): TestWorld {
  const world = new TestWorld();
  const { server } = world;
  server.put('Note', TEAM, { id: 'stock', stars: 10 });
  let number = 0;
  server.operations.set('Place', ({ variables, scope }) => {
    const id = String(variables['id']);
    const stars = Number(server.record('Note', TEAM, 'stock')?.['stars']);
    if (server.record('Note', scope, id) === undefined)
      throw new OperationRefusal('GONE', 'No such order', 'id');
    if (stars === 0) throw new OperationRefusal('RULE_VIOLATED', 'Sold out');
    server.put('Note', scope, { id, title: `#${String(++number)}` });
    server.put('Note', TEAM, { id: 'stock', stars: stars - 1 });
    return { place: { number } };
  });
  return world;
}

const changeOf = async (result: ReturnType<Tab['engine']['queue']>): Promise<string> => {
  const answer = await result;
  if (answer.outcome !== 'QUEUED') throw new Error(answer.error.message);
  return answer.change;
};

const sentBy = ({ network }: Tab) =>
  network.sent.filter(({ name }) => name === 'Place' || name === 'HoldfastPush');

test('R32 R12 an operation queued offline is durable, survives a reload and a power cut, and runs once, in its place among the edits', async () => {
  const { world, device, engine, network } = await synced(shop());
  network.plug(false);
  await engine.write([{ type: 'Note', id: 'o1', values: { title: 'order' } }]);
  const change = await changeOf(engine.queue(place('o1')));
  await engine.write([{ type: 'Note', id: 'o2', values: { title: 'after' } }]);
  expect(engine.status().pending).toBe(3);
  expect(engine.pending()[1]).toMatchObject({ change, ref: null, operation: { name: 'Place' }, sent: false });
  await engine.stop();
  device.database.powerCut();

  const again = await device.open();
  const settled = again.engine.settled(change);
  await world.clock.until(isIdle(again.engine));
  expect(await settled).toEqual({
    ref: null,
    change,
    outcome: 'APPLIED',
    conflicts: [],
    error: null,
    data: { place: { number: 1 } },
  });
  expect(sentBy(again).map(({ name, claim }) => [name, claim?.scope, claim?.seq])).toEqual([
    ['HoldfastPush', undefined, undefined],
    ['Place', OWN, 2],
    ['HoldfastPush', undefined, undefined],
  ]);
  expect([...world.server.executions.values()]).toEqual([1, 1, 1]);
});

test('R32 what one tick writes before and after an operation stays before and after it', async () => {
  const { world, engine, network } = await synced(shop());
  await engine.write([{ type: 'Note', id: 'o1', values: { content: 'x' } }]);
  await world.clock.until(isIdle(engine));
  network.sent.length = 0;
  const done = [
    engine.write([{ type: 'Note', id: 'o1', values: { content: 'before' } }]),
    engine.queue(place('o1')),
    engine.write([{ type: 'Note', id: 'o1', values: { content: 'after' } }]),
  ];
  await Promise.all(done);
  expect(engine.pending().map((row) => row.operation?.name ?? row.values['content'])).toEqual([
    'before',
    'Place',
    'after',
  ]);
  await world.clock.until(isIdle(engine));
  expect(sentBy({ engine, network }).map(({ name }) => name)).toEqual([
    'HoldfastPush',
    'Place',
    'HoldfastPush',
  ]);
});

test('R32 I7 I8 when its answer is lost it goes out again byte for byte, and what it answers is what it answered', async () => {
  const { world, engine, network } = await synced(shop());
  await engine.write([{ type: 'Note', id: 'o1', values: { title: 'order' } }]);
  await world.clock.until(isIdle(engine));
  let lost = 0;
  network.fate = ({ document }) => ({
    kind: document.name === 'Place' && lost++ < 3 ? 'lost' : 'delivered',
  });
  const change = await changeOf(engine.queue(place('o1')));
  const settled = engine.settled(change);
  await world.clock.until(isIdle(engine));
  expect(await settled).toMatchObject({ outcome: 'APPLIED', data: { place: { number: 1 } } });
  const sent = sentBy({ engine, network }).filter(({ name }) => name === 'Place');
  expect(sent).toHaveLength(4);
  expect(new Set(sent.map((each) => JSON.stringify(each))).size).toBe(1);
  expect(world.server.record('Note', TEAM, 'stock')).toMatchObject({ stars: 9 });
});

test('R32 what an operation answered is known to a page that is opened later, for the last twenty', async () => {
  const { world, device, engine } = await synced(shop());
  await engine.write([{ type: 'Note', id: 'o1', values: { title: 'order' } }]);
  const first = await changeOf(engine.queue(place('o1')));
  await world.clock.until(isIdle(engine));
  await engine.stop();
  const again = await device.open();
  expect(await again.engine.settled(first)).toMatchObject({
    outcome: 'APPLIED',
    data: { place: { number: 1 } },
  });
  world.server.operations.set('Touch', () => ({ touch: true }));
  for (let count = 0; count < 20; count++)
    await again.engine.queue({ name: 'Touch', text: 'mutation Touch { touch }', variables: {} });
  await world.clock.until(isIdle(again.engine));
  await again.engine.stop();
  const third = await device.open();
  expect(await third.engine.settled(first)).toBeNull();
});

test('R32 the scopes that an operation wrote are on the device when nothing is pending any more', async () => {
  const { world, engine } = await synced(shop());
  await engine.write([{ type: 'Note', id: 'o1', values: { title: 'order' } }]);
  await engine.queue(place('o1'));
  await world.clock.until(isIdle(engine), 5_000);
  expect(engine.read({ type: 'Note', scope: OWN, id: 'o1' })?.values['title']).toBe('#1');
  expect(engine.read({ type: 'Note', scope: TEAM, id: 'stock' })?.values['stars']).toBe(9);
});

test('R32 I12 a refused operation stands in the failed list with its code, blocks nothing, and can be retried under a new number, exported or discarded', async () => {
  const { world, engine, network } = await synced(shop());
  const change = await changeOf(engine.queue(place('o1')));
  const settled = engine.settled(change);
  await engine.write([{ type: 'Note', id: 'o2', values: { title: 'goes on' } }]);
  await world.clock.until(isIdle(engine));
  const error = { code: 'GONE', message: 'No such order', field: 'id' };
  expect(await settled).toMatchObject({ outcome: 'REJECTED', error });
  expect(engine.failed()).toMatchObject([
    { change, ref: null, operation: { variables: { id: 'o1' } }, error },
  ]);
  expect(engine.exportWork().failed).toHaveLength(1);
  expect(world.server.record('Note', OWN, 'o2')).toBeDefined();
  await expect(engine.edit(change, { id: 'o2' })).rejects.toMatchObject({ code: 'BAD_INPUT' });

  world.server.put('Note', OWN, { id: 'o1', title: 'there now' });
  await engine.retry(change);
  await world.clock.until(isIdle(engine));
  expect(engine.failed()).toEqual([]);
  expect(world.server.record('Note', OWN, 'o1')).toMatchObject({ title: '#1' });
  const numbers = network.sent.flatMap(({ claim }) => claim?.seq ?? []);
  expect(numbers).toEqual([1, 3]);

  const other = await changeOf(engine.queue(place('nothing')));
  await world.clock.until(() => engine.failed().length === 1);
  await engine.discard(other);
  expect([engine.failed(), engine.status().failed]).toEqual([[], 0]);
});

test('I15 an operation that names a record whose creation was refused waits for it, and nothing else does', async () => {
  const { world, engine } = await synced(shop());
  world.server.refuse = (_type, change) =>
    change['id'] === 'o1' ? { code: 'RULE_VIOLATED', message: 'no', field: null } : null;
  await engine.write([{ type: 'Note', id: 'o1', values: { title: 'order' } }]);
  const change = await changeOf(engine.queue(place('o1')));
  await engine.write([{ type: 'Note', id: 'o2', values: { title: 'other' } }]);
  await engine.queue(place('o2'));
  await world.clock.until(() => engine.status().pending === 1);
  const [failed] = engine.failed();
  expect(engine.pending()).toMatchObject([{ change, heldBy: failed?.change, sent: false }]);
  expect(world.server.record('Note', OWN, 'o2')).toMatchObject({ title: '#1' });

  world.server.refuse = () => null;
  await engine.retry(failed?.change ?? '');
  await world.clock.until(isIdle(engine));
  expect(world.server.record('Note', OWN, 'o1')).toMatchObject({ title: '#2' });
});

test('R32 an operation of a scope takes its number there, and one of a scope that may not be written is not stored', async () => {
  const world = shop();
  world.server.access['ada']?.push({ id: 'team:read', access: 'READ' });
  const { engine, network } = await synced(world);
  await engine.write([{ type: 'Note', scope: TEAM, id: 'o1', values: { title: 'order' } }]);
  await engine.queue(place('o1', { scope: TEAM }));
  expect(await engine.queue(place('o1', { scope: 'team:read' }))).toMatchObject({
    outcome: 'REJECTED',
    error: { code: 'SCOPE_FORBIDDEN' },
  });
  expect(await engine.queue(place('o1', { scope: 'team:other' }))).toMatchObject({ outcome: 'REJECTED' });
  await world.clock.until(isIdle(engine));
  expect(network.sent.flatMap(({ claim }) => claim ?? [])).toMatchObject([{ scope: TEAM, seq: 2 }]);
});

test('R32 any tab queues, the leader alone sends, and the tab that queued knows the end', async () => {
  const { world, device, engine, network } = await synced(shop());
  await engine.write([{ type: 'Note', id: 'o1', values: { title: 'order' } }]);
  const other = await device.open();
  await other.engine.ready();
  const end = other.engine.settled(await changeOf(other.engine.queue(place('o1'))));
  await world.clock.until(isIdle(other.engine));
  expect(network.sent.filter(({ name }) => name === 'Place')).toHaveLength(1);
  expect(other.network.sent.filter(({ name }) => name === 'Place')).toEqual([]);
  expect(await end).toMatchObject({ outcome: 'APPLIED', data: { place: { number: 1 } } });
});

test('R10 R32 after a restore the same number goes out again, byte for byte, and runs once in the new epoch', async () => {
  const { world, engine, network } = await synced(shop());
  await engine.write([{ type: 'Note', id: 'o1', values: { title: 'order' } }]);
  await world.clock.until(isIdle(engine));
  const restore = world.server.backup();
  let lost = 0;
  network.fate = ({ document }) => ({ kind: document.name === 'Place' && lost++ < 1 ? 'lost' : 'delivered' });
  await engine.queue(place('o1'));
  await world.clock.until(() => lost === 1);
  restore();
  await world.clock.until(isIdle(engine));
  const sent = network.sent.filter(({ name }) => name === 'Place');
  expect(new Set(sent.map(({ body, claim }) => `${body} ${String(claim?.seq)}`)).size).toBe(1);
  expect(sent.at(-1)?.claim?.device.epoch).toBe('epoch-2');
  expect(world.server.record('Note', TEAM, 'stock')).toMatchObject({ stars: 9 });
  expect(engine.failed()).toEqual([]);
});

test('R12 R32 a number that the server knows otherwise: outcome unknown, and a new device id', async () => {
  const { world, engine, network } = await synced(shop());
  await engine.write([{ type: 'Note', id: 'o1', values: { title: 'order' } }]);
  await world.clock.until(isIdle(engine));
  const device = network.sent.find(({ name }) => name === 'HoldfastPush')?.body;
  const holdfast = { epoch: 'epoch-1', seq: 2, outcome: 'REJECTED', replayed: false };
  const errors = [{ message: 'x', extensions: { code: 'SEQ_REUSED', retry: 'NEVER', field: null } }];
  const body = { data: null, errors, extensions: { holdfast } };
  network.fate = ({ document }) =>
    document.name === 'Place'
      ? { kind: 'answered', answer: { kind: 'answered', status: 200, retryAfterMs: null, body } }
      : { kind: 'delivered' };
  await engine.queue(place('o1'));
  await world.clock.until(() => engine.failed().length === 1);
  expect(engine.failed()).toMatchObject([{ error: { code: 'OUTCOME_UNKNOWN' } }]);
  network.fate = () => ({ kind: 'delivered' });
  await engine.retry(engine.failed()[0]?.change ?? '');
  await world.clock.until(isIdle(engine));
  expect(network.sent.filter(({ name }) => name === 'Place').map(({ claim }) => claim?.seq)).toEqual([2, 3]);
  expect(device).not.toContain(network.sent.at(-1)?.claim?.device.id ?? 'none');
});

test('I12 R32 an operation that the server does not know, or answers without a word about its number, fails alone', async () => {
  const { world, engine, network } = await synced(shop());
  await engine.queue({ name: 'Gone', text: 'mutation Gone { gone }', variables: {} });
  network.fate = ({ document }) => {
    const body = { data: { bare: true } };
    return document.name === 'Bare'
      ? { kind: 'answered', answer: { kind: 'answered', status: 200, retryAfterMs: null, body } }
      : { kind: 'delivered' };
  };
  await engine.queue({ name: 'Bare', text: 'mutation Bare { bare }', variables: {} });
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'goes on' } }]);
  await world.clock.until(isIdle(engine));
  expect(engine.failed().map(({ operation, error }) => [operation?.name, error.code])).toEqual([
    ['Gone', 'BAD_INPUT'],
    ['Bare', 'OUTCOME_UNKNOWN'],
  ]);
  expect(world.server.record('Note', OWN, 'n1')).toBeDefined();
});

test('I9 an operation that answers null ran, too', async () => {
  const { world, engine } = await synced(shop());
  world.server.operations.set('Quiet', () => ({ quiet: null }));
  const change = await changeOf(
    engine.queue({ name: 'Quiet', text: 'mutation Quiet { quiet }', variables: {} }),
  );
  const settled = engine.settled(change);
  await world.clock.until(isIdle(engine));
  expect(await settled).toMatchObject({ outcome: 'APPLIED', data: { quiet: null } });
  expect([...world.server.executions.values()]).toEqual([1]);
});
