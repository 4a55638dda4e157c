import { expect, test } from 'vitest';
import { isIdle, synced } from '../testing/test-device.ts';
import type { SimulatedNetwork } from '../testing/simulated-network.ts';

const HOUR = 3_600_000;

interface Push {
  readonly device: { readonly sentAt: string };
  readonly noteChanges: readonly { readonly id: string; readonly editedAt: string }[];
}

/** How old each edit was by what the pushes say, in milliseconds, in the order they went out. */
function ages({ sent }: SimulatedNetwork): readonly (readonly [id: string, ageMs: number])[] {
  return sent
    .filter(({ name }) => name === 'HoldfastPush')
    .map(({ body }) => JSON.parse(body) as Push)
    .flatMap(({ device, noteChanges }) =>
      noteChanges.map(({ id, editedAt }) => [id, Date.parse(device.sentAt) - Date.parse(editedAt)] as const),
    );
}

const note = (id: string, title = 'x') => [{ type: 'Note', id, values: { title } }];

test.each([
  ['an hour forward', HOUR],
  ['an hour back', -HOUR],
  ['five seconds back', -5_000],
  ['a year forward', 365 * 24 * HOUR],
])('R25 the clock is set %s while edits wait: their age stays what it is', async (_, setMs) => {
  const { world, engine, network } = await synced();
  network.plug(false);
  await engine.write(note('before'));
  await world.clock.pass(60_000);
  world.clock.jump(setMs);
  await engine.write(note('after'));
  await world.clock.pass(60_000);
  network.plug(true);
  await world.clock.until(isIdle(engine));
  const told = new Map(ages(network));
  expect(told.get('after')).toBeGreaterThanOrEqual(60_000);
  expect(told.get('after')).toBeLessThan(75_000);
  expect((told.get('before') ?? 0) - (told.get('after') ?? 0)).toBe(60_000);
});

test('R25 I9 what has a number goes out again byte for byte, and the push tells its time by the clock of then', async () => {
  const { world, engine, network } = await synced();
  network.fate = ({ document }) => ({ kind: document.name === 'HoldfastPush' ? 'lost' : 'delivered' });
  await engine.write(note('n1'));
  await world.clock.until(() => world.server.executions.size === 1);
  world.clock.jump(-HOUR);
  await world.clock.pass(30_000);
  world.clock.jump(3 * HOUR);
  await world.clock.pass(30_000);
  await engine.write(note('n2'));
  network.fate = () => ({ kind: 'delivered' });
  await world.clock.until(isIdle(engine));
  const pushes = network.sent.filter(({ name }) => name === 'HoldfastPush').map(({ body }) => body);
  const frozen = pushes.flatMap((body) => {
    const { noteChanges } = JSON.parse(body) as Push;
    return noteChanges.filter(({ id }) => id === 'n1').map((change) => JSON.stringify(change));
  });
  expect(frozen.length).toBeGreaterThan(3);
  expect(new Set(frozen).size).toBe(1);
  const told = ages(network).filter(([id]) => id === 'n1');
  const last = told.at(-1)?.[1] ?? 0;
  expect(last).toBeGreaterThanOrEqual(60_000);
  expect(last).toBeLessThan(180_000);
  // Never younger than it was told before.
  expect(told.map(([, ageMs]) => ageMs)).toEqual(told.map(([, ageMs]) => ageMs).sort((a, b) => a - b));
  expect(
    ages(network)
      .filter(([id]) => id === 'n2')
      .at(-1)?.[1],
  ).toBeLessThan(60_000);
});

test.each([
  ['forward', HOUR],
  ['back', -HOUR],
])(
  'R25 of two edits of another tab around a jump %s that nobody has looked at yet, only the first is shifted',
  async (_, setMs) => {
    const { world, device, engine, network } = await synced();
    network.plug(false);
    const other = await device.open({}, (network2) => (network2.isPlugged = false));
    await other.engine.ready();
    // The leader looks every 5 s; both edits come between two looks.
    await world.clock.pass(5_000 - (world.clock.monotonic() % 5_000) + 500);
    await other.engine.write(note('before'));
    await world.clock.pass(1_000);
    world.clock.jump(setMs);
    await world.clock.pass(1_000);
    await other.engine.write(note('after'));
    await world.clock.pass(60_000);
    network.plug(true);
    await world.clock.until(isIdle(engine));
    const told = new Map(ages(network));
    expect((told.get('before') ?? 0) - (told.get('after') ?? 0)).toBe(2_000);
  },
);

test('R25 a failed write keeps its age, too, when it is tried again', async () => {
  const { world, engine, network } = await synced();
  world.server.refuse = () => ({ code: 'RULE_VIOLATED', message: 'no', field: null });
  await engine.write(note('n1'));
  await world.clock.until(() => engine.failed().length === 1);
  world.clock.jump(-HOUR);
  await world.clock.pass(30_000);
  world.server.refuse = () => null;
  await engine.retry(engine.failed()[0]?.change ?? '');
  await world.clock.until(isIdle(engine));
  const last = ages(network).at(-1)?.[1] ?? 0;
  expect(last).toBeGreaterThanOrEqual(30_000);
  expect(last).toBeLessThan(60_000);
});
