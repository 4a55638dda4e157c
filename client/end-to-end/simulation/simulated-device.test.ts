import { expect, test } from 'vitest';
import { memoryStorage } from '../../storage/memory-storage.ts';
import { planOf } from './plan.ts';
import { Trace } from './trace.ts';
import { World } from './world.ts';

test('I25 a sign-out that a crash cut short is completed by the next page, which begins with an empty database', async () => {
  const plan = { ...planOf(1), devices: [{ user: 'ada', options: {} }], faults: [], isWithApollo: false };
  const world = new World(plan, new Trace());
  const [device] = world.devices;
  if (device === undefined) throw new Error('The plan has a device');
  device.openTab();
  await world.scheduler.pass(1_000);
  await memoryStorage(device.database).write('strict', (tx) => Promise.resolve(tx.putMeta('leaving', true)));
  device.tabs[0]?.crash('in the middle of a sign-out');
  device.openTab();
  const leads = (): boolean => device.awake[0]?.engine.status().leader === true;
  expect(await world.scheduler.until(leads, 10_000)).toBe(true);
  expect(await memoryStorage(device.database).isLeaving()).toBe(false);
});
