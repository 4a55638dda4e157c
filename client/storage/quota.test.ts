import { expect, test } from 'vitest';
import { StorageError } from '../sync/storage-port.ts';
import { MemoryDatabase, memoryStorage } from './memory-storage.ts';

const full = () => {
  throw new StorageError('QUOTA', 'no room');
};

test('without room left the results of other queries are given up first, and are not saved again', async () => {
  const database = new MemoryDatabase();
  const storage = memoryStorage(database);
  await storage.keyValue.setItem('others', 'can be fetched again');
  database.faults.beforeCommit = () => ((database.tables.keyValue?.size ?? 0) > 0 ? full() : undefined);
  await storage.write('strict', (tx) => Promise.resolve(tx.putMeta('paused', true)));
  expect((await storage.snapshot()).meta).toEqual({ paused: true });
  expect(await storage.keyValue.getItem('others')).toBeNull();
  database.faults.beforeCommit = undefined;
  await expect(storage.keyValue.setItem('others', 'again')).rejects.toMatchObject({ reason: 'QUOTA' });
});

test('I13 with nothing left to give up the write fails and says why', async () => {
  const database = new MemoryDatabase();
  const storage = memoryStorage(database);
  await storage.keyValue.setItem('others', 'can be fetched again');
  database.faults.beforeCommit = full;
  const writing = storage.write('strict', (tx) => Promise.resolve(tx.putMeta('paused', true)));
  await expect(writing).rejects.toMatchObject({ code: 'STORAGE', reason: 'QUOTA' });
  expect((await storage.snapshot()).meta).toEqual({});
});
