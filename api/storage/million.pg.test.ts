import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeCursor } from '../sync/cursor.ts';
import { createSyncEngine } from '../sync/engine.ts';
import type { HoldfastEngine } from '../sync/engine.ts';
import { explainedDatabase } from '../testing/explained-database.ts';
import type { Explained } from '../testing/explained-database.ts';
import type { PlanNode } from '../testing/explained-database.ts';
import { changeOf, deviceOf, openFixture, pushOf, TEAM, viewerOf } from '../testing/storage-fixture.ts';
import type { Fixture } from '../testing/storage-fixture.ts';
import { Database } from './database.ts';
import { PostgresStore } from './postgres-store.ts';
import { findEpochSql } from './start-checks.ts';
import { sha256, systemClock } from './system-ports.ts';
import { SyncedTables } from './synced-table-model.ts';
import { syncedTableStatements } from './synced-table.ts';

const SMALL = 1_000;
const LARGE = 1_000_000;
const PAGE = 100;
const ada = viewerOf('ada');

let fixture: Fixture;
let owner: pg.Client;
let database: Database;
let engine: HoldfastEngine;
let log: Explained[] = [];

beforeAll(async () => {
  fixture = await openFixture();
  owner = new pg.Client({
    connectionString: fixture.url,
    options: '-c search_path=public -c holdfast.engine=on -c synchronous_commit=off',
  });
  await owner.connect();
  database = new Database({ databaseUrl: fixture.url, entities: fixture.entities });
  await database.start();
  const epochSql = await findEpochSql(database);
  const store = new PostgresStore({
    database: explainedDatabase(database, (log = [])),
    tables: new SyncedTables(fixture.entities),
    epochSql: () => epochSql,
    log: () => undefined,
  });
  const { notifier } = fixture.storage;
  engine = createSyncEngine({
    entities: fixture.entities,
    ...{ store, pokes: notifier, hash: sha256, clock: systemClock },
  });
});

afterAll(async () => {
  await owner.end();
  await database.close();
  await fixture.close();
});

/**
 * Notes of one large scope and, one in ten, of many small ones; a quarter of them deleted. Last changed in another order
 * than they stand in.
 */
async function fill(from: number, to: number): Promise<void> {
  // Indexes are made faster than kept.
  await owner.query('DROP INDEX note_delta, note_live, note_recent, note_tombstones');
  await owner.query(
    `INSERT INTO note (scope, id, version, created_at, updated_at, deleted_at, clocks, title, content, tags, likes, pinned)
      SELECT CASE WHEN i % 10 = 0 THEN 'small:' || i % 5000 ELSE '${TEAM}' END, 'n' || i, i, t.at, t.at,
        CASE WHEN i % 4 = 0 THEN t.at END, '{}', 'title ' || i, 'content', '{}', 0, false
      FROM generate_series(${from}, ${to}) i,
        LATERAL (SELECT '2026-01-01'::timestamptz + make_interval(secs => i::bigint * 7919 % 10000019)) t(at)`,
  );
  for (const statement of syncedTableStatements('note').up.filter((each) => / INDEX /.test(each))) {
    await owner.query(statement);
  }
  await owner.query(`INSERT INTO holdfast.counter SELECT scope, max(version) FROM note GROUP BY scope
    ON CONFLICT (scope) DO UPDATE SET head = excluded.head`);
  await owner.query('VACUUM ANALYZE');
}

const field = { type: 'Note', scope: TEAM, device: 'phone', limit: PAGE };
const list = { viewer: ada, type: 'Note', filter: undefined, orderBy: [], limit: PAGE, offset: 0 };
const small = (at: number) => ({
  ...ada,
  scopes: [...ada.scopes, { id: `small:${at}`, access: 'WRITE' as const }],
});

