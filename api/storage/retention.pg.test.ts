import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeInput, DeltaPage, Viewer } from '../sync/model.ts';
import { changeOf, deviceOf, NOTE, openFixture, pushOf, TEAM, viewerOf } from '../testing/storage-fixture.ts';
import type { Fixture } from '../testing/storage-fixture.ts';
import { openStorage } from './storage.ts';

let fixture: Fixture;
let owner: pg.Client;
beforeEach(async () => {
  fixture = await openFixture();
  owner = new pg.Client({
    connectionString: fixture.url,
    options: '-c search_path=public -c holdfast.engine=on',
  });
  await owner.connect();
});
afterEach(async () => {
  await owner.end();
  await fixture.close();
});

/** A device's copy of the team's notes, kept as R5 tells it to. */
class Copy {
  readonly titles = new Map<string, string>();
  readonly pages: DeltaPage[] = [];
  since: string | undefined;
  #cycle: Set<string> | null = new Set();
  readonly #versions = new Map<string, number>();

  async page(limit: number): Promise<boolean> {
    const [page] = await fixture.engine.deltas({
      viewer: viewerOf('ben'),
      fields: [{ type: 'Note', scope: TEAM, since: this.since, limit, device: undefined }],
    });
    if (page === undefined) throw new Error('one page was asked for');
    this.pages.push(page);
    if (page.reset) this.#cycle = new Set();
    for (const { id, version, deletedAt, title } of page.records) {
      this.#cycle?.add(id);
      this.#versions.set(id, version);
      if (deletedAt === null) this.titles.set(id, String(title));
      else this.titles.delete(id);
    }
    if (!page.hasMore) this.#endCycle(page.at.floor ?? 0);
    this.since = page.cursor;
    return page.hasMore;
  }

  async all(limit: number, between: (page: number) => Promise<unknown> = () => Promise.resolve()) {
    for (let at = 0; await this.page(limit); at += 1) await between(at);
    return this;
  }

