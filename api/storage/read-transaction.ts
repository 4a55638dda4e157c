import type { RecordView } from '../sync/model.ts';
import type {
  PageRequest,
  PageRows,
  Reader,
  ReadTransaction,
  ScopePoint,
  SnapshotPoints,
} from '../sync/ports.ts';
import type { Queryable } from './connection.ts';
import { quoteName } from './synced-table.ts';
import type { SyncedTable, SyncedTables } from './synced-table-model.ts';

const MAX_PAGE_BYTES = 2_000_000;
/** UTF-8 takes at most three bytes for each UTF-16 unit: a page with fewer units was not cut by bytes. */
const SURELY_UNCUT_LENGTH = MAX_PAGE_BYTES / 4;

interface PointsRow {
  readonly epoch: string;
  readonly heads: Readonly<Record<string, number>> | null;
  readonly horizons:
    readonly { readonly scope: string; readonly type: string; readonly position: number }[] | null;
  readonly executed:
    readonly { readonly scope: string; readonly device: string; readonly seq: number }[] | null;
}

export interface ReadContext {
  readonly tables: SyncedTables;
  /** An expression for the effective epoch. */
  readonly epochSql: string;
  readonly reader: Reader;
}

/** Reads of one snapshot. */
export class PostgresReadTransaction implements ReadTransaction {
  constructor(
    private readonly connection: Queryable,
    private readonly context: ReadContext,
  ) {}

  async points(devices: readonly string[]): Promise<SnapshotPoints> {
    const { epochSql, reader } = this.context;
    const [row] = await this.connection.query<PointsRow>(
      `SELECT ${epochSql} AS epoch,
        (SELECT json_object_agg(scope, head) FROM holdfast.counter WHERE scope = ANY ($1::text[])) AS heads,
        (SELECT json_agg(json_build_object('scope', scope, 'type', type, 'position', position))
          FROM holdfast.horizon WHERE scope = ANY ($1::text[])) AS horizons,
        (SELECT json_agg(json_build_object('scope', scope, 'device', device_id, 'seq', last_seq))
          FROM holdfast.device
          WHERE scope = ANY ($1::text[]) AND user_id = $2 AND device_id = ANY ($3::text[])) AS executed`,
      [reader.scopes, reader.user, devices],
    );
    const { epoch = '', heads, horizons, executed } = row ?? { heads: null, horizons: null, executed: null };
    const scopes = reader.scopes.map((scope): [string, ScopePoint] => [
      scope,
      {
        head: heads?.[scope] ?? 0,
        horizons: Object.fromEntries(
          (horizons ?? []).filter((at) => at.scope === scope).map(({ type, position }) => [type, position]),
        ),
        executed: Object.fromEntries(
          (executed ?? []).filter((at) => at.scope === scope).map(({ device, seq }) => [device, seq]),
        ),
      },
    ]);
    return { epoch, scopes: Object.fromEntries(scopes) };
  }

  /** A cycle reads the live rows up to its floor from the partial index, then everything above it (R1). */
  async page(request: PageRequest): Promise<PageRows> {
    const { type, scope, after, liveUpTo, limit, head } = request;
    const table = this.context.tables.of(type);
    if (after >= liveUpTo) {
      return this.range(pageStatement(table, false), table, { values: [scope, after], limit });
    }
    const live = await this.range(pageStatement(table, true), table, {
      values: [scope, after, liveUpTo],
      limit,
    });
    if (live.hasMore || head <= liveUpTo) {
      return live;
    }
    const rest = { values: [scope, liveUpTo], limit: limit - live.records.length };
    const above = await this.range(pageStatement(table, false), table, rest);
    return { records: [...live.records, ...above.records], hasMore: above.hasMore };
  }

  /** Asks for one row more than wanted, to tell whether there is one. */
  private async range(
    text: string,
    table: SyncedTable,
    { values, limit }: { readonly values: readonly unknown[]; readonly limit: number },
  ): Promise<PageRows> {
    const records = await this.connection.query<RecordView>(text, [...values, limit + 1]);
    if (records.length > limit) {
      return { records: records.slice(0, limit), hasMore: true };
    }
    const last = records.at(-1);
    if (last === undefined || lengthOf(records) < SURELY_UNCUT_LENGTH) {
      return { records, hasMore: false };
    }
    const [more] = await this.connection.query<{ exists: boolean }>(
      `SELECT EXISTS (SELECT FROM ${table.name} t WHERE t.scope = $1 AND t.version > $2) AS exists`,
      [values[0], last.version],
    );
    return { records, hasMore: more?.exists === true };
  }
}

/** A range of the index on (scope, version), ended by `limit` or by bytes, whichever comes first. */
export function pageStatement({ name, select, size, columns }: SyncedTable, isLiveOnly: boolean): string {
  const range = isLiveOnly ? 'AND t.version <= $3 AND t.deleted_at IS NULL' : '';
  const names = columns.map(({ field }) => `p.${quoteName(field)}`).join(', ');
  return `SELECT ${names} FROM (
    SELECT t.*, sum(t.size) OVER (ORDER BY t.version ROWS UNBOUNDED PRECEDING) - t.size AS bytes_before
    FROM (SELECT ${select}, ${size} AS size FROM ${name} t
      WHERE t.scope = $1 AND t.version > $2 ${range}
      ORDER BY t.version LIMIT $${isLiveOnly ? 4 : 3}) t
    ) p WHERE p.bytes_before < ${MAX_PAGE_BYTES} ORDER BY p.version`;
}

function lengthOf(records: readonly RecordView[]): number {
  let length = 0;
  for (const record of records) {
    for (const value of Object.values(record)) {
      length +=
        typeof value === 'string' ? value.length : typeof value === 'object' ? lengthOfJson(value) : 8;
    }
  }
  return length;
}

function lengthOfJson(value: unknown): number {
  return value === null ? 0 : JSON.stringify(value).length;
}
