import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from './migrate.ts';
import {
  changeOf,
  deviceOf,
  entityOf,
  FOLDER,
  NOTE,
  openFixture,
  pushOf,
  TEAM,
  viewerOf,
} from '../testing/storage-fixture.ts';
import type { Fixture } from '../testing/storage-fixture.ts';
import { openStorage } from './storage.ts';

let fixture: Fixture;
let owner: pg.Client;
beforeAll(async () => {
  fixture = await openFixture({ isPlain: true });
  owner = new pg.Client({ connectionString: fixture.url, options: '-c search_path=public' });
  await owner.connect();
  await pushOf(fixture.engine, {}, [changeOf('n', { title: 'secret' })]);
});
afterAll(async () => {
  await owner.end();
  await fixture.close();
});

/** Runs statements as the API's role, in one transaction with these settings, and rolls back. */
async function asApp(settings: Readonly<Record<string, string>>, statement: string): Promise<number | null> {
  await owner.query('BEGIN; SET LOCAL ROLE holdfast_app');
  try {
    for (const [name, value] of Object.entries(settings)) {
      await owner.query('SELECT set_config($1, $2, true)', [name, value]);
    }
    return (await owner.query(statement)).rowCount;
  } finally {
    await owner.query('ROLLBACK');
  }
}

/** Past row-level security, which binds the owner too. */
async function asOwner(statement: string): Promise<void> {
  const table = /holdfast\.\w+/.exec(statement)?.[0] ?? '';
  await owner.query(`ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`);
  await owner.query(statement);
  await owner.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
}

const ENGINE = { 'holdfast.engine': 'on' };

