import { expect, test, vi } from 'vitest';
import { TestWorld } from '../testing/test-device.ts';

async function offline() {
  const world = new TestWorld();
  const device = world.device();
  const one = await device.open();
  await world.clock.until(() => one.engine.status().scopes.every((scope) => scope.synced));
  one.network.plug(false);
  return { world, device, one };
}

const EDIT = { type: 'Note', id: 'n1', values: { title: 'unsent' } } as const;

test('I12 security 73 a sign-out in the tick of a write asks about that write', async () => {
  const { one } = await offline();
  const writing = one.engine.write([EDIT]);
  await expect(one.engine.signOut()).rejects.toMatchObject({ code: 'UNSENT_WORK' });
  expect(await writing).toMatchObject([{ outcome: 'QUEUED' }]);
  expect(one.engine.status().pending).toBe(1);
});

test('I12 a sign-out asks about what another tab wrote, heard of or not', async () => {
  const { device, one } = await offline();
  const two = await device.open();
  await two.engine.ready();
  device.tabs.isChannelCut = true;
  await two.engine.write([EDIT]);
  await expect(one.engine.signOut()).rejects.toMatchObject({ code: 'UNSENT_WORK' });
  expect(one.engine.pending()).toMatchObject([{ values: { title: 'unsent' } }]);
});

test('I13 once a sign-out was accepted a write rejects, rather than answer QUEUED for what is deleted', async () => {
  const { one } = await offline();
  await one.engine.write([EDIT]);
  await one.engine.signOut('wipe');
  await expect(one.engine.write([EDIT])).rejects.toMatchObject({ code: 'STOPPED' });
});

test('I12 I25 a tab whose database is deleted under it says so, and still hands out what was not sent', async () => {
  const { device, one } = await offline();
  const two = await device.open();
  await two.engine.ready();
  await two.engine.write([EDIT]);
  const told: unknown[] = [];
  one.engine.onStatus(({ error }) => told.push(error?.code));
  await two.engine.signOut('wipe');
  await vi.waitUntil(() => told.at(-1) === 'STORAGE_GONE');
  expect(one.engine.status().error).toMatchObject({ code: 'STORAGE_GONE' });
  expect(one.engine.exportWork().pending).toMatchObject([{ values: { title: 'unsent' } }]);
  expect(two.engine.status().error).toBeNull();
});

test('I16 a sign-in right after a refused try is believed at once', async () => {
  const { world, one } = await offline();
  one.network.plug(true);
  const refused = { kind: 'answered', status: 401, retryAfterMs: null, body: null } as const;
  one.network.fate = () => ({ kind: 'answered', answer: refused });
  await one.engine.write([EDIT]);
  await world.clock.until(() => one.engine.status().phase === 'signedOut');
  // A cookie: nothing that a script could ask for anew.
  one.network.token = () => Promise.resolve(false);
  one.network.fate = () => ({ kind: 'delivered' });
  const before = world.clock.monotonic();
  await one.engine.resume();
  await world.clock.until(() => one.engine.status().pending === 0);
  expect(world.clock.monotonic() - before).toBeLessThan(5_000);
});

test('I12 I25 nothing is accepted between the question for unsent work and the deletion, in no tab', async () => {
  const { device, one } = await offline();
  const two = await device.open();
  await two.engine.ready();
  device.tabs.isChannelCut = true;
  // Every order of the two: the write is stored before the question, or refused after it.
  const ends = await Promise.all(
    Array.from({ length: 40 }, async (_, turns) => {
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      return two.engine.write([{ ...EDIT, id: `n${turns}` }]).then(
        () => 'queued',
        (error: { code: string }) => error.code,
      );
    }).concat(
      one.engine.signOut().then(
        () => 'left',
        (error: { code: string }) => error.code,
      ),
    ),
  );
  const queued = ends.filter((end) => end === 'queued').length;
  if (ends.at(-1) === 'left') expect(queued).toBe(0);
  else expect(ends.at(-1)).toBe('UNSENT_WORK');
});

test('I12 a write of another tab that comes while this one leaves is refused, or keeps this one here', async () => {
  for (let turns = 0; turns < 30; turns++) {
    const { device, one } = await offline();
    const two = await device.open();
    await two.engine.ready();
    device.tabs.isChannelCut = true;
    const leaving = one.engine.signOut().then(
      () => 'left',
      (error: { code: string }) => error.code,
    );
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    const writing = two.engine.write([EDIT]).then(
      ([result]) => result?.outcome,
      () => 'refused',
    );
    expect(['left/refused', 'UNSENT_WORK/QUEUED']).toContain([await leaving, await writing].join('/'));
  }
});

test('I12 keep with nothing unsent deletes, and with something unsent keeps it for the return', async () => {
  const { world, device, one } = await offline();
  await one.engine.write([EDIT]);
  expect(await one.engine.signOut('keep')).toBeNull();
  const again = await device.open();
  expect(again.engine.pending()).toMatchObject([{ values: { title: 'unsent' } }]);
  await world.clock.until(() => again.engine.status().pending === 0);
  await again.engine.signOut('keep');
  expect(device.database.isGone).toBe(true);
});
