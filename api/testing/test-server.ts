import pg from 'pg';
import type { Logger } from 'pino';
import { demoCatalog } from '../domain/demo-catalog.ts';
import { demoTeam } from '../domain/demo-team.ts';
import { entities, resolvers } from '../domain/index.ts';
import { migrations } from '../domain/migrations/index.ts';
import { seedDemo, signToken } from '../server/demo.ts';
import { startServer } from '../server/server.ts';
import type { RunningServer } from '../server/server.ts';
import type { AccessDirectory, Retention } from '../storage/storage.ts';
import { TEST_TOKENS, testConfig, type TestSettings } from './test-config.ts';
import { createTestDatabase } from './test-database.ts';

export interface TestServerOptions extends TestSettings {
  /** Default: a fresh database, dropped at the end. */
  readonly databaseUrl?: string;
  /** As an app is at its first start, with what the demo's team has written; default: with the catalogue alone. */
  readonly withTeam?: boolean;
  readonly logger?: Logger;
}

/** What every kind of running API offers to a test. */
export interface TestApi {
  /** `http://127.0.0.1:port`, without a path. */
  readonly url: string;
  /** The address of the WebSocket, path included. */
  readonly wsUrl: string;
  readonly port: number;
  readonly databaseUrl: string;
  /** A token that the server accepts; for a user with an account, such as `ada` or `ben`, it also gets in. */
  tokenFor(userId: string, options?: { readonly lifetimeS?: number }): Promise<string>;
  /** Runs one statement as the owner of the tables, past row-level security. */
  sql<R = Record<string, unknown>>(query: string, params?: readonly unknown[]): Promise<R[]>;
  /** Ends it in order and drops the database if it was made for it. Twice is fine. */
  stop(): Promise<void>;
}

export interface TestServer extends TestApi {
  readonly access: AccessDirectory;
  readonly retention: Retention;
  readonly write: RunningServer['write'];
}

/** The real server in this process, on a free port, over a database of its own, with the accounts `ada`, `ben` and `sam`. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const database = options.databaseUrl === undefined ? await createTestDatabase() : null;
  const databaseUrl = options.databaseUrl ?? database?.url ?? '';
  const server = await startServer({
    config: testConfig(options),
    databaseUrl,
    entities,
    resolvers,
    migrations,
    demoRecords: options.withTeam === true ? demoTeam : demoCatalog,
    ...(options.logger === undefined ? {} : { logger: options.logger }),
  });
  const { access, retention } = server.storage;
  await seedDemo(access);
  const sql = openSql(databaseUrl);
  return {
    ...addresses(server.port),
    databaseUrl,
    access,
    retention,
    write: server.write,
    tokenFor: testToken,
    sql: sql.query,
    stop: async () => {
      await server.close();
      await sql.end();
      await database?.drop();
    },
  };
}

export function testToken(userId: string, { lifetimeS = 3600 } = {}): Promise<string> {
  return signToken(TEST_TOKENS, userId, lifetimeS);
}

export function addresses(port: number): Pick<TestApi, 'url' | 'wsUrl' | 'port'> {
  return { port, url: `http://127.0.0.1:${port}`, wsUrl: `ws://127.0.0.1:${port}/graphql` };
}

/** One connection a statement: a test that kills things must not keep a broken one. */
export function openSql(databaseUrl: string): { query: TestApi['sql']; end: () => Promise<void> } {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  // A connection that breaks while idle, because the database was dropped or killed, is no news.
  pool.on('error', () => undefined);
  let ended: Promise<void> | undefined;
  return {
    query: async <R>(query: string, params: readonly unknown[] = []) =>
      (await pool.query(query, [...params])).rows as R[],
    end: () => (ended ??= pool.end()),
  };
}
