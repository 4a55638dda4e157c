import { expect, test } from 'vitest';
import { MemoryDatabase, memoryStorage } from '../storage/memory-storage.ts';
import { changeRow } from '../testing/change-row.ts';
import { testManifest } from '../testing/test-manifest.ts';
import { DeviceStore } from './device-store.ts';
import { Replica } from './replica.ts';
import type { SyncStorage } from './storage-port.ts';

const nothing = (): void => undefined;
const events = { onApplied: nothing, onSlice: nothing, onStored: nothing };

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
  const row = changeRow({ change: 'c1' });
  const found = store.commitAhead({ key: 'k1', rows: [row] }, (tx) => tx.ahead('k1'), nothing);
  await other.write(
    'strict',
    async (tx) => {
      expect(await tx.ahead('k1')).toEqual({ key: 'k1', rows: [row] });
      tx.putChange(row);
      tx.putAhead({ key: 'k1', rows: [], changes: ['c1'] });
    },
    'engineAndAhead',
  );
  open();
  await following;
  expect(await found).toEqual({ key: 'k1', rows: [], changes: ['c1'] });
});
