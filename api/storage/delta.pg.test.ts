import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeltaPage, RecordView } from '../sync/model.ts';
import { readTable } from './synced-table-model.ts';
import { pageStatement } from './read-transaction.ts';
import { changeOf, deviceOf, NOTE, openFixture, pushOf, TEAM, viewerOf } from '../testing/storage-fixture.ts';
import type { Fixture } from '../testing/storage-fixture.ts';

interface Asked {
  readonly since?: string | undefined;
  readonly limit?: number;
  readonly type?: string;
}

async function pull({ engine }: Fixture, { since, limit, type = 'Note' }: Asked = {}): Promise<DeltaPage> {
  const [page] = await engine.deltas({
    viewer: viewerOf('ben'),
    fields: [{ type, scope: TEAM, since, limit, device: undefined }],
  });
  if (page === undefined) {
    throw new Error('one page was asked for');
  }
  return page;
}

/** All pages of a pull, and the cursor after the last one. */
async function pullAll(
  fixture: Fixture,
  asked: Asked = {},
): Promise<{ pages: DeltaPage[]; records: RecordView[]; cursor: string }> {
  const pages: DeltaPage[] = [];
  let since = asked.since;
  for (;;) {
    const page = await pull(fixture, { ...asked, since });
    pages.push(page);
    since = page.cursor;
    if (!page.hasMore) {
      return { pages, records: pages.flatMap(({ records }) => records), cursor: page.cursor };
    }
  }
}

const ids = (records: readonly RecordView[]): readonly string[] => records.map(({ id }) => id);

