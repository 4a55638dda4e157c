import type { MemoryDatabase } from '../../storage/memory-storage.ts';
import { FencedError, StorageError, type SyncStorage } from '../../sync/storage-port.ts';
import type { InTab } from './surroundings.ts';

/**
 * A tab's storage in which each transaction waits for its turn, before its effect and before its tab hears of it. In between the tab may
 * die, find no room, or have its transaction aborted. Transactions of one tab begin and end in the order in which they were asked for.
 */
export function simulatedStorage(tab: InTab, database: MemoryDatabase, inner: SyncStorage): SyncStorage {
  let begun: Promise<unknown> = Promise.resolve();
  let ended: Promise<unknown> = Promise.resolve();

  const call = async <T>(label: string, isWrite: boolean, effect: () => Promise<T>): Promise<T> => {
    const before = begun;
    const done = before.then(async () => {
      await tab.turn(`${label} begins`);
      if (isWrite) fail(tab, database);
      const end = await effect().then(
        (value) => ({ value }),
        (error: unknown) => {
          if (error instanceof FencedError) tab.world.rare.hit('a leader was fenced off');
          return { error };
        },
      );
      database.faults.beforeCommit = undefined;
      return end;
    });
    begun = done;
    const previous = ended;
    const told = done.then(async (end) => {
      await previous;
      if (isWrite) await tab.turn(`${label} ends`, { payload: () => JSON.stringify(end) });
      return end;
    });
    ended = told;
    tab.storageCalls.push(label);
    const end = await told;
    tab.storageCalls.shift();
    if ('error' in end) throw end.error;
    return end.value;
  };

  return {
    kind: inner.kind,
    problem: inner.problem,
    keyValue: {
      getItem: (key) => call('get item', false, () => inner.keyValue.getItem(key)),
      setItem: (key, value) => call('set item', true, () => inner.keyValue.setItem(key, value)),
      removeItem: (key) => call('remove item', true, () => inner.keyValue.removeItem(key)),
    },
    write: (durability, work, area) =>
      call(`${durability} write`, true, () => inner.write(durability, work, area)),
    writeAhead: (row) => call('write ahead', true, () => inner.writeAhead(row)),
    writtenAhead: () => call('written ahead', false, () => inner.writtenAhead()),
    snapshot: () => call('snapshot', false, () => inner.snapshot()),
    loadRecords: (counter, onSlice) => call('load', false, () => inner.loadRecords(counter, onSlice)),
    changesSince: (counter) => call('read news', false, () => inner.changesSince(counter)),
    compact: () => call('compact', true, () => inner.compact()),
    onGone: (listener) =>
      inner.onGone(() => {
        tab.world.scheduler.after({ owner: tab, label: 'database gone', run: listener });
      }),
    close: () => inner.close(),
    destroy: () => call('destroy', false, () => inner.destroy()),
  };
}

/** The transaction that begins now will find no room, or be aborted when it is about to complete. */
function fail(tab: InTab, database: MemoryDatabase): void {
  const reason = tab.meets('quota') ? 'QUOTA' : tab.meets('abort') ? 'ABORTED' : null;
  if (reason === null) return;
  database.faults.beforeCommit = () => {
    tab.world.rare.hit(
      reason === 'QUOTA' ? 'a transaction found no room' : 'a transaction aborted at commit',
    );
    throw new StorageError(reason, 'simulated');
  };
}
