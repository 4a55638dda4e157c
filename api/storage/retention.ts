import pg from 'pg';
import { ENGINE_SETTING, READABLE_SETTING, WRITABLE_SETTING } from './app-role.ts';
import type { Queryable } from './connection.ts';
import { classify, unavailable } from './database-error.ts';
import { sessionOptions } from './database.ts';
import type { StorageOptions } from './storage-options.ts';
import type { SyncedTable } from './synced-table-model.ts';

/** What a purge took away. */
export interface Purged {
  readonly tombstones: number;
  readonly receipts: number;
}

export interface Retention {
  /**
   * Deletes tombstones older than `days` and receipts a little older than that, scope by scope, and raises the horizons
   * (R5, R13). Null: another process is at it. Ends early, between two scopes, when `signal` says so.
   *
   * @throws SyncError UNAVAILABLE when the database is away; what was purged until then is purged.
   */
  purge(days: number, signal?: AbortSignal): Promise<Purged | null>;
  /**
   * Begins a new epoch, after a backup was restored; returns its stored part. Devices then start their cycles anew and
   * send again what was not acknowledged (R5, R10).
   */
  rotateEpoch(): Promise<string>;
}

/** Any number will do, as long as it is always the same. */
const PURGE_LOCK = 4_603_218;
const SCOPES_AT_ONCE = 100;
const ROWS_AT_ONCE = 1_000;
const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

/** Housekeeping; safe beside pushes and pulls, and safe to be asked for by several processes at once. */
export class PostgresRetention implements Retention {
  constructor(
    private readonly database: Queryable,
    private readonly tables: readonly SyncedTable[],
    private readonly options: StorageOptions,
  ) {}

  async purge(days: number, signal?: AbortSignal): Promise<Purged | null> {
    // A connection of its own: the lock belongs to the session, and requests keep theirs.
    const client = new pg.Client({
      connectionString: this.options.databaseUrl,
      application_name: 'holdfast purge',
      connectionTimeoutMillis: this.options.connectTimeoutMs ?? 5_000,
      options: sessionOptions(this.options.statementTimeoutMs ?? 15_000),
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ isOurs: boolean }>(
        'SELECT pg_try_advisory_lock($1) AS "isOurs"',
        [PURGE_LOCK],
      );
      return rows[0]?.isOurs === true ? await purgeAll(client, { tables: this.tables, days, signal }) : null;
    } catch (error) {
      throw classify(error) === 'away' ? unavailable(error) : error;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async rotateEpoch(): Promise<string> {
    const [row] = await this.database.query<{ id: string }>('SELECT holdfast.begin_epoch() AS id', []);
    return row?.id ?? '';
  }
}

interface Purge {
  readonly tables: readonly SyncedTable[];
  readonly days: number;
  readonly signal: AbortSignal | undefined;
}

async function purgeAll(client: pg.Client, { tables, days, signal }: Purge): Promise<Purged> {
  const ageS = days * DAY_S;
  let tombstones = 0;
  let receipts = 0;
  for await (const scopes of everyScope(client)) {
    for (const { table, scope } of await expiredIn(client, tables, { scopes, ageS })) {
      if (signal?.aborted === true) return { tombstones, receipts };
      tombstones += await purgeTombstones(client, table, { scope, ageS });
    }
    // An hour more than their tombstones (R13): one is stamped by the API's clock, the other by the database's.
    const { rowCount } = await inTransaction(client, scopes, () =>
      client.query(
        `DELETE FROM holdfast.receipt
          WHERE scope = ANY ($1::text[]) AND created_at < now() - make_interval(secs => $2)`,
        [scopes, ageS + HOUR_S],
      ),
    );
    receipts += rowCount ?? 0;
  }
  return { tombstones, receipts };
}

/** All scopes, some at a time: a scope in which every change was refused has devices and no counter. */
async function* everyScope(client: pg.Client): AsyncGenerator<readonly string[]> {
  for (let last: string | undefined = ''; last !== undefined;) {
    const scopes: readonly string[] = await scopesAfter(client, last);
    last = scopes.at(-1);
    if (last !== undefined) yield scopes;
  }
}

async function scopesAfter(client: pg.Client, last: string): Promise<readonly string[]> {
  const { rows } = await inTransaction(client, [], () =>
    client.query<{ scope: string }>(
      `(SELECT scope FROM holdfast.counter WHERE scope > $1 ORDER BY scope LIMIT ${SCOPES_AT_ONCE})
        UNION (SELECT DISTINCT scope FROM holdfast.device WHERE scope > $1 ORDER BY scope LIMIT ${SCOPES_AT_ONCE})
        ORDER BY scope LIMIT ${SCOPES_AT_ONCE}`,
      [last],
    ),
  );
  return rows.map(({ scope }) => scope);
}

/** Where there is something to purge: most scopes have nothing. */
async function expiredIn(
  client: pg.Client,
  tables: readonly SyncedTable[],
  { scopes, ageS }: { readonly scopes: readonly string[]; readonly ageS: number },
): Promise<readonly { readonly table: SyncedTable; readonly scope: string }[]> {
  return inTransaction(client, scopes, async () => {
    const found: { readonly table: SyncedTable; readonly scope: string }[] = [];
    for (const table of tables) {
      const { rows } = await client.query<{ scope: string }>(
        `SELECT DISTINCT t.scope FROM ${table.name} t
          WHERE t.scope = ANY ($1::text[]) AND t.deleted_at < now() - make_interval(secs => $2)`,
        [scopes, ageS],
      );
      found.push(...rows.map(({ scope }) => ({ table, scope })));
    }
    return found;
  });
}

async function purgeTombstones(
  client: pg.Client,
  table: SyncedTable,
  expired: { readonly scope: string; readonly ageS: number },
): Promise<number> {
  for (let purged = 0; ;) {
    const { rows } = await inTransaction(client, [expired.scope], () =>
      client.query<{ purged: number }>(purgeStatement(table), [
        expired.scope,
        expired.ageS,
        table.entity.name,
      ]),
    );
    const now = rows[0]?.purged ?? 0;
    purged += now;
    if (now < ROWS_AT_ONCE) return purged;
  }
}

/**
 * The horizon rises in the statement that deletes: no snapshot sees one without the other (I21). A tombstone that a push
 * has in its hands is left for the next time.
 */
function purgeStatement({ name }: SyncedTable): string {
  return `WITH expired AS (
      SELECT t.id FROM ${name} t
      WHERE t.scope = $1 AND t.deleted_at < now() - make_interval(secs => $2)
      LIMIT ${ROWS_AT_ONCE} FOR UPDATE SKIP LOCKED
    ), purged AS (
      DELETE FROM ${name} t WHERE t.scope = $1 AND t.id IN (SELECT id FROM expired) RETURNING t.version
    ), raised AS (
      INSERT INTO holdfast.horizon AS h (scope, type, position)
      SELECT $1, $3, max(version) FROM purged HAVING count(*) > 0
      ON CONFLICT (scope, type) DO UPDATE SET position = greatest(h.position, excluded.position)
    )
    SELECT count(*)::int AS purged FROM purged`;
}

async function inTransaction<T>(
  client: pg.Client,
  scopes: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  await client.query('BEGIN');
  try {
    await client.query(
      `SELECT set_config('${READABLE_SETTING}', $1, true), set_config('${WRITABLE_SETTING}', $1, true),
        set_config('${ENGINE_SETTING}', 'purge', true)`,
      [scopes.join(',')],
    );
    const value = await work();
    await client.query('COMMIT');
    return value;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