/** What devices ask for all the time. Counting is not among them: it reads what it counts. */
const HOT: Readonly<Record<string, (round: number) => Promise<unknown>>> = {
  'a page of a first cycle': () => engine.deltas({ viewer: ada, fields: [{ ...field, since: undefined }] }),
  'a page from a cursor': async () => {
    const [scope] = (await engine.heads(ada)).filter(({ id }) => id === TEAM);
    const { epoch = '', head = 0 } = scope ?? {};
    const since = encodeCursor({ epoch, scope: TEAM, type: 'Note', position: head - 2 * PAGE, floor: null });
    const [page] = await engine.deltas({ viewer: ada, fields: [{ ...field, since }] });
    expect(page?.records).toHaveLength(PAGE);
  },
  heads: () => engine.heads(ada),
  'a push that creates': (round) => push(round, (at) => changeOf(`new-${round}-${at}`, { title: 'new' })),
  'a push that edits': (round) =>
    push(round, (at) => changeOf(`n${at * 10 + 1}`, { title: `edit ${round}` }, { version: at * 10 + 1 })),
  'a push of the same numbers': (round) =>
    push(round, (at) => changeOf(`n${at * 10 + 1}`, { title: `edit ${round}` }, { version: at * 10 + 1 })),
  'an operation': (round) =>
    engine.operate(
      { viewer: ada, scope: TEAM, declared: [], once: { device: deviceOf('o'), seq: round }, payload: null },
      async (records) => {
        await records.read('Note', [{ scope: TEAM, id: 'n71' }]);
        await records.write('Note', { scope: TEAM, id: 'n81', values: { title: `by ${round}` } });
        return records.next(TEAM, 'count');
      },
    ),
  'a record by its id': () => engine.records(ada, 'Note', [{ scope: TEAM, id: 'n777' }]),
  'a list in the default order': () => engine.list({ ...list, scopes: [TEAM] }),
  'a list of several scopes': () => engine.list({ ...list, viewer: small(10), scopes: undefined }),
  'a page far into a list': () => engine.list({ ...list, scopes: [TEAM], offset: 2 * PAGE }),
};

/** Records that are read one by one from all over the table, those that a page skips included. */
const SCATTERED: Readonly<Record<string, number>> = {
  'a list in the default order': PAGE,
  'a list of several scopes': 2 * PAGE,
  'a page far into a list': 3 * PAGE,
};

async function push(round: number, change: (at: number) => ReturnType<typeof changeOf>): Promise<void> {
  const changes = Array.from({ length: 10 }, (_, at) => {
    const { payload, ...rest } = change(at);
    return changeOf(rest.id, rest.values, { ...rest, seq: at + 1, payload });
  });
  const device = deviceOf(`device-${round}-${changes[0]?.id ?? ''}`);
  const results = await pushOf(engine, { device }, changes);
  expect(results.filter(({ outcome }) => outcome === 'REJECTED')).toEqual([]);
}

/** Blocks touched by name of what was asked, after each of its statements was found to use indexes alone. */
async function measure(round: number): Promise<Readonly<Record<string, number>>> {
  const buffers: Record<string, number> = {};
  for (const [name, ask] of Object.entries(HOT)) {
    log.length = 0;
    await ask(round);
    expect(log.length).toBeGreaterThan(0);
    for (const { text, nodes } of log) {
      expect([name, text, wholeScans(nodes)]).toEqual([name, text, []]);
    }
    buffers[name] = log.reduce((sum, statement) => sum + statement.buffers, 0);
  }
  return buffers;
}

/** Those of a table that no condition on an index narrows. A row's own place is as good; the last epoch has an end to find. */
function wholeScans(nodes: readonly PlanNode[]): readonly string[] {
  return nodes
    .filter((node) => node['Node Type'].endsWith('Scan') && node['Index Cond'] === undefined)
    .map((node) => `${node['Node Type']} of ${node['Relation Name'] ?? node['Index Name'] ?? ''}`)
    .filter((scan) => !/^(Tid|Bitmap Heap|CTE|Function|Subquery|Values) Scan|of epoch$/.test(scan));
}

it(
  'R8 whatever is asked all the time reads indexes, and as much of a million rows as of a thousand',
  { timeout: 600_000 },
  async () => {
    await fill(1, SMALL);
    const few = await measure(1);
    await fill(SMALL + 1_001, LARGE + 1_000);
    const many = await measure(2);
    process.stdout.write(`blocks ${JSON.stringify({ few, many })}\n`);
    // Half as much again for the levels of larger indexes; what a list shows lies anywhere.
    const most = (name: string) => 1.5 * (few[name] ?? 0) + 20 + (SCATTERED[name] ?? 0);
    expect(Object.entries(many).filter(([name, blocks]) => blocks > most(name))).toEqual([]);
  },
);
