import { isChange } from '../../sync/outbox.ts';
import { RecordingTransaction, type StoredDelta } from '../../sync/recording.ts';
import type { SyncStorage, WriteTransaction } from '../../sync/storage-port.ts';
import type { Begun } from './events.ts';

/** The same storage; `onStored` hears of each transaction that completed, before whoever asked for it does. */
export function watchedStorage(
  storage: SyncStorage,
  onStored: (delta: StoredDelta, counter: number) => void,
): SyncStorage {
  return {
    kind: storage.kind,
    problem: storage.problem,
    keyValue: storage.keyValue,
    write: async (durability, work, area) => {
      const last: { tx?: RecordingTransaction } = {};
      const watched = (tx: WriteTransaction): ReturnType<typeof work> => {
        // A transaction that finds no room runs once more: what counts is what the last one did.
        last.tx = new RecordingTransaction(tx);
        return work(last.tx);
      };
      const end = await storage.write(durability, watched, area);
      if (last.tx !== undefined) onStored(last.tx.delta(), end.counter);
      return end;
    },
    writeAhead: (row) => storage.writeAhead(row),
    writtenAhead: () => storage.writtenAhead(),
    snapshot: () => storage.snapshot(),
    loadRecords: (counter, onSlice) => storage.loadRecords(counter, onSlice),
    changesSince: (counter) => storage.changesSince(counter),
    compact: () => storage.compact(),
    onGone: (listener) => storage.onGone(listener),
    close: () => storage.close(),
    destroy: () => storage.destroy(),
  };
}

/** What was done to a database up to a transaction, and the writes that it may be of. */
export interface StoredSince {
  readonly begun: readonly Begun[];
  readonly delta: StoredDelta;
  readonly counter: number;
}

/**
 * What was stored after `counter`, up to which everything was heard of: a page that is killed may have begun writes and completed
 * transactions of which nobody heard. To be asked before the next page, `tab`, stores anything.
 *
 * @throws Error when what was heard of is not there any more: what a transaction completed outlives the browser.
 */
export async function storedSince(storage: SyncStorage, counter: number, tab: string): Promise<StoredSince> {
  const { reload, ...since } = await storage.changesSince(counter);
  if (since.counter < counter || reload)
    throw new Error(`Transaction ${counter} had completed, and the database stands at ${since.counter}`);
  const ahead = (await storage.writtenAhead()).flatMap(({ rows }) => rows);
  const begun = [...since.changes, ...ahead].filter(isChange).map((row): Begun => {
    const { change, scope, type, id, values, base } = row;
    return { kind: 'begun', tab, write: `${tab}-found-${change}`, scope, type, id, values, base };
  });
  const delta = { ...since, historyPut: since.history ?? [], historyRemoved: [] };
  return { begun, delta, counter: since.counter };
}
