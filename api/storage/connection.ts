import type { Writable } from 'node:stream';
import pg from 'pg';
import { classify, unavailable } from './database-error.ts';
import { valueParsers } from './value-parsers.ts';

/** What the storage asks Postgres with. */
export interface Queryable {
  /**
   * @param text a statement; the same text is prepared once a connection, unless `isOnce`
   * @throws SyncError UNAVAILABLE when there is no answer; Postgres's own error otherwise
   */
  query<Row>(text: string, values: readonly unknown[], isOnce?: boolean): Promise<readonly Row[]>;
}

/** Statement names by text: short, because Postgres cuts names at 63 bytes, and shared by all connections of a pool. */
export class StatementNames {
  private readonly names = new Map<string, string>();

  of(text: string): string {
    const name = this.names.get(text) ?? `hf${this.names.size + 1}`;
    this.names.set(text, name);
    return name;
  }
}

/** One checked-out connection. */
export class Connection implements Queryable {
  /** Set when it must not go back to the pool. */
  broken: Error | undefined;
  /** The tag of a COMMIT that was sent already. */
  ending: Promise<string> | undefined;
  /** Why the transaction is aborted: what was sent behind the statement that failed is told only that it is. */
  private failure: unknown;

  constructor(
    private readonly client: pg.PoolClient,
    private readonly names: StatementNames,
  ) {}

  async query<Row>(text: string, values: readonly unknown[], isOnce = false): Promise<readonly Row[]> {
    const query = { text, values: [...values], types: valueParsers };
    const result = await this.ask(isOnce ? query : { ...query, name: this.names.of(text) });
    return result.rows as Row[];
  }

  /**
   * A statement and COMMIT in one round trip: nobody waits for our event loop while the statement's locks are held. If
   * the statement fails, Postgres turns this COMMIT into a ROLLBACK.
   */
  async queryAndCommit<Row>(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    const answer = this.together(() => {
      const rows = this.query<Row>(text, values);
      this.ending = this.command('COMMIT');
      return rows;
    });
    const [rows] = await Promise.allSettled([answer, this.ending]);
    if (rows.status === 'rejected') {
      throw rows.reason;
    }
    return rows.value;
  }

  /** What `ask` sends before it returns leaves in one packet: one system call here, one wake-up of Postgres. */
  together<T>(ask: () => T): T {
    const { stream } = (this.client as unknown as { readonly connection: { readonly stream: Writable } })
      .connection;
    stream.cork();
    try {
      return ask();
    } finally {
      stream.uncork();
    }
  }

  /** Statements without parameters, several in one round trip; answers the last command's tag. */
  async command(text: string): Promise<string> {
    const result: pg.QueryResult | pg.QueryResult[] = await this.ask({ text });
    const last = Array.isArray(result) ? (result as pg.QueryResult[]).at(-1) : result;
    return last?.command ?? '';
  }

  private async ask(query: pg.QueryConfig): Promise<pg.QueryResult> {
    try {
      return await this.client.query(query);
    } catch (answer) {
      const error = isEcho(answer) ? (this.failure ?? answer) : answer;
      this.failure = error;
      if (classify(error) !== 'away') {
        throw error;
      }
      if (!isStatementOnly(error)) {
        this.broken = error instanceof Error ? error : new Error(String(error));
      }
      throw unavailable(error);
    }
  }
}

function isEcho(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '25P02';
}

/** Cancelled by a timeout, or refused by a standby: the connection itself goes on. */
function isStatementOnly(error: unknown): boolean {
  return error instanceof pg.DatabaseError && ['57014', '55P03', '25006'].includes(error.code ?? '');
}
