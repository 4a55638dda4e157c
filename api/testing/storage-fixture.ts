/** Two synced types, their tables, and a storage on a database of its own: for tests of the engine on Postgres. */
import { BARE_CHANGE } from '../sync/bare-change.ts';
import type { ChangeInput, ChangeResult, DeviceInput, FieldModel, Json, Viewer } from '../sync/model.ts';
import { createSyncEngine } from '../sync/engine.ts';
import type { HoldfastEngine } from '../sync/engine.ts';
import type { Clock } from '../sync/ports.ts';
import { createTestDatabase } from './test-database.ts';
import type { TestDatabaseOptions } from './test-database.ts';
import { openStorage } from '../storage/storage.ts';
import type { MigrationClass, Storage, StoredEntity } from '../storage/storage.ts';
import { syncedTableStatements } from '../storage/synced-table.ts';
import { sha256, systemClock } from '../storage/system-ports.ts';

type FieldOptions = Partial<FieldModel> & { readonly pgType?: string };

function field(
  name: string,
  { pgType = 'text', ...options }: FieldOptions = {},
): FieldModel & { pgType: string } {
  return {
    name,
    kind: 'string',
    list: false,
    nullable: false,
    writable: true,
    default: undefined,
    merger: undefined,
    references: undefined,
    values: undefined,
    fields: undefined,
    pgType,
    ...options,
  };
}

type EntityOptions = Partial<Omit<StoredEntity, 'fields' | 'columns'>> & {
  readonly name: string;
  readonly fields: readonly (FieldModel & { readonly pgType: string })[];
};

export function entityOf({ name, fields, ...options }: EntityOptions): StoredEntity {
  return {
    name,
    policy: 'lastWriteWins',
    unique: [],
    validate: () => null,
    rule: undefined,
    derive: undefined,
    target: class {},
    table: name.toLowerCase(),
    fields,
    columns: fields.map((each) => ({
      field: each.name,
      column: each.name.toLowerCase(),
      pgType: each.pgType,
    })),
    ...options,
  };
}

/** Every column type, every merger, a reference. */
export const NOTE = entityOf({
  name: 'Note',
  policy: 'merge',
  fields: [
    field('title', { default: '' }),
    field('content', { default: '', merger: 'text' }),
    field('tags', { list: true, default: [], merger: 'set', pgType: 'text[]' }),
    field('likes', { kind: 'int', default: 0, merger: 'counter', pgType: 'integer' }),
    field('rating', { kind: 'float', nullable: true, pgType: 'double precision' }),
    field('pinned', { kind: 'boolean', default: false, pgType: 'boolean' }),
    field('dueAt', { kind: 'dateTime', nullable: true, pgType: 'timestamptz' }),
    field('meta', { kind: 'json', nullable: true, pgType: 'jsonb' }),
    field('folderId', { kind: 'id', nullable: true, references: { type: 'Folder', scope: undefined } }),
  ],
});

export const FOLDER = entityOf({
  name: 'Folder',
  unique: [['name']],
  fields: [field('name'), field('color', { nullable: true })],
});

/** As its author's migration would write it. */
class Tables1735689700000 {
  async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    const common = `scope text NOT NULL, id text NOT NULL, version bigint NOT NULL, created_at timestamptz(3) NOT NULL,
      updated_at timestamptz(3) NOT NULL, deleted_at timestamptz(3), clocks jsonb NOT NULL, PRIMARY KEY (scope, id)`;
    await runner.query(`CREATE TABLE note (title text NOT NULL, content text NOT NULL, tags text[] NOT NULL,
      likes integer NOT NULL, rating double precision, pinned boolean NOT NULL, dueat timestamptz(3), meta jsonb,
      folderid text, ${common})`);
    await runner.query(
      `CREATE TABLE folder (name text NOT NULL, color text, ${common}, UNIQUE (scope, name))`,
    );
    for (const statement of ['note', 'folder'].flatMap((table) => syncedTableStatements(table).up)) {
      await runner.query(statement);
    }
  }

  async down(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    await runner.query('DROP TABLE folder, note');
  }
}

export interface Fixture {
  readonly url: string;
  readonly storage: Storage;
  readonly engine: HoldfastEngine;
  readonly entities: readonly StoredEntity[];
  /** Ends the storage and removes the database. */
  close(): Promise<void>;
}

export interface FixtureOptions extends TestDatabaseOptions {
  readonly entities?: readonly StoredEntity[];
  readonly clock?: Clock;
  readonly migrations?: readonly MigrationClass[];
  readonly poolSize?: number;
  readonly statementTimeoutMs?: number;
}

export async function openFixture(options: FixtureOptions = {}): Promise<Fixture> {
  const {
    entities = [NOTE, FOLDER],
    clock = systemClock,
    migrations = [],
    isPlain = false,
    ...rest
  } = options;
  const database = await createTestDatabase({ isPlain });
  const storage = openStorage({
    databaseUrl: database.url,
    entities,
    migrations: [Tables1735689700000, ...migrations],
    connectTimeoutMs: 30_000,
    ...rest,
  });
  await storage.migrate();
  await storage.start();
  const engine = createSyncEngine({ entities, store: storage, pokes: storage.notifier, hash: sha256, clock });
  const close = async (): Promise<void> => {
    await storage.close();
    await database.drop();
  };
  return { url: database.url, storage, engine, entities, close };
}

export const TEAM = 'team:1';

export function viewerOf(id: string, access: 'READ' | 'WRITE' = 'WRITE'): Viewer {
  const ownScope = `user:${id}`;
  return {
    id,
    name: id,
    ownScope,
    scopes: [
      { id: ownScope, access: 'WRITE' },
      { id: TEAM, access },
    ],
  };
}

export function changeOf(
  id: string,
  values: Readonly<Record<string, Json>>,
  rest: Partial<ChangeInput> = {},
): ChangeInput {
  const named = { id, values, ...rest };
  return {
    ...BARE_CHANGE,
    payload: JSON.parse(JSON.stringify(named)) as Json,
    ...named,
  };
}

export function deviceOf(id: string, rest: Partial<DeviceInput> = {}): DeviceInput {
  return { id, epoch: undefined, sentAt: Date.now(), acknowledged: 0, ...rest };
}

/** Pushes changes of one type to the team's scope and answers their results. */
export async function pushOf(
  engine: HoldfastEngine,
  {
    type = 'Note',
    viewer = viewerOf('ada'),
    device,
  }: { type?: string; viewer?: Viewer; device?: DeviceInput | undefined },
  changes: readonly ChangeInput[],
): Promise<readonly ChangeResult[]> {
  const answer = await engine.push({ viewer, fields: [{ type, scope: TEAM, device, changes }] });
  return answer.results.flat();
}
