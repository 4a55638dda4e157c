import { DataSource } from 'typeorm';
import { expect, it } from 'vitest';
import { draftMigration } from '../entity/draft-migration.ts';
import { tableOf } from '../entity/synced.ts';
import { ENGINE_MIGRATIONS } from '../storage/migrate.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { entities } from './index.ts';
import { migrations } from './migrations/index.ts';

it('the migrations bring a database to the shape of the entity classes, and back', async () => {
  const database = await createTestDatabase();
  const source = new DataSource({
    type: 'postgres',
    url: database.url,
    migrations: [...ENGINE_MIGRATIONS, ...migrations],
    extra: { options: '-c search_path=public' },
  });
  try {
    await source.initialize();
    const before = await draftMigration(database.url, entities);
    expect(before.createdTables.toSorted()).toEqual(entities.map(tableOf).toSorted());
    await source.runMigrations();
    expect(await draftMigration(database.url, entities)).toEqual({ up: [], down: [], createdTables: [] });
    for (let left = migrations.length; left > 0; left -= 1) {
      await source.undoLastMigration();
    }
    expect(await draftMigration(database.url, entities)).toEqual(before);
  } finally {
    await source.destroy();
    await database.drop();
  }
});
