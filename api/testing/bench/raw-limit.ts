import pg from 'pg';
import type { StoredEntity } from '../../storage/storage.ts';
import { pageStatement } from '../../storage/read-transaction.ts';
import { saveStatement } from '../../storage/save-statement.ts';
import { toRecordsetItem } from '../../storage/stored-row.ts';
import { readTable } from '../../storage/synced-table-model.ts';
import { valueParsers } from '../../storage/value-parsers.ts';
import type { Values } from '../../sync/model.ts';
import { PENDING } from '../../sync/ports.ts';

/** A note to write: new ones have no version yet. */
export interface RawNote {
  readonly id: string;
  readonly was: number | null;
  readonly values: Values;
}

/**
 * What Postgres and its driver can do with the engine's own statements and nothing around them: no GraphQL, no HTTP, no
 * receipts, no row-level security (the connection owns the tables).
 */
export class RawLimit {
  private readonly pool: pg.Pool;
  private readonly page: { readonly name: string; readonly text: string };
  private readonly save: { readonly name: string; readonly text: string };

  constructor(databaseUrl: string, note: StoredEntity, connectionCount: number) {
    const table = readTable(note);
    this.page = { name: 'page', text: pageStatement(table, true) };
    this.save = { name: 'save', text: saveStatement({ tables: [table], hasDevice: false }) };
    const settings = [
      'search_path=public',
      'timezone=UTC',
      'datestyle=ISO',
      'enable_seqscan=off',
      'enable_sort=off',
    ];
    this.pool = new pg.Pool({
      connectionString: databaseUrl,
      max: connectionCount,
      options: [...settings, 'holdfast.engine=on'].map((setting) => `-c ${setting}`).join(' '),
    });
  }

  /** A page of live notes above a position, as objects. */
  async readPage(scope: string, after: number, limit: number): Promise<number> {
    const values = [scope, after, Number.MAX_SAFE_INTEGER, limit];
    const { rows } = await this.pool.query({ ...this.page, values, types: valueParsers });
    return rows.length;
  }

  /** Bumps the scope's counter and writes the notes set-wise: one statement, one durable transaction. Answers the head. */
  async write(scope: string, notes: readonly RawNote[]): Promise<number> {
    const now = new Date().toISOString();
    const items = notes.map(({ id, was, values }, at) => {
      const clocks = { '*': [PENDING, Date.parse(now), 'bench', 'bench'] as const };
      const row = { id, was, values, clocks, createdAt: now, updatedAt: now, deletedAt: null };
      return toRecordsetItem(row, at + 1);
    });
    const values = [scope, notes.length, JSON.stringify(items)];
    const { rows } = await this.pool.query<{ base: string }>({ ...this.save, values });
    return Number(rows[0]?.base) + notes.length;
  }

  async sql<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(text, [...values])).rows;
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}
