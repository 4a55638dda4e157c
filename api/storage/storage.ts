/**
 * The Postgres side, opened. A composition root writes:
 *
 *   const storage = openStorage({ databaseUrl, entities, migrations });
 *   await storage.migrate();                     // as the owner; skip it where a deployment step migrates
 *   await storage.start();                       // as the app role; checks the database, connects, listens
 *   const engine = createSyncEngine({ entities, store: storage, pokes: storage.notifier, hash: sha256, clock: systemClock });
 *   … storage.access.viewer(userId) … storage.notifier.listen(…) … await storage.ready() …
 *   await storage.close();
 */
import type { OperationStore } from '../sync/operation-ports.ts';
import type { Store } from '../sync/ports.ts';
import { PostgresAccessDirectory } from './access-directory.ts';
import type { AccessDirectory } from './access-directory.ts';
import { Database } from './database.ts';
import { migrate } from './migrate.ts';
import { PostgresNotifier } from './notifier.ts';
import type { Notifier } from './notifier.ts';
import { PostgresStore } from './postgres-store.ts';
import { PostgresRetention } from './retention.ts';
import type { Retention } from './retention.ts';
import { checkDatabase, findEpochSql } from './start-checks.ts';
import type { StorageOptions } from './storage-options.ts';
import { SyncedTables } from './synced-table-model.ts';

export type { AccessDirectory } from './access-directory.ts';
export type { Notifier } from './notifier.ts';
export type { Retention } from './retention.ts';
export type { MigrationClass, StorageOptions, StoredEntity } from './storage-options.ts';

/** Postgres, as the engine and the server use it. */
export interface Storage extends Store, OperationStore {
  /** Applies what is missing, as the connection's own user; one process at a time. Returns the names applied. */
  migrate(): Promise<readonly string[]>;
  /**
   * Connects as the app role and asserts what the guarantees rest on: Postgres 17 or newer, `synchronous_commit`, a role
   * that does not own the tables, row-level security forced.
   *
   * @throws DatabaseSetupError with a sentence that says how to mend it; SyncError UNAVAILABLE
   */
  start(): Promise<void>;
  /** Connections to Postgres now; `waiting`: requests that have none yet. */
  pool(): ReturnType<Database['use']>;
  /** True when the database answers now. */
  ready(): Promise<boolean>;
  /** Ends after running transactions are done. */
  close(): Promise<void>;
  readonly access: AccessDirectory;
  readonly notifier: Notifier;
  readonly retention: Retention;
}

/** Connects to nothing yet: `start` does. */
export function openStorage(options: StorageOptions): Storage {
  const tables = new SyncedTables(options.entities);
  const database = new Database(options);
  const notifier = new PostgresNotifier(options);
  let epochSql = '';
  const log = (event: Parameters<NonNullable<StorageOptions['log']>>[0]): void => options.log?.(event);
  const store = new PostgresStore({ database, tables, epochSql: () => epochSql, log });
  return Object.assign(store, {
    access: new PostgresAccessDirectory(database, (news) => notifier.announce(news)),
    notifier,
    retention: new PostgresRetention(database, tables.all, options),
    migrate: () => migrate(options),
    start: async () => {
      await database.start();
      await checkDatabase(database, tables.all);
      epochSql = await findEpochSql(database);
      notifier.start();
    },
    pool: () => database.use(),
    ready: async () => {
      try {
        await database.query('SELECT 1', []);
        return true;
      } catch {
        return false;
      }
    },
    close: async () => {
      await notifier.close();
      await database.close();
    },
  });
}
