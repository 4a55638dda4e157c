import { expect, test } from 'vitest';
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
