import pg from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import {
  APP_ROLE,
  ENGINE_SETTING,
  READABLE_SETTING,
  SEARCH_PATH,
  USER_SETTING,
  WRITABLE_SETTING,
} from './app-role.ts';
import { Connection, StatementNames } from './connection.ts';
import type { Queryable } from './connection.ts';
import { unavailable } from './database-error.ts';
import type { StorageOptions } from './storage-options.ts';

/** `snapshot`: REPEATABLE READ, READ ONLY. `write`: READ COMMITTED, through the guard trigger. */
export interface TransactionMode {
  readonly kind: 'snapshot' | 'write';
  /** Whose device rows and receipts can be seen; null: nobody's. */
  readonly user: string | null;
  readonly readable: readonly string[];
  readonly writable: readonly string[];
}

/** The API's connections: a pool of TypeORM's, each connection in the app role. */
export class Database implements Queryable {
  private readonly source: DataSource;
  private readonly names = new StatementNames();

  constructor(options: StorageOptions) {
    const statementTimeoutMs = options.statementTimeoutMs ?? 15_000;
    this.source = new DataSource({
      type: 'postgres',
      url: options.databaseUrl,
      entities: options.entities.map(({ target }) => target),
      installExtensions: false,
      synchronize: false,
      poolSize: options.poolSize ?? 10,
      connectTimeoutMS: options.connectTimeoutMs ?? 5_000,
      applicationName: 'holdfast',
      poolErrorHandler: (error: unknown) =>
        options.log?.({ level: 'warn', message: 'An idle database connection was lost.', error }),
      extra: {
        options: sessionOptions(statementTimeoutMs),
        keepAlive: true,
        // Statements that need no answer in between go out together.
        pipeline: true,
        // Longer than the server's own limit: it ends only connections that do not answer at all.
        query_timeout: statementTimeoutMs + 5_000,
      },
    });
  }

  async start(): Promise<void> {
    try {
      await this.source.initialize();
    } catch (error) {
      throw error instanceof pg.DatabaseError ? error : unavailable(error);
    }
    // Its last words can come in the packet that opens a connection, before anybody who asked for it can listen: without a
    // listener they would end the process. The connection's first query says what has happened.
    this.pool.on('connect', (client) => client.on('error', () => undefined));
  }

  private get pool(): pg.Pool {
    return (this.source.driver as PostgresDriver).master as pg.Pool;
  }

  /** How the pool is used now; `waiting`: requests that have no connection yet. */
  use(): { readonly total: number; readonly idle: number; readonly waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.pool;
    return { total: totalCount, idle: idleCount, waiting: waitingCount };
  }

  async close(): Promise<void> {
    if (this.source.isInitialized) {
      await this.source.destroy();
    }
  }

  async query<Row>(text: string, values: readonly unknown[], isOnce = false): Promise<readonly Row[]> {
    return this.withConnection((connection) => connection.query<Row>(text, values, isOnce));
  }

  /**
   * Runs `work` between BEGIN and COMMIT, or ROLLBACK when it throws. The commit is durable when this resolves. BEGIN
   * travels with the first statement: should it fail, so does everything after it.
   */
  async transaction<T>(mode: TransactionMode, work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.withConnection(async (connection) => {
      const [begun, worked] = await Promise.allSettled(
        connection.together(() => [connection.command(beginStatement(mode)), work(connection)] as const),
      );
      if (begun.status === 'fulfilled' && worked.status === 'fulfilled') {
        await commit(connection);
        return worked.value;
      }
      await rollBack(connection);
      throw begun.status === 'rejected' ? begun.reason : (worked as PromiseRejectedResult).reason;
    });
  }

  private async withConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const [client, release] = await this.checkOut();
    const connection = new Connection(client, this.names);
    // A connection that breaks while it is idle inside a transaction tells nobody else.
    const onError = (error: Error): void => {
      connection.broken = error;
    };
    client.on('error', onError);
    try {
      return await work(connection);
    } finally {
      client.removeListener('error', onError);
      release(connection.broken);
    }
  }

  private async checkOut(): Promise<[pg.PoolClient, (error?: Error) => void]> {
    try {
      const driver = this.source.driver as PostgresDriver;
      return (await driver.obtainMasterConnection()) as [pg.PoolClient, (error?: Error) => void];
    } catch (error) {
      throw unavailable(error);
    }
  }
}

/**
 * Cost follows what changed, never what is stored: a connection keeps the plan that it made while a table was small, and
 * the table grows. So the plan must not be a scan of the whole, nor one of a scope that is sorted afterwards where an
 * index has the rows in order.
 */
const INDEXES_ONLY = ['enable_seqscan=off', 'enable_sort=off'];

/** Startup options of every connection of ours. */
export function sessionOptions(statementTimeoutMs: number): string {
  return [
    `role=${APP_ROLE}`,
    SEARCH_PATH,
    'timezone=UTC',
    'datestyle=ISO',
    ...INDEXES_ONLY,
    `statement_timeout=${statementTimeoutMs}`,
    `idle_in_transaction_session_timeout=${statementTimeoutMs}`,
  ]
    .map((setting) => `-c ${setting}`)
    .join(' ');
}

/** One round trip. Scopes are checked by the engine; they are quoted all the same. */
function beginStatement({ kind, user, readable, writable }: TransactionMode): string {
  const set = (name: string, value: string): string => `SET LOCAL ${name} = ${pg.escapeLiteral(value)}`;
  const settings = [set(READABLE_SETTING, readable.join(','))];
  if (user !== null) {
    settings.push(set(USER_SETTING, user));
  }
  if (kind === 'snapshot') {
    return ['BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', ...settings].join('; ');
  }
  settings.push(set(WRITABLE_SETTING, writable.join(',')), set(ENGINE_SETTING, 'on'));
  return ['BEGIN ISOLATION LEVEL READ COMMITTED', ...settings].join('; ');
}

async function commit(connection: Connection): Promise<void> {
  const tag = await (connection.ending ?? connection.command('COMMIT'));
  if (tag !== 'COMMIT') {
    throw new Error(`The transaction ended with ${tag}.`);
  }
}

async function rollBack(connection: Connection): Promise<void> {
  if (connection.broken !== undefined || connection.ending !== undefined) {
    return;
  }
  try {
    await connection.command('ROLLBACK');
  } catch (error) {
    connection.broken = error instanceof Error ? error : new Error(String(error));
  }
}
