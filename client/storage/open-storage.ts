import { StorageError, type SyncStorage } from '../sync/storage-port.ts';
import { openIndexedDb, type IndexedDbOptions } from './indexed-db-storage.ts';
import { MemoryDatabase, memoryStorage } from './memory-storage.ts';
import { localSentinel } from './sentinel.ts';

export interface StorageName {
  readonly app: string;
  readonly tenant?: string | undefined;
  readonly user: string;
}

/** The database's name; locks and channels of the same device database are named by it too. */
export function databaseName(name: StorageName): string {
  return ['holdfast', name.app, name.tenant ?? '', name.user].map(encodeURIComponent).join('/');
}

/** A sign-out that a crash cut short is completed first: what was to be deleted is seen by nobody. Another tab may be faster. */
async function openToStay(name: string, options: IndexedDbOptions): Promise<SyncStorage> {
  const storage = await openIndexedDb(name, options);
  if (!(await storage.isLeaving().catch(isDeleted))) return storage;
  await storage.destroy();
  // Set by the opening above, perhaps after the tab that was faster had cleared it.
  options.sentinel?.clear();
  return openIndexedDb(name, options);
}

function isDeleted(error: unknown): true {
  if (error instanceof StorageError && error.reason === 'GONE') return true;
  throw error;
}

/** The parts of a database's name; null when it is none of ours. */
export function readDatabaseName(name: string): StorageName | null {
  const [prefix, ...parts] = name.split('/');
  if (prefix !== 'holdfast' || parts.length !== 3) return null;
  const [app = '', tenant = '', user = ''] = parts.map(decodeURIComponent);
  return { app, tenant, user };
}

/**
 * Opens the IndexedDB database of this app, tenant and user. Without IndexedDB, or when an old tab blocks an upgrade for 3 s,
 * memory storage, whose `problem` says so. Never rejects.
 */
export async function openStorage(name: StorageName, options: IndexedDbOptions = {}): Promise<SyncStorage> {
  if (typeof indexedDB === 'undefined') {
    return memoryStorage(new MemoryDatabase(), {
      code: 'STORAGE_MISSING',
      message: 'This browser offers no IndexedDB: what is written here is gone when the page closes',
    });
  }
  try {
    const database = databaseName(name);
    return await openToStay(database, { sentinel: localSentinel(database), ...options });
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown';
    return memoryStorage(new MemoryDatabase(), {
      code: 'STORAGE_UNAVAILABLE',
      message: `The device's database could not be opened (${why}): what is written here is gone when the page closes`,
    });
  }
}
