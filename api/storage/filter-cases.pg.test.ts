import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FieldModel, Filter, Json, Order, Viewer } from '../sync/model.ts';
import { entityOf, openFixture } from '../testing/storage-fixture.ts';
import type { Fixture } from '../testing/storage-fixture.ts';
import { syncedTableStatements } from './synced-table.ts';

interface Cases {
  readonly type: string;
  readonly fields: Readonly<Record<string, Pick<FieldModel, 'kind' | 'list' | 'nullable' | 'values'>>>;
  readonly rows: readonly {
    readonly id: string;
    readonly scope: string;
    readonly createdAt: string;
    readonly updatedAt: string;
    readonly values: Readonly<Record<string, Json>>;
  }[];
  readonly cases: readonly {
    readonly name: string;
    readonly scopes?: readonly string[];
    readonly filter?: Filter;
    readonly orderBy?: readonly Order[];
    readonly limit?: number;
    readonly offset?: number;
    readonly ids: readonly string[];
    readonly count: number;
  }[];
}

const PG_TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  id: 'text',
  enum: 'text',
  int: 'integer',
  float: 'double precision',
  boolean: 'boolean',
  dateTime: 'timestamptz',
};

const table = JSON.parse(
  await readFile(new URL('../../schema/filter-cases.json', import.meta.url), 'utf8'),
) as Cases;

const fields = Object.entries(table.fields).map(([name, field]) => ({
  name,
  ...field,
  writable: true,
  default: field.list ? [] : undefined,
  merger: undefined,
  references: undefined,
  fields: undefined,
  values: field.values,
  pgType: `${PG_TYPES[field.kind] ?? ''}${field.list ? '[]' : ''}`,
}));
const CASE = entityOf({ name: table.type, table: 'case_row', fields });
const viewer: Viewer = {
  id: 'ada',
  name: 'Ada',
  ownScope: 's:1',
  scopes: [
    { id: 's:1', access: 'READ' },
    { id: 's:2', access: 'READ' },
  ],
};

class CaseTable1735689800000 {
  async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    const own = CASE.columns.map(({ column, pgType }) => `"${column}" ${pgType}`).join(', ');
    await runner.query(`CREATE TABLE case_row (${own}, scope text NOT NULL, id text NOT NULL, version bigint NOT NULL,
      created_at timestamptz(3) NOT NULL, updated_at timestamptz(3) NOT NULL, deleted_at timestamptz(3),
      clocks jsonb NOT NULL, PRIMARY KEY (scope, id))`);
    for (const statement of syncedTableStatements('case_row').up) {
      await runner.query(statement);
    }
  }

  async down(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    await runner.query('DROP TABLE case_row');
  }
}

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture({ entities: [CASE], migrations: [CaseTable1735689800000] });
  await insertRows(fixture.url);
});
afterAll(async () => fixture.close());

/** Past the engine, because the cases name their own times; one tombstone, that no list may show. */
async function insertRows(url: string): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    options: '-c search_path=public -c holdfast.engine=on',
  });
  await client.connect();
  const names = CASE.columns.map(({ column }) => `"${column}"`).join(', ');
  const tombstone = { ...table.rows[0], id: 'tombstone', values: { ...table.rows[0]?.values } };
  for (const [at, row] of [...table.rows, tombstone].entries()) {
    const own = CASE.columns.map(({ field }) => row.values[field] ?? null);
    const places = own.map((_, index) => `$${index + 7}`).join(', ');
    await client.query(
      `INSERT INTO case_row (scope, id, version, created_at, updated_at, deleted_at, clocks, ${names})
        VALUES ($1, $2, $3, $4, $5, $6, '{}', ${places})`,
      [
        row.scope,
        row.id,
        at + 1,
        row.createdAt,
        row.updatedAt,
        row.id === 'tombstone' ? row.updatedAt : null,
        ...own,
      ],
    );
  }
  await client.end();
}

describe('schema/filter-cases.json', () => {
  it.each(table.cases.map((each) => [each.name, each] as const))('%s', async (_, each) => {
    const selection = { viewer, type: table.type, scopes: each.scopes ?? ['s:1'], filter: each.filter };
    const records = await fixture.engine.list({
      ...selection,
      orderBy: each.orderBy ?? [],
      limit: each.limit ?? 50,
      offset: each.offset ?? 0,
    });
    expect(records.map(({ id }) => id)).toEqual(each.ids);
    expect(await fixture.engine.count(selection)).toBe(each.count);
  });

  it('refuses what cannot be compared, and text that cannot be stored', async () => {
    const filters: readonly Filter[] = [
      { nonsense: { eq: 1 } },
      { text: { eq: 1 } },
      { text: { eq: 'a\0' } },
      { text: { contains: '\ud83d' } },
      { at: { lt: 'yesterday' } },
      { tags: { eq: 'red' } },
      { clocks: { isNull: true } },
    ];
    for (const filter of filters) {
      const asked = fixture.engine.count({ viewer, type: table.type, scopes: ['s:1'], filter });
      await expect(asked).rejects.toMatchObject({ code: 'BAD_INPUT' });
    }
  });
});
