import { expect, test } from 'vitest';
import { isIdle, TestWorld, type Tab } from '../testing/test-device.ts';

const OWN = 'user:ada';
const note = (id: string) => ({ type: 'Note', id, values: { title: id } });

async function opened(world: TestWorld): Promise<Tab> {
  const tab = await world.device().open();
  await world.clock.until(isIdle(tab.engine));
  return tab;
}

test('shows where the device stands in each type, and what was asked for that', async () => {
  const world = new TestWorld();
  world.server.put('Note', OWN, { id: 'n1' });
  world.server.put('Note', OWN, { id: 'n2' });
  const { engine } = await opened(world);
  const { device, scopes, exchanges, changes } = engine.inspector.read();
  expect(device).not.toBeNull();
  const own = scopes.find(({ id }) => id === OWN);
  expect(own?.epoch).toMatch(/\w/);
  expect(own?.cursors['Note']).toMatchObject({
    position: 2,
    head: 2,
    floor: null,
    cursor: expect.any(String),
  });
  const pulls = exchanges.filter(({ name, scope }) => name === 'HoldfastPull' && scope === OWN);
  expect(pulls.at(-1)).toMatchObject({ received: 2, numbers: [], error: null });
  expect(exchanges).toContainEqual(expect.objectContaining({ name: 'HoldfastHeads', scope: null }));
  expect(changes).toEqual([]);
});

test('tells every try of a change, and how it ended; while a request is under way it has no length', async () => {
  const world = new TestWorld();
  const { engine, network } = await opened(world);
  const pushes = () => engine.inspector.read().exchanges.filter(({ name }) => name === 'HoldfastPush');
  let heard = 0;
  engine.inspector.listen(() => (heard += 1));
  network.fate = () => ({ kind: 'lost' });
  await engine.write([note('n1')]);
  await world.clock.until(() => pushes().length === 3);
  network.fate = () => ({ kind: 'held' });
  expect(pushes().map(({ numbers, scope, error }) => ({ numbers, scope, error }))).toEqual(
    Array.from({ length: 3 }, () => ({ numbers: [1], scope: OWN, error: 'timed out' })),
  );
  expect(engine.inspector.read().changes).toMatchObject([{ change: engine.pending()[0]?.change, seq: 1 }]);
  await world.clock.until(() => pushes().length === 4);
  expect(pushes()[0]).toMatchObject({ tookMs: null, error: null });
  network.fate = () => ({ kind: 'delivered' });
  network.release();
  await world.clock.until(isIdle(engine));
  expect(pushes()[0]).toMatchObject({ tookMs: expect.any(Number), error: null });
  expect(engine.inspector.read().changes).toEqual([]);
  expect(heard).toBeGreaterThanOrEqual(8);
});

test('an operation goes by its own name, and only the last hundred requests are remembered', async () => {
  const world = new TestWorld();
  world.server.operations.set('Place', () => ({ place: null }));
  const { engine } = await opened(world);
  for (let index = 0; index < 60; index++) {
    await engine.queue({ name: 'Place', text: 'mutation Place { place }', variables: {} });
    await world.clock.until(isIdle(engine));
  }
  const { exchanges } = engine.inspector.read();
  expect(exchanges).toHaveLength(100);
  expect(exchanges.find(({ name }) => name === 'Place')).toMatchObject({ scope: OWN, numbers: [60] });
});
