import { expect, test } from 'vitest';
import { memoryStorage } from '../storage/memory-storage.ts';
import { TestWorld } from '../testing/test-device.ts';

const NOTE = { type: 'Note', scope: 'user:ada', id: 'n1' } as const;

test('what an answer says of a record twice, as a result and in the delta, is stored once', async () => {
  const world = new TestWorld();
  const device = world.device();
  const { engine } = await device.open();
  await world.clock.until(() => engine.status().scopes.every((scope) => scope.synced));
  await engine.write([{ ...NOTE, values: { title: 'x' } }]);
  await world.clock.until(() => engine.read(NOTE)?.state === 'SYNCED');
  const copies: unknown[] = [];
  const storage = memoryStorage(device.database);
  await storage.loadRecords(Infinity, (segments) => {
    for (const segment of segments) copies.push(...segment.copies);
  });
  await storage.close();
  expect(copies).toMatchObject([{ id: 'n1', values: { title: 'x' } }]);
});
