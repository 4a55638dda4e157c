import { expect, test } from 'vitest';
import { MemoryDatabase, memoryStorage } from '../storage/memory-storage.ts';
import { changeRow } from '../testing/change-row.ts';
import { testManifest } from '../testing/test-manifest.ts';
import { DeviceStore } from './device-store.ts';
import { Replica } from './replica.ts';
import { StorageError, type SyncStorage } from './storage-port.ts';

const nothing = (): void => undefined;
const events = { onApplied: nothing, onSlice: nothing, onStored: nothing };

const row = changeRow({ change: 'c1' });
const left = { key: 'k1', rows: [row] };

/** Another tab takes the writer for dead. */
async function takeOver(storage: SyncStorage): Promise<void> {
  await storage.write(
    'strict',
    async (tx) => {
      expect(await tx.ahead('k1')).toEqual(left);
      tx.putChange(row);
      tx.putAhead({ key: 'k1', rows: [], changes: ['c1'] });
    },
    'engineAndAhead',
  );
}

test('I7 a write that waited for its turn sees that another tab has stored it meanwhile', async () => {
  const database = new MemoryDatabase();
  const [storage, other] = [memoryStorage(database), memoryStorage(database)];
  let open: () => void = nothing;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const slow: SyncStorage = Object.assign(Object.create(storage) as SyncStorage, {
    changesSince: (counter: number) => gate.then(() => storage.changesSince(counter)),
  });
  const store = new DeviceStore(slow, new Replica(testManifest), events);
  await store.begin();
  const following = store.follow();
  const found = store.commitAhead(left, async (tx) => (await tx.ahead('k1'))?.changes ?? [], nothing);
  await takeOver(other);
  open();
  await following;
  expect(await found).toEqual(['c1']);
});

test('I12 a write whose own transaction fails is told what another tab has stored of it meanwhile', async () => {
  const database = new MemoryDatabase();
  const [storage, other] = [memoryStorage(database), memoryStorage(database)];
  let isFirst = true;
  const failing: SyncStorage = Object.assign(Object.create(storage) as SyncStorage, {
    write: async (...asked: Parameters<SyncStorage['write']>) => {
      if (!isFirst) return storage.write(...asked);
      isFirst = false;
      await takeOver(other);
      throw new StorageError('ABORTED', 'simulated');
    },
  });
  const store = new DeviceStore(failing, new Replica(testManifest), events);
  await store.begin();
  expect(await store.commitAhead(left, () => Promise.resolve(['never']), nothing)).toEqual(['c1']);
  expect((await storage.snapshot()).ahead).toEqual([]);
});