  #endCycle(floor: number): void {
    for (const id of this.titles.keys()) {
      const isOld = (this.#versions.get(id) ?? 0) <= floor;
      if (this.#cycle !== null && !this.#cycle.has(id) && isOld) this.titles.delete(id);
    }
    this.#cycle = null;
  }
}

async function live(): Promise<ReadonlyMap<string, string>> {
  const { rows } = await owner.query<{ id: string; title: string }>(
    'SELECT id, title FROM note WHERE scope = $1 AND deleted_at IS NULL',
    [TEAM],
  );
  return new Map(rows.map(({ id, title }) => [id, title]));
}

const push = (...changes: readonly ChangeInput[]) => pushOf(fixture.engine, {}, changes);
const create = (...ids: readonly string[]) => push(...ids.map((id) => changeOf(id, { title: `new ${id}` })));
/** As a device does that has just seen them. */
const remove = async (...ids: readonly string[]) => {
  const { rows } = await owner.query<{ id: string; version: string }>(
    'SELECT id, version FROM note WHERE scope = $1 AND id = ANY ($2)',
    [TEAM, ids],
  );
  const versions = new Map(rows.map(({ id, version }) => [id, Number(version)]));
  return push(
    ...ids.map((id) => changeOf(id, {}, { deleted: true, version: versions.get(id) ?? 0, epoch: undefined })),
  );
};
const purge = (days = 0) => fixture.storage.retention.purge(days);
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix}${at}`);

describe('what devices notice of a purge', () => {
  it('R1 R5 I21 a first sync of many pages after a purge ends, without a reset, with what is there', async () => {
    await create(...names('n', 30));
    await remove(...names('n', 10));
    expect(await purge()).toEqual({ tombstones: 10, receipts: 0 });
    const copy = await new Copy().all(4);
    expect(copy.pages).toHaveLength(5);
    expect(copy.pages.some(({ reset }) => reset)).toBe(false);
    expect(copy.titles).toEqual(await live());
  });

  it('R5 I21 a purge between the pages of a first sync takes what lies below its floor, and nothing starts anew', async () => {
    await create(...names('n', 24));
    await remove(...names('n', 4));
    const copy = await new Copy().all(3, async (at) => {
      if (at === 0) expect(await purge()).toEqual({ tombstones: 4, receipts: 0 });
      await remove(`n${23 - at}`);
      await create(`late${at}`, `n${at % 4}`);
    });
    expect(copy.pages.filter(({ reset }) => reset)).toHaveLength(0);
    expect(copy.titles).toEqual(await live());
  });

  it('R5 I21 a first sync ends and is right though records go and their tombstones too, all between its pages', async () => {
    await create(...names('n', 24));
    const copy = await new Copy().all(3, async (at) => {
      if (at > 6) return;
      await remove(`n${at}`, `n${23 - at}`);
      await purge();
      await create(`n${at}`, `late${at}`);
    });
    // A tombstone above the floor is gone before this cycle came to it: only a new one can be right.
    expect(copy.pages.filter(({ reset }) => reset).length).toBeGreaterThan(0);
    expect(copy.titles).toEqual(await live());
  });

  it('R5 an older cursor gets a reset and loses what was purged; a cursor above the horizon goes on', async () => {
    await create(...names('n', 9));
    const away = await new Copy().all(100);
    await remove('n1', 'n2');
    const close = await new Copy().all(100);
    await create('n10');
    await purge();
    expect((await away.all(4)).pages[1]).toMatchObject({ reset: true });
    expect(away.pages.slice(2).some(({ reset }) => reset)).toBe(false);
    await close.all(100);
    expect(close.pages[1]).toMatchObject({ reset: false, records: [{ id: 'n10' }] });
    for (const copy of [away, close]) expect(copy.titles).toEqual(await live());
  });
});

describe('how long things are kept', () => {
  const device = deviceOf('phone');
  const gone = changeOf('a', {}, { seq: 1, deleted: true, version: 1 });

  async function age(days: number): Promise<void> {
    await owner.query(`UPDATE note SET deleted_at = deleted_at - make_interval(days => $1)`, [days]);
    await owner.query(`UPDATE holdfast.receipt SET created_at = created_at - make_interval(days => $1)`, [
      days,
    ]);
  }

  const receipts = async () => (await owner.query('SELECT FROM holdfast.receipt')).rowCount;

  beforeEach(async () => {
    await create('a');
    await pushOf(fixture.engine, { device }, [gone]);
  });

  it('R13 I8 unacknowledged receipts live at least as long as tombstones, and a retry is answered until then', async () => {
    await age(89);
    expect(await purge(90)).toEqual({ tombstones: 0, receipts: 0 });
    const [result] = await pushOf(fixture.engine, { device }, [gone]);
    expect(result).toMatchObject({ outcome: 'APPLIED', replayed: true });
    await age(1);
    expect(await purge(90)).toEqual({ tombstones: 1, receipts: 0 });
    expect(await receipts()).toBe(1);
  });

  it('R12 R13 I7 when the receipt is gone too, the number is still not executed again', async () => {
    await age(91);
    expect(await purge(90)).toEqual({ tombstones: 1, receipts: 1 });
    const again = changeOf('a', { title: 'again' }, { seq: 1 });
    const [result] = await pushOf(fixture.engine, { device }, [again]);
    expect(result?.error?.code).toBe('STALE_SEQ');
    expect(await live()).toEqual(new Map());
  });

  it('R13 the receipts of a scope in which every change was refused are purged too', async () => {
    const viewer: Viewer = { ...viewerOf('kim'), scopes: [{ id: 'user:kim', access: 'WRITE' }] };
    const refused = changeOf('a', { title: 'x' }, { seq: 1, version: 7 });
    await fixture.engine.push({
      viewer,
      fields: [{ type: 'Note', scope: 'user:kim', device, changes: [refused] }],
    });
    await age(91);
    expect(await purge(90)).toEqual({ tombstones: 1, receipts: 2 });
  });
});

describe('how a purge goes about it', () => {
  /** Tombstones as many pushes would have left them. */
  async function bury(scopes: number, each: number): Promise<void> {
    await owner.query(
      `INSERT INTO note (scope, id, version, created_at, updated_at, deleted_at, clocks, title, content, tags, likes, pinned)
        SELECT 's:' || s, 'n' || i, i, now(), now(), now() - interval '1 day', '{}', '', '', '{}', 0, false
        FROM generate_series(1, $1::int) s, generate_series(1, $2::int) i`,
      [scopes, each],
    );
    await owner.query(
      `INSERT INTO holdfast.counter SELECT 's:' || s, $2 FROM generate_series(1, $1::int) s`,
      [scopes, each],
    );
  }

  it('I21 takes any number of tombstones and scopes, and each scope gets its own horizon', async () => {
    await bury(230, 2);
    expect(await purge()).toEqual({ tombstones: 460, receipts: 0 });
    const { rows } = await owner.query(
      'SELECT count(*)::int AS scopes, min(position)::int, max(position)::int FROM holdfast.horizon',
    );
    expect(rows).toEqual([{ scopes: 230, min: 2, max: 2 }]);
    expect(await purge()).toEqual({ tombstones: 0, receipts: 0 });
  });

  it('takes a scope with more tombstones than go into one statement', async () => {
    await bury(1, 2_500);
    expect(await purge()).toEqual({ tombstones: 2_500, receipts: 0 });
    const { rows } = await owner.query('SELECT scope, type, position::int FROM holdfast.horizon');
    expect(rows).toEqual([{ scope: 's:1', type: 'Note', position: 2_500 }]);
  });

  it('one process at a time: another one is told so, and works again afterwards', async () => {
    await bury(1, 1);
    await owner.query('SELECT pg_advisory_lock(4603218)');
    expect(await purge()).toBeNull();
    await owner.query('SELECT pg_advisory_unlock_all()');
    expect(await purge()).toEqual({ tombstones: 1, receipts: 0 });
  });

  it('a tombstone that a push has in its hands is left for the next time', async () => {
    await bury(1, 2);
    await owner.query(`BEGIN; SELECT FROM note WHERE id = 'n2' FOR NO KEY UPDATE`);
    expect(await purge()).toEqual({ tombstones: 1, receipts: 0 });
    await owner.query('COMMIT');
    expect(await purge()).toEqual({ tombstones: 1, receipts: 0 });
  });

  it('ends between two scopes when asked to', async () => {
    await bury(3, 1);
    expect(await fixture.storage.retention.purge(0, AbortSignal.abort())).toEqual({
      tombstones: 0,
      receipts: 0,
    });
  });

  it('says UNAVAILABLE, LATER, when there is no database', async () => {
    const nowhere = openStorage({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none', entities: [NOTE] });
    await expect(nowhere.retention.purge(1)).rejects.toMatchObject({ code: 'UNAVAILABLE', retry: 'LATER' });
  });
});
