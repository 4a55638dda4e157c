import pg from 'pg';
import { DataSource } from 'typeorm';
import { SEARCH_PATH } from './app-role.ts';
import { unavailable } from './database-error.ts';
import { Foundation1735689600000 } from './migrations/foundation.ts';
import { MetAnother1735689600001 } from './migrations/met-another.ts';
import { Operations1735689600002 } from './migrations/operations.ts';
import { RowSecurity1735689600003 } from './migrations/row-security.ts';
import type { StorageOptions } from './storage-options.ts';

/** The engine's own, the oldest first. */
export const ENGINE_MIGRATIONS = [
  Foundation1735689600000,
  MetAnother1735689600001,
  Operations1735689600002,
  RowSecurity1735689600003,
];

/** Any number will do, as long as it is always the same. */
const MIGRATION_LOCK = 4_603_217;

/**
 * Applies the engine's and the domain's missing migrations as the connection's own user, each in a transaction. Of
 * several processes that start together one migrates, the others wait for it.
 *
 * @returns the names of those applied now
 * @throws SyncError UNAVAILABLE when there is no answer; Postgres's own error otherwise
 */
export async function migrate({ databaseUrl, migrations = [] }: StorageOptions): Promise<readonly string[]> {
  const source = new DataSource({
    type: 'postgres',
    url: databaseUrl,
    migrations: [...ENGINE_MIGRATIONS, ...migrations],
    migrationsTableName: 'holdfast_migration',
    migrationsTransactionMode: 'each',
    installExtensions: false,
    synchronize: false,
    poolSize: 2,
    applicationName: 'holdfast migration',
    extra: { options: `-c ${SEARCH_PATH}` },
  });
  try {
    await source.initialize();
  } catch (error) {
    throw error instanceof pg.DatabaseError ? error : unavailable(error);
  }
  try {
    const runner = source.createQueryRunner();
    // The lock belongs to this session; destroying the pool ends it, whatever happens in between.
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const applied = await source.runMigrations();
    await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await runner.release();
    return applied.map(({ name }) => name);
  } finally {
    await source.destroy();
  }
}