describe('deltas', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture();
  });
  afterAll(async () => fixture.close());

  it('R1 R3 pages in position order end at the limit, say hasMore, and end at the head', async () => {
    await pushOf(
      fixture.engine,
      {},
      Array.from({ length: 7 }, (_, at) => changeOf(`n${at}`, {})),
    );
    await pushOf(fixture.engine, { type: 'Folder' }, [changeOf('f', { name: 'f' })]);
    const { pages, records, cursor } = await pullAll(fixture, { limit: 3 });
    expect(pages.map((page) => [page.records.length, page.hasMore, page.reset])).toEqual([
      [3, true, false],
      [3, true, false],
      [1, false, false],
    ]);
    expect(records.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(pages.at(-1)?.at).toMatchObject({ position: 8, head: 8 });
    const again = await pull(fixture, { since: cursor });
    expect(again).toMatchObject({ records: [], hasMore: false, reset: false, cursor });
  });

  it('R3 a page that ends exactly at the last record says that there is no more', async () => {
    expect((await pull(fixture, { limit: 7 })).hasMore).toBe(false);
    expect((await pull(fixture, { limit: 6 })).hasMore).toBe(true);
  });

  it('R8 limits are clamped to 1 and 5,000', async () => {
    expect((await pull(fixture, { limit: -5 })).records).toHaveLength(1);
    expect((await pull(fixture, { limit: 2_000_000_000 })).records).toHaveLength(7);
  });

  it('R1 a cycle from nothing leaves out tombstones at or below its floor, on all its pages, and delivers those above', async () => {
    await pushOf(fixture.engine, {}, [changeOf('n0', {}, { deleted: true, version: 1 })]);
    const first = await pull(fixture, { limit: 2 });
    const floor = first.at.head;
    expect(first.at.floor).toBe(floor);
    await pushOf(fixture.engine, {}, [changeOf('n6', {}, { deleted: true, version: 7 })]);
    const { records, pages, cursor } = await pullAll(fixture, { since: first.cursor, limit: 2 });
    expect(ids([...first.records, ...records])).not.toContain('n0');
    expect(records.at(-1)).toMatchObject({ id: 'n6' });
    expect(records.at(-1)?.deletedAt).not.toBeNull();
    expect(pages.map(({ at }) => at.floor)).toEqual(pages.map(() => floor));
    expect((await pull(fixture, { since: cursor })).at.floor).toBeNull();
  });

  it('R1 outside a cycle tombstones are delivered', async () => {
    const { cursor } = await pullAll(fixture);
    await pushOf(fixture.engine, {}, [changeOf('n5', {}, { deleted: true, version: 6 })]);
    const { records } = await pullAll(fixture, { since: cursor });
    expect(records.map(({ id, deletedAt }) => [id, deletedAt === null])).toEqual([['n5', false]]);
  });

  it('R2 all fields of an operation read one snapshot', async () => {
    const field = { scope: TEAM, since: undefined, limit: undefined, device: undefined };
    const pages = await fixture.engine.deltas({
      viewer: viewerOf('ben'),
      fields: [
        { ...field, type: 'Note' },
        { ...field, type: 'Folder' },
      ],
    });
    expect(new Set(pages.map(({ at }) => at.head)).size).toBe(1);
  });

  it('R6 refuses a cursor that is damaged, or of another type or scope, and a scope without access', async () => {
    const { cursor } = await pullAll(fixture);
    const flipped = `${cursor.slice(0, 10)}${cursor[10] === 'A' ? 'B' : 'A'}${cursor.slice(11)}`;
    for (const since of ['', 'nonsense', flipped, cursor.slice(0, -3), `${cursor}AAAA`, 'A'.repeat(10_000)]) {
      await expect(pull(fixture, { since })).rejects.toMatchObject({ code: 'BAD_CURSOR' });
    }
    await expect(pull(fixture, { since: cursor, type: 'Folder' })).rejects.toMatchObject({
      code: 'BAD_CURSOR',
    });
    const asked = { type: 'Note', scope: 'team:2', since: undefined, limit: undefined, device: undefined };
    await expect(fixture.engine.deltas({ viewer: viewerOf('ben'), fields: [asked] })).rejects.toMatchObject({
      code: 'SCOPE_FORBIDDEN',
    });
  });

  it('a page ends at 2 MB, and the cycle goes on behind it', async () => {
    const content = 'ä'.repeat(100_000);
    const big = Array.from({ length: 9 }, (_, at) => changeOf(`big${at}`, { content }));
    await pushOf(fixture.engine, {}, big.slice(0, 5));
    const { cursor } = await pullAll(fixture);
    await pushOf(fixture.engine, {}, big.slice(5));
    await pushOf(
      fixture.engine,
      {},
      big.slice(0, 5).map((each) => changeOf(each.id, { title: 'again' }, { base: { title: '' } })),
    );
    await pushOf(
      fixture.engine,
      {},
      Array.from({ length: 4 }, (_, at) => changeOf(`more${at}`, { content })),
    );
    const { pages, records } = await pullAll(fixture, { since: cursor });
    expect(pages.map((page) => [page.records.length, page.hasMore])).toEqual([
      [10, true],
      [3, false],
    ]);
    expect(new Set(ids(records)).size).toBe(13);
  });

  it('R33 the digest names count and SHA-256 of the live records, and the head', async () => {
    const viewer = viewerOf('ada');
    const own = { type: 'Folder', scope: undefined, device: undefined };
    await fixture.engine.push({
      viewer,
      fields: [{ ...own, changes: [changeOf('b', { name: 'b' }), changeOf('a', { name: 'a' })] }],
    });
    const [note, folder] = await fixture.engine.digest(viewer, viewer.ownScope);
    expect(note).toMatchObject({ type: 'Note', count: 0, head: 2 });
    // printf 'a:2\nb:1\n' | sha256sum
    expect(folder).toEqual({
      type: 'Folder',
      count: 2,
      sha256: '2dcd0ad23c1ff2dc4b80acbaaa49d07733c5bb62aca1915757638f1c4defc32c',
      head: 2,
    });
  });
});