describe('the second wall', () => {
  it('security 57: row-level security shows nothing without a viewer, and only the scopes of the transaction with one', async () => {
    const select = 'SELECT FROM note';
    expect(await asApp({}, select)).toBe(0);
    expect(await asApp({ 'holdfast.readable': '' }, select)).toBe(0);
    expect(await asApp({ 'holdfast.readable': 'team:2,user:ada' }, select)).toBe(0);
    expect(await asApp({ 'holdfast.readable': `team:2,${TEAM}` }, select)).toBe(1);
  });

  it('row-level security lets nothing be written outside the writable scopes', async () => {
    const insert = `INSERT INTO folder (scope, id, version, created_at, updated_at, clocks, name)
      VALUES ('${TEAM}', 'x', 99, now(), now(), '{}', 'x')`;
    const readable = { ...ENGINE, 'holdfast.readable': TEAM };
    await expect(asApp(readable, insert)).rejects.toThrow(/row-level security/);
    await expect(asApp({ ...readable, 'holdfast.writable': 'team:2' }, insert)).rejects.toThrow(
      /row-level security/,
    );
    expect(await asApp({ ...readable, 'holdfast.writable': TEAM }, insert)).toBe(1);
    expect(await asApp(readable, `UPDATE note SET title = 'x'`)).toBe(0);
    expect(await asApp(readable, 'DELETE FROM note')).toBe(0);
  });

  it('security 57: the numbers and receipts of a device are shown to its user alone, heads and horizons with their scope', async () => {
    const device = deviceOf('phone');
    await pushOf(fixture.engine, { device }, [changeOf('n', {}, { seq: 1, version: 1 })]);
    const readable = { 'holdfast.readable': TEAM };
    for (const table of ['device', 'receipt']) {
      const select = `SELECT FROM holdfast.${table}`;
      expect(await asApp(readable, select)).toBe(0);
      expect(await asApp({ ...readable, 'holdfast.viewer': 'eve' }, select)).toBe(0);
      expect(await asApp({ 'holdfast.viewer': 'ada' }, select)).toBe(1);
      const forget = `DELETE FROM holdfast.${table}`;
      expect(await asApp({ 'holdfast.viewer': 'ada' }, forget)).toBe(0);
      expect(await asApp({ 'holdfast.viewer': 'eve', 'holdfast.writable': TEAM }, forget)).toBe(0);
      expect(await asApp({ 'holdfast.viewer': 'ada', 'holdfast.writable': TEAM }, forget)).toBe(1);
    }
    await asOwner("INSERT INTO holdfast.horizon VALUES ('team:1', 'Note', 1)");
    for (const table of ['counter', 'horizon']) {
      const select = `SELECT FROM holdfast.${table}`;
      expect(await asApp({}, select)).toBe(0);
      expect(await asApp({ 'holdfast.readable': 'team:2' }, select)).toBe(0);
      expect(await asApp(readable, select)).toBe(1);
      expect(await asApp(readable, `DELETE FROM holdfast.${table}`)).toBe(0);
    }
  });

  it("R29 the guard refuses every write past the engine, the owner's too", async () => {
    for (const statement of [
      `UPDATE note SET title = 'x'`,
      'DELETE FROM note',
      'TRUNCATE note',
      `INSERT INTO folder (scope, id, version, created_at, updated_at, clocks, name) SELECT 's', 'i', 1, now(), now(), '{}', 'n'`,
    ]) {
      await expect(owner.query(statement)).rejects.toMatchObject({ code: 'HF001' });
    }
  });

  it('security 57: the API takes a role that owns nothing and passes by no policy', async () => {
    const { rows } = await owner.query<{ role: string; isOwner: boolean }>(
      `SELECT rolname AS role, rolsuper OR rolbypassrls OR EXISTS (SELECT FROM pg_class WHERE relowner = r.oid) AS "isOwner"
        FROM pg_roles r WHERE rolname = 'holdfast_app'`,
    );
    expect(rows).toEqual([{ role: 'holdfast_app', isOwner: false }]);
  });

  it('security 58: a pooled connection that was used for one viewer shows nothing of it to the next', async () => {
    const other = { ...viewerOf('eve'), scopes: [{ id: 'user:eve', access: 'WRITE' as const }] };
    const list = { type: 'Note', scopes: undefined, filter: undefined, orderBy: [], limit: 50, offset: 0 };
    for (let at = 0; at < 15; at += 1) {
      expect(await fixture.engine.list({ ...list, viewer: viewerOf('ada') })).toHaveLength(1);
      expect(await fixture.engine.list({ ...list, viewer: other })).toHaveLength(0);
    }
  });

  it('security 44, 45 I23: an id of a foreign scope answers exactly as one that does not exist', async () => {
    const eve = { ...viewerOf('eve'), scopes: [{ id: 'user:eve', access: 'WRITE' as const }] };
    const send = async (scope: string, id: string) =>
      fixture.engine.push({
        viewer: eve,
        fields: [
          { type: 'Note', scope, device: undefined, changes: [changeOf(id, { title: 'x' }, { version: 1 })] },
        ],
      });
    const stored = await send(TEAM, 'n');
    const absent = await send('team:nobody', 'n');
    expect(stored.results).toEqual(absent.results);
    expect(stored.results[0]?.[0]).toMatchObject({ record: null, error: { code: 'SCOPE_FORBIDDEN' } });
    expect(
      await fixture.engine.records(eve, 'Note', [
        { scope: TEAM, id: 'n' },
        { scope: 'user:eve', id: 'n' },
      ]),
    ).toEqual([null, null]);
  });
});

describe('start', () => {
  it('security 57: refuses where one of its own tables is not protected', async () => {
    for (const table of ['device', 'receipt', 'counter', 'horizon', 'sequence']) {
      await owner.query(`ALTER TABLE holdfast.${table} NO FORCE ROW LEVEL SECURITY`);
      const storage = openStorage({ databaseUrl: fixture.url, entities: fixture.entities });
      await expect(storage.start()).rejects.toThrow(`holdfast.${table} is missing, lacks row-level security`);
      await storage.close();
      await owner.query(`ALTER TABLE holdfast.${table} FORCE ROW LEVEL SECURITY`);
    }
  });

  it('refuses a table without its policies and guard, with a sentence that says what to run', async () => {
    await owner.query('CREATE TABLE bare (LIKE note)');
    const bare = entityOf({
      ...NOTE,
      name: 'Bare',
      table: 'bare',
      fields: NOTE.fields.map((each) => ({ ...each, pgType: 'text' })),
    });
    const storage = openStorage({ databaseUrl: fixture.url, entities: [bare] });
    await expect(storage.start()).rejects.toThrow(/syncedTableStatements\('bare'\)/);
    await storage.close();
  });

  it('migrations of several processes at once apply each one once', async () => {
    const options = { databaseUrl: fixture.url, entities: [NOTE, FOLDER] };
    const applied = await Promise.all([migrate(options), migrate(options), migrate(options)]);
    expect(applied.flat()).toEqual([]);
  });
});

