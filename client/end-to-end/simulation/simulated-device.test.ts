import { expect, test } from 'vitest';
import { memoryStorage } from '../../storage/memory-storage.ts';
import { check } from '../checker/check.ts';
import { beginWrite } from './acts.ts';
import { planOf } from './plan.ts';
import { Trace } from './trace.ts';
import { World } from './world.ts';

/** A world with one device, in which nothing goes wrong. */
function one() {
  const plan = { ...planOf(1), devices: [{ user: 'ada', options: {} }], faults: [], isWithApollo: false };
  const world = new World(plan, new Trace());
  const [device] = world.devices;
  if (device === undefined) throw new Error('The plan has a device');
  return { world, device };
}

test('I18 writes that wait for their page to load are made one on the other, and are not said to be made on nothing', async () => {
  const { world, device } = one();
  device.openTab();
  const isOpen = (): boolean => device.awake.length > 0;
  while (!isOpen()) await world.scheduler.run(1);
  const [page] = device.awake;
  if (page === undefined) throw new Error('It is open');
  const note = { type: 'Note', scope: 'user:ada', id: 'fresh' } as const;
  for (const title of ['first', 'second'])
    beginWrite({ world, device, ...page }, [{ ...note, values: { title } }]);
  expect(page.tab.isLoaded).toBe(false);
  await world.scheduler.pass(10_000);
  expect(world.server.record('Note', 'user:ada', 'fresh')).toMatchObject({ title: 'second' });
  expect(check(world.log)).toEqual([]);
});

test('I25 a sign-out that a crash cut short is completed by the next page, which begins with an empty database', async () => {
  const { world, device } = one();
  device.openTab();
  await world.scheduler.pass(1_000);
  await memoryStorage(device.database).write('strict', (tx) => Promise.resolve(tx.putMeta('leaving', true)));
  device.tabs[0]?.crash('in the middle of a sign-out');
  device.openTab();
  const leads = (): boolean => device.awake[0]?.engine.status().leader === true;
  expect(await world.scheduler.until(leads, 10_000)).toBe(true);
  expect((await memoryStorage(device.database).snapshot()).meta.leaving).toBeUndefined();
});
