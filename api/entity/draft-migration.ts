import { DataSource } from 'typeorm';
import { SnakeNamingStrategy } from './naming.ts';
import type { SyncedRecord } from './synced-record.ts';

/** The statements that are missing between a database and the entity classes, and those that take them back. */
export interface DraftMigration {
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** The tables that `up` creates. */
  readonly createdTables: readonly string[];
}

/**
 * Compares a database with the entity classes, as TypeORM sees both. Changes nothing.
 *
 * @param databaseUrl a database that all migrations so far were applied to; its user owns the tables
 */
export async function draftMigration(
  databaseUrl: string,
  entities: readonly (new () => SyncedRecord)[],
): Promise<DraftMigration> {
  const source = new DataSource({
    type: 'postgres',
    url: databaseUrl,
    entities: [...entities],
    namingStrategy: new SnakeNamingStrategy(),
    synchronize: false,
    // Where synced tables live. A user called like the engine's schema would look there first.
    extra: { options: '-c search_path=public' },
  });
  await source.initialize();
  try {
    const { upQueries, downQueries } = await source.driver.createSchemaBuilder().log();
    const up = upQueries.map(({ query }) => query);
    return {
      up,
      down: downQueries.map(({ query }) => query).toReversed(),
      createdTables: up.flatMap((query) => /^CREATE TABLE "([^"]+)"/.exec(query)?.[1] ?? []),
    };
  } finally {
    await source.destroy();
  }
}
