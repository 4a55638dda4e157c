import { isId } from '../sync/limits.ts';
import type { ListRequest, RecordKey, RecordView, TypeDigest } from '../sync/model.ts';
import type { Selection } from '../sync/ports.ts';
import type { Queryable } from './connection.ts';
import { filterSql, orderSql, Parameters } from './filter-sql.ts';
import type { SyncedTable } from './synced-table-model.ts';

type Page = Pick<ListRequest, 'orderBy' | 'limit' | 'offset'>;

/**
 * Live records that match; `orderBy` empty: the last updated first. Each scope gives no more than the page can need, by its
 * own index where there is one for the order: a scope of a million records is not sorted for a page of fifty.
 */
export async function listRecords(
  connection: Queryable,
  table: SyncedTable,
  { scopes, filter, orderBy, limit, offset }: Selection & Page,
): Promise<readonly RecordView[]> {
  const parameters = new Parameters();
  const from = parameters.add(scopes);
  const where = filterSql(table, filter, parameters);
  const order = orderSql(table, orderBy.length > 0 ? orderBy : [{ field: 'updatedAt', direction: 'DESC' }]);
  const [most, skipped] = [limit, offset].map((count) => `${parameters.add(count)}::bigint`);
  return connection.query<RecordView>(
    `SELECT ${table.select} FROM unnest(${from}::text[]) AS s(scope), LATERAL (
        SELECT * FROM ${table.name} t WHERE t.scope = s.scope AND t.deleted_at IS NULL AND ${where}
        ORDER BY ${order} LIMIT ${most} + ${skipped}
      ) t
      ORDER BY ${order}, t.scope COLLATE "C" LIMIT ${most} OFFSET ${skipped}`,
    parameters.values,
    true,
  );
}

export async function countRecords(
  connection: Queryable,
  table: SyncedTable,
  selection: Omit<Selection, 'type'>,
): Promise<number> {
  const parameters = new Parameters();
  const from = parameters.add(selection.scopes);
  const where = filterSql(table, selection.filter, parameters);
  const [row] = await connection.query<{ count: number }>(
    `SELECT count(*) AS count FROM ${table.name} t
      WHERE t.scope = ANY (${from}::text[]) AND t.deleted_at IS NULL AND ${where}`,
    parameters.values,
    true,
  );
  return row?.count ?? 0;
}

/** Live records in the order of the keys. */
export async function recordsByKey(
  connection: Queryable,
  table: SyncedTable,
  keys: readonly RecordKey[],
): Promise<readonly (RecordView | null)[]> {
  const askable = keys.filter(({ id }) => isId(id));
  const rows = await connection.query<RecordView>(
    `SELECT ${table.select} FROM unnest($1::text[], $2::text[]) AS k(scope, id)
      JOIN ${table.name} t ON t.scope = k.scope AND t.id = k.id WHERE t.deleted_at IS NULL`,
    [askable.map(({ scope }) => scope), askable.map(({ id }) => id)],
    true,
  );
  const byKey = new Map(rows.map((row) => [`${row.scope} ${row.id}`, row]));
  return keys.map(({ scope, id }) => byKey.get(`${scope} ${id}`) ?? null);
}

/** Count and SHA-256 of the lines `id:version` of live records in byte order of id (R33), in one snapshot. */
export async function digestOf(
  connection: Queryable,
  tables: readonly SyncedTable[],
  scope: string,
): Promise<readonly TypeDigest[]> {
  const [counter] = await connection.query<{ head: number }>(
    'SELECT head FROM holdfast.counter WHERE scope = $1',
    [scope],
  );
  const digests: TypeDigest[] = [];
  for (const { name, entity } of tables) {
    const [row] = await connection.query<{ count: number; sha256: string }>(
      `SELECT count(*) AS count, encode(sha256(convert_to(coalesce(
          string_agg(t.id || ':' || t.version || chr(10), '' ORDER BY t.id COLLATE "C"), ''), 'UTF8')), 'hex') AS sha256
        FROM ${name} t WHERE t.scope = $1 AND t.deleted_at IS NULL`,
      [scope],
    );
    digests.push({
      type: entity.name,
      count: row?.count ?? 0,
      sha256: row?.sha256 ?? '',
      head: counter?.head ?? 0,
    });
  }
  return digests;
}
