import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeltaPage } from '../sync/model.ts';
import { changeOf, deviceOf, openFixture, pushOf, TEAM, viewerOf } from '../testing/storage-fixture.ts';
import type { Fixture } from '../testing/storage-fixture.ts';
import { touch } from './touch.ts';

const OWN = 'user:ada';
const ada = viewerOf('ada');
const UPDATE = `UPDATE note SET title = upper(title) WHERE title LIKE 'raw%'`;

let fixture: Fixture;
let owner: pg.Client;
beforeAll(async () => {
  fixture = await openFixture({ isPlain: true });
  owner = new pg.Client({ connectionString: fixture.url, options: '-c search_path=public' });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await fixture.close();
});

/** As a migration runs: as the owner, in a transaction. */
async function migrate(work: () => Promise<void>): Promise<void> {
  await owner.query('BEGIN');
  try {
    await work();
    await owner.query('COMMIT');
  } catch (error) {
    await owner.query('ROLLBACK');
    throw error;
  }
}

async function pull(scope: string, since?: string): Promise<DeltaPage> {
  const [page] = await fixture.engine.deltas({
    viewer: ada,
    fields: [{ type: 'Note', scope, since, limit: undefined, device: undefined }],
  });
  if (page === undefined) throw new Error('no page');
  return page;
}

async function put(scope: string, id: string, title: string): Promise<void> {
  const changes = [changeOf(id, { title })];
  await fixture.engine.push({ viewer: ada, fields: [{ type: 'Note', scope, device: undefined, changes }] });
}

const brief = ({ records }: DeltaPage) => records.map(({ id, title, version }) => [id, title, version]);

describe('R29 touch', () => {
  beforeEach(async () => {
    await migrate(() => touch(owner, 'note', `UPDATE note SET title = 'old'`));
  });

  it('R29 gives what a migration has changed new positions, in every scope, and devices receive exactly that', async () => {
    await put(TEAM, 'a', 'raw a');
    await put(TEAM, 'b', 'untouched');
    await put(TEAM, 'c', 'raw c');
    await put(OWN, 'd', 'raw d');
    const [team, own] = [await pull(TEAM), await pull(OWN)];
    await migrate(() => touch(owner, 'note', UPDATE));
    const [head, ownHead] = [team.at.head, own.at.head];
    expect(brief(await pull(TEAM, team.cursor))).toEqual([
      ['a', 'RAW A', head + 1],
      ['c', 'RAW C', head + 2],
    ]);
    expect(brief(await pull(OWN, own.cursor))).toEqual([['d', 'RAW D', ownHead + 1]]);
    expect((await pull(TEAM, team.cursor)).at.head).toBe(head + 2);
    await put(TEAM, 'e', 'later');
    expect(brief(await pull(TEAM, team.cursor)).at(-1)).toEqual(['e', 'later', head + 3]);
  });

  it('R29 without an update all records of the type are sent again, tombstones too', async () => {
    await put(TEAM, 'a', 'a');
    await pushOf(fixture.engine, {}, [changeOf('gone', {})]);
    await pushOf(fixture.engine, {}, [changeOf('gone', {}, { deleted: true, version: 1_000 })]);
    const before = await pull(TEAM);
    const all = (await pull(TEAM, before.cursor)).records.length;
    expect(all).toBe(0);
    await migrate(() => touch(owner, 'note'));
    const { rows } = await owner
      .query<{ count: number }>('BEGIN; SET LOCAL holdfast.engine = touch')
      .then(() => owner.query(`SELECT count(*)::int AS count FROM note WHERE scope = '${TEAM}'`));
    await owner.query('ROLLBACK');
    const again = await pull(TEAM, before.cursor);
    expect(again.records).toHaveLength(rows[0]?.count ?? 0);
    expect(again.records.map(({ id }) => id)).toContain('gone');
    expect(new Set(again.records.map(({ version }) => version)).size).toBe(again.records.length);
  });

  it('R29 is no edit: an edit from before it that names its base is decided as if the record had not moved', async () => {
    await put(TEAM, 'a', 'raw');
    const { records } = await pull(TEAM);
    const held = records.find(({ id }) => id === 'a');
    const was = { version: held?.version ?? 0, updatedAt: held?.updatedAt };
    await migrate(() => touch(owner, 'note', UPDATE));
    const [pinned] = await pushOf(fixture.engine, { device: deviceOf('d1') }, [
      changeOf('a', { pinned: true }, { version: was.version, base: { pinned: false }, seq: 1 }),
    ]);
    expect(pinned).toMatchObject({ outcome: 'APPLIED', record: { title: 'RAW', pinned: true } });
    // By version alone: nobody but the migration has written the record since.
    const [deleted] = await pushOf(fixture.engine, { device: deviceOf('d1') }, [
      changeOf('a', {}, { version: was.version, deleted: true, seq: 2 }),
    ]);
    expect(deleted).toMatchObject({ outcome: 'APPLIED', conflicts: [] });
  });

  it('R29 a push that is under way is waited for, and no position is given twice', async () => {
    const pushes = Array.from({ length: 40 }, (_, at) => put(TEAM, `w${at}`, `raw ${at}`));
    const touches = migrate(async () => {
      await touch(owner, 'note', UPDATE);
      await touch(owner, 'note');
    });
    await Promise.all([...pushes, touches]);
    const { records, at } = await pull(TEAM);
    const versions = records.map(({ version }) => version);
    expect(new Set(versions).size).toBe(records.length);
    expect(Math.max(...versions)).toBe(at.head);
  });
});

