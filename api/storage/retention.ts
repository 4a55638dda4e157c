import type { Database } from './database.ts';
import type { SyncedTable } from './synced-table-model.ts';

export interface Retention {
  /**
   * Deletes tombstones and receipts older than `days`, scope by scope, and raises the horizons (R5, R13). Returns how
   * many tombstones went.
   */
  purge(days: number): Promise<number>;
  /** Begins a new epoch, after a backup was restored; returns it. */
  rotateEpoch(): Promise<string>;
}

/** Housekeeping; safe beside pushes and pulls, and safe to run twice at once. */
export class PostgresRetention implements Retention {
  constructor(
    private readonly database: Database,
    private readonly tables: readonly SyncedTable[],
  ) {}

  async purge(days: number): Promise<number> {
    const scopes = await this.database.query<{ scope: string }>(
      'SELECT scope FROM holdfast.counter ORDER BY scope',
      [],
    );
    let purged = 0;
    for (const { scope } of scopes) {
      for (const table of this.tables) {
        purged += await this.purgeTombstones(scope, table, days);
      }
      await this.database.query(
        `DELETE FROM holdfast.receipt WHERE scope = $1 AND created_at < now() - make_interval(days => $2::int)`,
        [scope, days],
      );
    }
    return purged;
  }

  async rotateEpoch(): Promise<string> {
    const [row] = await this.database.query<{ id: string }>('SELECT holdfast.begin_epoch() AS id', []);
    return row?.id ?? '';
  }

  /** The horizon rises in the transaction that deletes: no snapshot sees one without the other (I21). */
  private purgeTombstones(scope: string, { name, entity }: SyncedTable, days: number): Promise<number> {
    return this.database.transaction(
      { kind: 'write', readable: [scope], writable: [scope] },
      async (connection) => {
        const [row] = await connection.query<{ purged: number }>(
          `WITH purged AS (
            DELETE FROM ${name} t
            WHERE t.scope = $1 AND t.deleted_at < now() - make_interval(days => $3::int) RETURNING t.version
          ), raised AS (
            INSERT INTO holdfast.horizon AS h (scope, type, position)
            SELECT $1, $2, max(version) FROM purged HAVING count(*) > 0
            ON CONFLICT (scope, type) DO UPDATE SET position = greatest(h.position, excluded.position)
          )
          SELECT count(*) AS purged FROM purged`,
          [scope, entity.name, days],
        );
        return row?.purged ?? 0;
      },
    );
  }
}
