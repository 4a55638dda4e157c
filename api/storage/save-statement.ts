import { quoteName } from './synced-table.ts';
import type { SyncedTable, TableColumn } from './synced-table-model.ts';

/** What a save statement does besides writing rows. */
export interface SaveShape {
  readonly tables: readonly SyncedTable[];
  readonly hasDevice: boolean;
}

/**
 * Everything a push writes, as one statement, so that the counter's row is locked for one round trip before COMMIT:
 * counter, rows set-wise per type, device row, receipts. Parameters: scope, number of rows; with a device: user, device,
 * last seq, acknowledged, receipts; then one JSON array per type.
 *
 * Answers the position before the first row. Fails as a serialization failure when fewer rows were written than asked:
 * another transaction inserted one of them first, or moved on its version.
 */
export function saveStatement({ tables, hasDevice }: SaveShape): string {
  const first = hasDevice ? 8 : 3;
  const parts = [
    ...(tables.length > 0 ? [BUMP] : []),
    ...tables.map((table, at) => writeTable(table, at, first + at)),
    ...(hasDevice ? DEVICE : []),
  ];
  const written = tables.map((_, at) => `(SELECT count(*) FROM new${at}) + (SELECT count(*) FROM old${at})`);
  const base = `CASE WHEN ${written.join(' + ')} = $2::int THEN (SELECT base FROM bump) ELSE holdfast.met_another() END`;
  return `WITH ${parts.join(',\n')}
SELECT ${tables.length > 0 ? base : '$2::bigint'} AS base, $1::text AS scope`;
}

const BUMP = `bump AS (
  INSERT INTO holdfast.counter AS c (scope, head) VALUES ($1, $2::int)
  ON CONFLICT (scope) DO UPDATE SET head = c.head + $2::int RETURNING c.head - $2::int AS base
)`;

const DEVICE = [
  `device AS (
  UPDATE holdfast.device SET last_seq = $5::bigint, acknowledged = greatest(acknowledged, $6::bigint)
  WHERE scope = $1 AND user_id = $3 AND device_id = $4
)`,
  `forgotten AS (
  DELETE FROM holdfast.receipt
  WHERE scope = $1 AND user_id = $3 AND device_id = $4 AND seq <= least($6::bigint, $5::bigint)
)`,
  `receipts AS (
  INSERT INTO holdfast.receipt (scope, user_id, device_id, seq, hash, outcome, conflicts, error)
  SELECT $1, $3, $4, r.seq, decode(r.hash, 'hex'), r.outcome, r.conflicts, r.error
  FROM json_to_recordset($7::json) AS r(seq bigint, hash text, outcome text, conflicts jsonb, error jsonb)
)`,
];

/** The columns of a row that a write sets, and where they stand in the recordset. */
function sources(own: readonly TableColumn[]): readonly { readonly sql: string; readonly from: string }[] {
  return [
    { sql: 'version', from: 'b.base + r."~ord"' },
    { sql: 'created_at', from: 'r."~c"' },
    { sql: 'updated_at', from: 'r."~u"' },
    { sql: 'deleted_at', from: 'r."~d"' },
    { sql: 'clocks', from: 'r."~k"' },
    ...own.map(({ field, sql }) => ({ sql, from: `r.${quoteName(field)}` })),
  ];
}

/**
 * Rows that exist are looked up one by one through an index (OFFSET 0 keeps the planner from turning that round: it made
 * the plan when the table was empty) and then reached by their place, which the push's row locks keep as it is.
 */
function writeTable({ name, own }: SyncedTable, at: number, parameter: number): string {
  const set = sources(own);
  const recordset = [
    '"~id" text, "~was" bigint, "~ord" int, "~c" timestamptz, "~u" timestamptz, "~d" timestamptz, "~k" jsonb',
    ...own.map(({ field, pgType }) => `${quoteName(field)} ${pgType}`),
  ].join(', ');
  return `rows${at} AS MATERIALIZED (
  SELECT * FROM json_to_recordset($${parameter}::json) AS r(${recordset})
),
new${at} AS (
  INSERT INTO ${name} (scope, id, ${set.map(({ sql }) => sql).join(', ')})
  SELECT $1, r."~id", ${set.map(({ from }) => from).join(', ')}
  FROM rows${at} r, bump b WHERE r."~was" IS NULL
  ON CONFLICT (scope, id) DO NOTHING RETURNING 1
),
old${at} AS (
  UPDATE ${name} t SET ${set.map(({ sql, from }) => `${sql} = ${from}`).join(', ')}
  FROM rows${at} r, bump b, LATERAL (
    SELECT o.ctid FROM ${name} o WHERE o.scope = $1 AND o.id = r."~id" AND o.version = r."~was" OFFSET 0
  ) at
  WHERE t.ctid = at.ctid RETURNING 1
)`;
}