describe('why not a cursor by time', () => {
  it('I1 I2 late committers: a cursor by updated_at misses rows, the counter misses none', async () => {
    await owner.query(
      'CREATE TABLE by_time (id text PRIMARY KEY, updated_at timestamptz NOT NULL DEFAULT now())',
    );
    const writers = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const client = new pg.Client({ connectionString: fixture.url, options: '-c search_path=public' });
        await client.connect();
        return client;
      }),
    );
    const seen = { time: new Set<string>(), counter: new Set<string>() };
    let newest = '-infinity';
    const readByTime = async (): Promise<void> => {
      const { rows } = await owner.query<{ id: string; at: string }>(
        'SELECT id, updated_at::text AS at FROM by_time WHERE updated_at > $1::timestamptz ORDER BY updated_at',
        [newest],
      );
      rows.forEach(({ id }) => seen.time.add(id));
      newest = rows.at(-1)?.at ?? newest;
    };
    const viewer = viewerOf('ben');
    let since: string | undefined;
    const readByCursor = async (): Promise<void> => {
      const [page] = await fixture.engine.deltas({
        viewer,
        fields: [{ type: 'Note', scope: TEAM, since, limit: 5_000, device: undefined }],
      });
      page?.records.forEach(({ id }) => seen.counter.add(id));
      since = page?.cursor;
    };
    const ROUNDS = 10;
    for (let round = 0; round < ROUNDS; round += 1) {
      // Each writer takes its time stamp in turn, and they commit in the opposite turn, a reader in between.
      for (const [at, writer] of writers.entries()) {
        await writer.query('BEGIN');
        await writer.query('INSERT INTO by_time (id) VALUES ($1)', [`w${round}-${at}`]);
      }
      const pushes = writers.map((_, at) =>
        pushOf(fixture.engine, { device: deviceOf(`w${at}`) }, [
          changeOf(`w${round}-${at}`, {}, { seq: round + 1 }),
        ]),
      );
      for (const writer of [...writers].reverse()) {
        await Promise.all([readByTime(), readByCursor()]);
        await writer.query('COMMIT');
      }
      await Promise.all(pushes);
    }
    await Promise.all([readByTime(), readByCursor()]);
    await Promise.all(writers.map((writer) => writer.end()));
    const missed = (ids: ReadonlySet<string>): number =>
      ROUNDS * writers.length - [...ids].filter((id) => id.startsWith('w')).length;
    expect(missed(seen.time)).toBeGreaterThan(0);
    expect(missed(seen.counter)).toBe(0);
  });

  it('I1 a push that waits to commit holds back the positions above it: no reader ever sees a gap', async () => {
    const scope = 'user:ada';
    const blocker = new pg.Client({ connectionString: fixture.url });
    await blocker.connect();
    const push = (id: string) =>
      fixture.engine.push({
        viewer: viewerOf('ada'),
        fields: [{ type: 'Note', scope, device: undefined, changes: [changeOf(id, {})] }],
      });
    await push('first');
    await blocker.query('BEGIN');
    await blocker.query(
      "SELECT set_config('holdfast.readable', $1, true), set_config('holdfast.writable', $1, true)",
      [scope],
    );
    const locked = await blocker.query('UPDATE holdfast.counter SET head = head WHERE scope = $1', [scope]);
    expect(locked.rowCount).toBe(1);
    const waiting = [push('second'), push('third')];
    const blocked = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'holdfast'
      AND datname = current_database()`;
    while ((await owner.query(blocked)).rowCount !== waiting.length);
    const read = async () => {
      const [page] = await fixture.engine.deltas({
        viewer: viewerOf('ada'),
        fields: [{ type: 'Note', scope, since: undefined, limit: undefined, device: undefined }],
      });
      return page?.records.map(({ version }) => version);
    };
    expect(await read()).toEqual([1]);
    await blocker.query('COMMIT');
    await Promise.all(waiting);
    expect(await read()).toEqual([1, 2, 3]);
    await blocker.end();
  });
});
