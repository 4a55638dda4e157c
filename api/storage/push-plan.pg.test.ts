import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NOTE, openFixture } from '../testing/storage-fixture.ts';
import type { Fixture } from '../testing/storage-fixture.ts';
import { sessionOptions } from './database.ts';
import { readTable } from './synced-table-model.ts';
import { rowsStatement } from './write-transaction.ts';

let fixture: Fixture;
let connection: pg.Client;
beforeAll(async () => {
  fixture = await openFixture();
  connection = new pg.Client({ connectionString: fixture.url, options: sessionOptions(0) });
  await connection.connect();
});
afterAll(async () => {
  await connection.end();
  await fixture.close();
});

it('R8 a push finds its rows by their keys, also where nobody has counted the rows of a table yet', async () => {
  const owner = new pg.Client({
    connectionString: fixture.url,
    options: '-c search_path=public -c holdfast.engine=on',
  });
  await owner.connect();
  await owner.query(`INSERT INTO note (scope, id, version, created_at, updated_at, clocks, title, content, tags, likes, pinned)
    SELECT 'team:1', 'n' || i, i, now(), now(), '{}', 't', 'c', '{}', 0, false FROM generate_series(1, 20000) i`);
  await owner.end();
  const ids = Array.from({ length: 1_000 }, (_, at) => `n${at * 20}`);
  const { rows } = await connection.query<{ 'QUERY PLAN': string }>(
    `EXPLAIN ${rowsStatement(readTable(NOTE), true)}`,
    ['team:1', ids],
  );
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toMatch(/Index Cond: .*\(id = ANY/);
  expect(plan).not.toMatch(/Filter|Sort|Seq Scan/);
});
