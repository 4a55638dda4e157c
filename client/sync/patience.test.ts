import { expect, test } from 'vitest';
import type { TransportRequest } from './ports.ts';
import { isIdle, synced, TestWorld } from '../testing/test-device.ts';
import type { Fate, SimulatedNetwork } from '../testing/simulated-network.ts';

const OWN = 'user:ada';
const TEAM = 'team:demo';
const HALF_AN_HOUR = 1_800_000;

const failing: Fate = {
  kind: 'answered',
  answer: {
    kind: 'answered',
    status: 200,
    retryAfterMs: null,
    body: {
      errors: [{ message: 'The report has the id r7.', extensions: { code: 'INTERNAL', retry: 'LATER' } }],
    },
  },
};

const isPush = ({ document }: TransportRequest): boolean => document.name === 'HoldfastPush';

/** The server fails at every push that holds `word`. */
function failAt(network: SimulatedNetwork, word: string): void {
  network.fate = (request) =>
    isPush(request) && JSON.stringify(request.variables).includes(word) ? failing : { kind: 'delivered' };
}

const titles = (...names: readonly string[]) =>
  names.map((title, index) => ({ type: 'Note', id: `n${String(index)}`, values: { title } }));

test('I15 a change that the server always fails at goes to the failed list with the report, and the later ones of its scope arrive', async () => {
  const { world, engine, network } = await synced();
  failAt(network, 'poison');
  await engine.write(titles('poison', 'b', 'c'));
  await world.clock.until(isIdle(engine));
  expect(engine.failed()).toMatchObject([
    {
      ref: { id: 'n0' },
      error: { code: 'OUTCOME_UNKNOWN', message: expect.stringContaining('r7') as string },
    },
  ]);
  expect(world.server.records('Note', OWN).map(({ id }) => id)).toEqual(['n1', 'n2']);
  await engine.write([{ type: 'Note', id: 'n3', values: { title: 'd' } }]);
  await world.clock.until(isIdle(engine));
  expect(world.server.record('Note', OWN, 'n3')).toBeDefined();
});

test('I15 nor does it block them while the first download of the scope has not ended', async () => {
  const world = new TestWorld();
  const { engine, network } = await world.device().open();
  network.fate = (request) => {
    if (request.document.name === 'HoldfastPull') return { kind: 'refused' };
    return isPush(request) && JSON.stringify(request.variables).includes('poison')
      ? failing
      : { kind: 'delivered' };
  };
  await engine.write(titles('poison', 'b', 'c'));
  await world.clock.until(() => engine.status().pending === 0);
  expect(engine.status().scopes.some(({ synced: isSynced }) => isSynced)).toBe(false);
  expect(engine.failed()).toMatchObject([{ ref: { id: 'n0' } }]);
  expect(world.server.records('Note', OWN).map(({ id }) => id)).toEqual(['n1', 'n2']);
});

test('I15 what builds on it is held or answered with it, and what does not goes on', async () => {
  const { world, engine, network } = await synced();
  failAt(network, 'poison');
  await engine.write([
    { type: 'Notebook', id: 'b', values: { name: 'poison' } },
    { type: 'Note', id: 'n1', values: { title: 'in it', notebookId: 'b' } },
    { type: 'Note', id: 'n2', values: { title: 'free' } },
  ]);
  await world.clock.until(() => engine.failed().length === 2);
  expect(engine.failed().map(({ ref, error }) => [ref?.id, error.code])).toEqual([
    ['b', 'OUTCOME_UNKNOWN'],
    ['n1', 'OUTCOME_UNKNOWN'],
  ]);
  await world.clock.until(isIdle(engine));
  expect(world.server.records('Note', OWN).map(({ id }) => id)).toEqual(['n2']);
  // No number was sent that the server had passed over: it would have cost the device its id.
  network.fate = () => ({ kind: 'delivered' });
  await engine.retry(engine.failed()[0]?.change ?? '');
  await engine.retry(engine.failed().find(({ ref }) => ref?.id === 'n1')?.change ?? '');
  await world.clock.until(isIdle(engine));
  expect(engine.failed()).toEqual([]);
  const devices = network.sent.flatMap(({ name, body }) =>
    name === 'HoldfastPush' ? (JSON.parse(body) as { device: { id: string } }).device.id : [],
  );
  expect(new Set(devices).size).toBe(1);
});

test('I12 I15 an outage of half an hour fails nothing, in no scope, and everything arrives afterwards', async () => {
  const { world, engine, network } = await synced();
  await engine.write([{ type: 'Note', id: 'first', values: { title: 'before' } }]);
  await world.clock.until(isIdle(engine));
  network.fate = (request) => (isPush(request) ? failing : { kind: 'delivered' });
  await engine.write(titles('a', 'b', 'c'));
  await engine.write([{ type: 'Note', scope: TEAM, id: 't', values: { title: 'team' } }]);
  await world.clock.pass(HALF_AN_HOUR);
  expect(engine.status()).toMatchObject({ pending: 4, failed: 0 });
  network.fate = () => ({ kind: 'delivered' });
  await world.clock.until(isIdle(engine));
  expect(engine.failed()).toEqual([]);
  expect(world.server.records('Note', OWN)).toHaveLength(4);
  expect(world.server.records('Note', TEAM)).toHaveLength(1);
});

test('I15 a change alone in its scope is given up on only while others are accepted again and again', async () => {
  const { world, engine, network } = await synced();
  failAt(network, 'poison');
  await engine.write([{ type: 'Note', scope: TEAM, id: 't', values: { title: 'poison' } }]);
  await world.clock.pass(HALF_AN_HOUR);
  expect(engine.status()).toMatchObject({ pending: 1, failed: 0 });
  for (let count = 0; count < 3; count++) {
    expect(engine.failed()).toEqual([]);
    await engine.write([{ type: 'Note', id: `n${String(count)}`, values: { title: 'accepted' } }]);
    await world.clock.pass(120_000);
  }
  expect(engine.failed()).toMatchObject([{ ref: { id: 't' }, error: { code: 'OUTCOME_UNKNOWN' } }]);
});

test('I15 R32 an operation that the server always fails at is given up, too, and blocks nothing', async () => {
  const { world, engine } = await synced();
  world.server.operations.set('Broken', () => {
    throw new Error('unforeseen');
  });
  await engine.queue({ name: 'Broken', text: 'mutation Broken { broken }', variables: {} });
  await engine.write(titles('a', 'b'));
  await world.clock.until(isIdle(engine));
  expect(engine.failed()).toMatchObject([
    { operation: { name: 'Broken' }, error: { code: 'OUTCOME_UNKNOWN' } },
  ]);
  expect(world.server.records('Note', OWN)).toHaveLength(2);
});

test('I8 I15 the receipt of a change that was passed by is not given up before its answer is stored', async () => {
  const { world, engine, network } = await synced();
  failAt(network, 'poison');
  await engine.write(titles('poison', 'b'));
  await world.clock.until(isIdle(engine));
  const pushes = network.sent.flatMap(({ name, body }) =>
    name === 'HoldfastPush' ? (JSON.parse(body) as { device: { acknowledged: number } }) : [],
  );
  expect(pushes.map(({ device }) => device.acknowledged)).toEqual(pushes.map(() => 0));
});
