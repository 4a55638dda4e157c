import { deleteDB, openDB } from 'idb';

const NAME = 'holdfast-fresh-log';

/**
 * Has Chromium begin a new file for what is written to IndexedDB from here on. Its LevelDB otherwise writes on behind what the last
 * process left; if that one was killed in the middle of a record, the record's missing half is taken from what is written now, and
 * the start after that finds nonsense and deletes every database of the origin (https://github.com/google/leveldb/issues/1287).
 * To delete a database makes LevelDB put away the old file. Elsewhere this costs a few milliseconds beside the start and does
 * nothing. Never rejects.
 */
export async function beginFreshLog(): Promise<void> {
  try {
    (await openDB(NAME)).close();
    await deleteDB(NAME);
  } catch {
    // The database that is opened next tells what is wrong here.
  }
}
