import type { EngineSetup } from './engine-options.ts';
import type { SyncEngine } from './model.ts';

/**
 * Opens the engine of one device database in this tab. Resolves when the outbox and the cursors are loaded; the records follow in
 * slices (until then lists answer `loading`, and writes wait). Rejects with `StorageError` when the storage cannot be read.
 */
export function createSyncEngine(setup: EngineSetup): Promise<SyncEngine> {
  return Promise.reject(new Error(`not built yet: ${setup.user.id}`));
}
