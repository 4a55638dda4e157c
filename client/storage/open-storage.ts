import type { SyncStorage } from '../sync/storage-port.ts';

export interface StorageName {
  readonly app: string;
  readonly tenant?: string | undefined;
  readonly user: string;
}

/** The database's name; locks and channels of the same device database are named by it too. */
export function databaseName(name: StorageName): string {
  return ['holdfast', name.app, name.tenant ?? '', name.user].map(encodeURIComponent).join('/');
}

/**
 * Opens the IndexedDB database of this app, tenant and user. Without IndexedDB, or when an old tab blocks an upgrade for 3 s,
 * memory storage, whose `problem` says so. Never rejects.
 */
export function openStorage(name: StorageName): Promise<SyncStorage> {
  return Promise.reject(new Error(`not built yet: ${databaseName(name)}`));
}
