import { expect, test } from 'vitest';
import { memoryStorage } from '../storage/memory-storage.ts';
import { isIdle, TestWorld } from '../testing/test-device.ts';
import { changeRow } from '../testing/change-row.ts';
import type { OutboxRow } from './stored.ts';

const POISON: readonly object[] = [
  { values: null },
  { values: 'text' },
  { base: undefined },
  { version: 'two' },
  { seq: 7, frozen: null },
  { state: 'elsewhere' },
  { editedAt: Number.NaN },
  { operation: 'drop table' },
  { order: undefined },
];

test('I12 security 78 stored changes that cannot be read are shown as failed, and neither stop the start nor the rest', async () => {
  const world = new TestWorld();
  const device = world.device();
  const storage = memoryStorage(device.database);
  const poisoned = POISON.map((part, index) => {
    const row = { ...changeRow({ scope: 'user:ada', version: null, base: {} }), ...part };
    return { ...row, id: `p${index}`, change: `poison${index}`, order: 'order' in part ? undefined : index };
  });
  await storage.write('strict', (tx) => {
    for (const row of poisoned) tx.putChange(row as unknown as OutboxRow);
    return Promise.resolve();
  });
  const { engine } = await device.open();
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'sound' } }]);
  await world.clock.until(isIdle(engine));
  expect(world.server.record('Note', 'user:ada', 'n1')).toMatchObject({ title: 'sound' });
  expect(world.server.records('Note', 'user:ada')).toHaveLength(1);
  const failed = engine.failed();
  expect(failed.map(({ change }) => change).sort()).toEqual(poisoned.map(({ change }) => change).sort());
  expect(new Set(failed.map(({ error }) => error.code))).toEqual(new Set(['BAD_INPUT', 'OUTCOME_UNKNOWN']));
  for (const { change } of failed) await engine.discard(change);
  await engine.stop();
  const again = await device.open();
  expect(again.engine.failed()).toEqual([]);
});

test('security 78 a damaged row of confirmed records does not keep the others from being shown', async () => {
  const world = new TestWorld();
  const device = world.device();
  world.server.put('Note', 'user:ada', { id: 'n1', title: 'there' });
  const { engine } = await device.open();
  await world.clock.until(isIdle(engine));
  await engine.stop();
  for (const [key, row] of [...(device.database.tables.log ?? [])].slice(0, 1))
    device.database.tables.log?.set(`${key}~`, { ...(row as object), part: 99, segments: '[{"type":' });
  const again = await device.open();
  await again.engine.ready();
  expect(again.engine.read({ type: 'Note', scope: 'user:ada', id: 'n1' })).toMatchObject({
    values: { title: 'there' },
  });
});
