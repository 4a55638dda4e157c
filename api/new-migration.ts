/**
 * Writes the migration that is missing between the migrations so far and the entity classes:
 *
 *   npm run migration -- AddOrders
 *
 * A Postgres of its own is started for it and thrown away; no data of yours is touched.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entities } from './domain/index.ts';
import { migrations } from './domain/migrations/index.ts';
import { defineEntities } from './entity/define-entities.ts';
import { draftMigration } from './entity/draft-migration.ts';
import { renderMigration, renderMigrationIndex } from './entity/render-migration.ts';
import { startEmbeddedPostgres } from './storage/embedded-postgres.ts';
import { openStorage } from './storage/storage.ts';

const folder = fileURLToPath(new URL('domain/migrations', import.meta.url));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function draft() {
  const dataFolder = await mkdtemp(join(tmpdir(), 'holdfast-migration-'));
  const postgres = await startEmbeddedPostgres({ dataFolder, durable: false, onProgress: say });
  try {
    const storage = openStorage({
      databaseUrl: postgres.url,
      entities: defineEntities(entities),
      migrations,
    });
    await storage.migrate();
    await storage.close();
    return await draftMigration(postgres.url, entities);
  } finally {
    await postgres.stop();
    await rm(dataFolder, { recursive: true, force: true });
  }
}

async function migrationFiles() {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts') && name !== 'index.ts');
  return Promise.all(
    names.map(async (fileName) => {
      const text = await readFile(join(folder, fileName), 'utf8');
      return { fileName, className: /export class (\w+)/.exec(text)?.[1] ?? '' };
    }),
  );
}

async function main(name: string): Promise<void> {
  if (!/^[A-Z][A-Za-z]+$/.test(name)) {
    throw new Error('Name the migration in one word of Pascal case: npm run migration -- AddOrders');
  }
  const missing = await draft();
  if (missing.up.length === 0) {
    say('Nothing to do: the migrations fit the entity classes.');
    return;
  }
  const file = renderMigration({ name, timestamp: Date.now(), draft: missing });
  await writeFile(join(folder, file.fileName), file.text, { flag: 'wx' });
  await writeFile(join(folder, 'index.ts'), renderMigrationIndex(await migrationFiles()));
  say(`Wrote api/domain/migrations/${file.fileName}. Read it before you commit it.`);
}

await main(process.argv[2] ?? '').catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
