import { defineEntities } from '../entity/define-entities.ts';
import type { EntityDefinition } from '../entity/definition.ts';
import type { SyncedRecord } from '../entity/synced-record.ts';
import { openStorage } from '../storage/storage.ts';
import type { MigrationClass, Storage } from '../storage/storage.ts';
import { sha256, systemClock } from '../storage/system-ports.ts';
import { createSyncEngine } from '../sync/engine.ts';
import type { HoldfastEngine } from '../sync/engine.ts';
import type { Access, Viewer } from '../sync/model.ts';
import type { Clock } from '../sync/ports.ts';
import { createTestDatabase } from './test-database.ts';

export interface TestEngineOptions {
  readonly entities: readonly (new () => SyncedRecord)[];
  readonly migrations: readonly MigrationClass[];
  readonly clock?: Clock;
  readonly poolSize?: number;
}

/** The real engine on a database of its own, without a server around it. */
export interface TestEngine {
  readonly databaseUrl: string;
  readonly entities: readonly EntityDefinition[];
  readonly storage: Storage;
  readonly engine: HoldfastEngine;
  /** Makes the account when there is none, with a scope of its own, and answers it as it then stands. */
  viewer(id: string, grants?: Readonly<Record<string, Access>>): Promise<Viewer>;
  close(): Promise<void>;
}

export async function openTestEngine(options: TestEngineOptions): Promise<TestEngine> {
  const { migrations, clock = systemClock, poolSize } = options;
  const entities = defineEntities(options.entities);
  const database = await createTestDatabase();
  const storage = openStorage({
    databaseUrl: database.url,
    entities,
    migrations,
    connectTimeoutMs: 30_000,
    ...(poolSize === undefined ? {} : { poolSize }),
  });
  await storage.migrate();
  await storage.start();
  const engine = createSyncEngine({ entities, store: storage, pokes: storage.notifier, hash: sha256, clock });
  return {
    databaseUrl: database.url,
    entities,
    storage,
    engine,
    viewer: (id, grants = {}) => viewerOf(storage, id, grants),
    close: async () => {
      await storage.close();
      await database.drop();
    },
  };
}

async function viewerOf(
  { access }: Storage,
  id: string,
  grants: Readonly<Record<string, Access>>,
): Promise<Viewer> {
  await access.ensureAccount({ id, name: id });
  for (const [scope, kind] of Object.entries({ [`user:${id}`]: 'WRITE' as const, ...grants })) {
    await access.grant(id, scope, kind);
  }
  const viewer = await access.viewer(id);
  if (viewer === null) {
    throw new Error(`There is no account ${id}.`);
  }
  return viewer;
}