describe('history', () => {
  it('R5 I21 a purge raises the horizon: an older cursor is reset, a newer one goes on, no tombstone comes back', async () => {
    const fixture = await openFixture();
    await pushOf(
      fixture.engine,
      {},
      ['a', 'b', 'c'].map((id) => changeOf(id, {})),
    );
    const old = await pullAll(fixture);
    const midCycle = await pull(fixture, { limit: 1 });
    await pushOf(fixture.engine, {}, [changeOf('a', {}, { deleted: true, version: 1 })]);
    const fresh = await pullAll(fixture);
    await pushOf(fixture.engine, {}, [changeOf('d', {})]);
    expect(await fixture.storage.retention.purge(1)).toEqual({ tombstones: 0, receipts: 0 });
    expect(await fixture.storage.retention.purge(0)).toEqual({ tombstones: 1, receipts: 0 });

    const reset = await pull(fixture, { since: old.cursor });
    expect(reset).toMatchObject({ reset: true, hasMore: false, at: { floor: 5, head: 5 } });
    expect(ids(reset.records)).toEqual(['b', 'c', 'd']);
    expect((await pull(fixture, { since: midCycle.cursor })).reset).toBe(true);
    expect(await pull(fixture, { since: fresh.cursor })).toMatchObject({
      reset: false,
      records: [{ id: 'd' }],
    });
    const folders = await pullAll(fixture, { type: 'Folder' });
    expect((await pull(fixture, { type: 'Folder', since: folders.cursor })).reset).toBe(false);
    await fixture.close();
  });

  it('R5 a first sync of many pages that meets a purge still ends', async () => {
    const fixture = await openFixture();
    await pushOf(
      fixture.engine,
      {},
      Array.from({ length: 10 }, (_, at) => changeOf(`n${at}`, {})),
    );
    await pushOf(fixture.engine, {}, [changeOf('n3', {}, { deleted: true, version: 4 })]);
    const first = await pull(fixture, { limit: 4 });
    await fixture.storage.retention.purge(0);
    const { pages, records } = await pullAll(fixture, { since: first.cursor, limit: 4 });
    expect(pages.every(({ reset }) => !reset)).toBe(true);
    expect(ids([...first.records, ...records])).toEqual([
      'n0',
      'n1',
      'n2',
      'n4',
      'n5',
      'n6',
      'n7',
      'n8',
      'n9',
    ]);
    await fixture.close();
  });

  it('R5 I3 a new epoch is higher, resets cursors and refuses pushes that name the old one', async () => {
    const fixture = await openFixture();
    await pushOf(fixture.engine, {}, [changeOf('a', {})]);
    const { cursor, pages } = await pullAll(fixture);
    const before = pages[0]?.at.epoch ?? '';
    await fixture.storage.retention.rotateEpoch();
    const page = await pull(fixture, { since: cursor });
    expect(page.reset).toBe(true);
    expect(page.at.epoch > before).toBe(true);
    const device = deviceOf('d', { epoch: before });
    await expect(pushOf(fixture.engine, { device }, [])).rejects.toMatchObject({ code: 'EPOCH_CHANGED' });
    await fixture.close();
  });

  it('R5 a cursor above the head, from a history that a restore took back, is reset', async () => {
    const fixture = await openFixture();
    await pushOf(fixture.engine, {}, [changeOf('a', {}), changeOf('b', {})]);
    const { cursor } = await pullAll(fixture);
    const owner = new pg.Client({ connectionString: fixture.url });
    await owner.connect();
    await owner.query('UPDATE holdfast.counter SET head = 1');
    await owner.end();
    expect((await pull(fixture, { since: cursor })).reset).toBe(true);
    await fixture.close();
  });
});

describe('cost', () => {
  it('R8 a delta is a range of the index on (scope, version), a first cycle one of its live part, at any size', async () => {
    const fixture = await openFixture();
    const client = new pg.Client({
      connectionString: fixture.url,
      options: '-c search_path=public -c holdfast.engine=on -c holdfast.readable=team:1',
    });
    await client.connect();
    await client.query(`INSERT INTO note (scope, id, version, created_at, updated_at, deleted_at, clocks,
        title, content, tags, likes, pinned)
      SELECT 'team:' || s, 'n' || i, i, now(), now(), CASE WHEN i % 3 = 0 THEN now() END, '{}', 't', 'c', '{}', 0, false
      FROM generate_series(1, 20) s, generate_series(1, 5000) i`);
    await client.query('ANALYZE note');
    await client.query('SET ROLE holdfast_app');
    const table = readTable(NOTE);
    const plan = async (text: string, values: string): Promise<string> => {
      await client.query(`PREPARE page AS ${text}`);
      await client.query('SET plan_cache_mode = force_generic_plan');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `EXPLAIN (ANALYZE, BUFFERS) EXECUTE page(${values})`,
      );
      await client.query('DEALLOCATE page');
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    };
    const delta = await plan(pageStatement(table, false), `'team:1', 4900, 101`);
    expect(delta).toContain('Index Scan using note_delta');
    expect(delta).not.toMatch(/Seq Scan|Sort|Rows Removed/);
    const cycle = await plan(pageStatement(table, true), `'team:1', 0, 5000, 101`);
    expect(cycle).toContain('Index Scan using note_live');
    expect(cycle).not.toMatch(/Seq Scan|Sort|Rows Removed/);
    await client.end();
    await fixture.close();
  });
});