describe('R29 past the engine', () => {
  it('R29 nothing but UPDATE passes the guard in a migration, and nothing at all after touch, or outside a transaction', async () => {
    const guarded = { code: 'HF001' };
    for (const statement of ['DELETE FROM note', 'TRUNCATE note']) {
      await expect(migrate(() => touch(owner, 'note', statement))).rejects.toMatchObject(guarded);
    }
    await expect(
      migrate(async () => {
        await touch(owner, 'note', UPDATE);
        await owner.query(UPDATE);
      }),
    ).rejects.toMatchObject(guarded);
    await expect(touch(owner, 'note', UPDATE)).rejects.toThrow(/transaction block/);
  });

  it("R29 the owner's own rights do not pass row-level security either", async () => {
    await put(TEAM, 'a', 'a');
    expect((await owner.query('SELECT FROM note')).rowCount).toBe(0);
    expect((await owner.query('SELECT FROM holdfast.counter')).rowCount).toBe(0);
    expect((await owner.query('SELECT FROM holdfast.receipt')).rowCount).toBe(0);
  });

  it('R29 R30 server code writes as itself: fields, rules and receipts of nobody, and devices are poked after the commit', async () => {
    const before = await pull(TEAM);
    const heard: number[] = [];
    const stop = fixture.storage.notifier.listen(({ scope, head }) => {
      if (scope === TEAM && head > before.at.head) heard.push(head);
    });
    const results = await fixture.engine.write(TEAM, [
      { type: 'Note', change: { id: 's1', values: { title: 'by the server' } } },
      { type: 'Folder', change: { id: 's2', values: { name: 'by the server' } } },
      { type: 'Note', change: { id: 's3', values: { folderId: 'nowhere' } } },
    ]);
    expect(results.map(({ outcome, error }) => [outcome, error?.code])).toEqual([
      ['APPLIED', undefined],
      ['APPLIED', undefined],
      ['REJECTED', 'MISSING_REFERENCE'],
    ]);
    expect(brief(await pull(TEAM, before.cursor))).toEqual([['s1', 'by the server', before.at.head + 1]]);
    await expect.poll(() => heard).toEqual([before.at.head + 2]);
    stop();
    // A device's edit made before it meets it as anybody else's.
    const [late] = await pushOf(fixture.engine, { device: deviceOf('d2') }, [
      changeOf('s1', { title: 'mine' }, { version: 0, base: { title: '' }, seq: 1, editedAt: 0 }),
    ]);
    expect(late).toMatchObject({ outcome: 'SUPERSEDED', record: { title: 'by the server' } });
  });
});
