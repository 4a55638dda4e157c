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

test('I12 a sign-out in the tick of a write asks about that write', async () => {
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
