import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChangeInput, ChangeResult, DeltaPage, RecordView } from '../sync/model.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { changeOf, deviceOf, openFixture, pushOf, TEAM, viewerOf } from '../testing/storage-fixture.ts';
import type { Fixture } from '../testing/storage-fixture.ts';
import { Database } from './database.ts';

const SEED = Math.floor(Math.random() * 2 ** 31);
const ada = viewerOf('ada');
const TYPES = ['Folder', 'Note'] as const;

let fixture: Fixture;
let owner: pg.Client;
beforeAll(async () => {
  fixture = await openFixture();
  owner = await connect();
});
afterAll(async () => {
  await owner.end();
  await fixture.close();
});

async function connect(): Promise<pg.Client> {
  const options = '-c search_path=public -c holdfast.engine=on';
  const client = new pg.Client({ connectionString: fixture.url, options });
  await client.connect();
  return client;
}

/** A copy of what lives, made of small pages; notices by itself when a page breaks I3. */
class Reader {
  readonly copy = new Map<string, number>();
  private readonly cursors = new Map<string, DeltaPage>();

  constructor(
    private readonly scope: string,
    private readonly limit: number,
  ) {}

  /** Pages until nothing is left of any type. */
  async catchUp(): Promise<void> {
    for (let hasMore = true; hasMore;) {
      const fields = TYPES.map((type) => ({
        ...{ type, scope: this.scope, limit: this.limit, device: undefined },
        since: this.cursors.get(type)?.cursor,
      }));
      const pages = await fixture.engine.deltas({ viewer: ada, fields });
      pages.forEach((page, at) => this.take(TYPES[at] ?? '', page));
      hasMore = pages.some((page) => page.hasMore);
    }
  }

  /** Up to here the copy is that of the scope, as of its last page. */
  positionOf(key: string): number {
    return this.cursors.get(key.split('/')[0] ?? '')?.at.position ?? 0;
  }

  private take(type: string, page: DeltaPage): void {
    const before = this.cursors.get(type);
    const versions = page.records.map(({ version }) => version);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    if (before !== undefined && !page.reset) {
      expect(page.at.epoch).toBe(before.at.epoch);
      expect(page.at.position).toBeGreaterThanOrEqual(before.at.position);
      expect(versions[0] ?? Infinity).toBeGreaterThan(before.at.position);
    }
    if (page.reset) {
      expect(page.at.epoch > (before?.at.epoch ?? '')).toBe(true);
      for (const key of this.copy.keys()) if (key.startsWith(`${type}/`)) this.copy.delete(key);
    }
    page.records.forEach((record) => this.hold(`${type}/${record.id}`, record));
    this.cursors.set(type, page);
  }

  private hold(key: string, { version, deletedAt }: RecordView): void {
    if (deletedAt === null) this.copy.set(key, version);
    else this.copy.delete(key);
  }
}

interface Written {
  readonly key: string;
  readonly version: number;
  readonly isDeleted: boolean;
}

/** Creates, edits and deletes what others write too, a few records of both types a push. */
async function write(
  scope: string,
  name: string,
  done: (written: readonly Written[]) => void,
): Promise<void> {
  const random = seededRandom(SEED + name.length + Number(name.at(-1)));
  let seq = 0;
  for (let round = 0; round < 25; round += 1) {
    const device = deviceOf(name);
    const fields = TYPES.map((type) => ({
      ...{ type, scope, device },
      changes: Array.from({ length: 2 }, () => {
        const id = random() < 0.5 ? `shared${Math.floor(random() * 8)}` : `${name}-${seq}`;
        const values = type === 'Note' ? { title: `${name} ${seq}` } : { name: `${name} ${round} ${seq}` };
        seq += 1;
        return random() < 0.2
          ? changeOf(id, {}, { seq, version: 2 ** 40, deleted: true })
          : changeOf(id, values, { seq, deleted: false });
      }),
    }));
    const { results } = await fixture.engine.push({ viewer: ada, fields });
    done(
      results.flatMap((list, at) =>
        list.flatMap(({ id, record }) => (record === null ? [] : [writtenOf(`${TYPES[at]}/${id}`, record)])),
      ),
    );
  }
}

const writtenOf = (key: string, { version, deletedAt }: RecordView): Written => ({
  ...{ key, version },
  isDeleted: deletedAt !== null,
});

async function stored(scope: string): Promise<Readonly<Record<string, number>>> {
  const { rows } = await owner.query<{ key: string; version: string }>(
    `SELECT 'Note/' || id AS key, version FROM note WHERE scope = $1 AND deleted_at IS NULL
      UNION ALL SELECT 'Folder/' || id, version FROM folder WHERE scope = $1 AND deleted_at IS NULL`,
    [scope],
  );
  return Object.fromEntries(rows.map(({ key, version }) => [key, Number(version)]));
}

/** Writers and readers at once, and something `halfway`; the readers hold what is stored when all is still. */
async function race(scope: string, halfway: () => Promise<unknown> = async () => undefined): Promise<void> {
  const acknowledged: Written[] = [];
  const notHeld: (Written & { readonly position: number })[] = [];
  let writing = 4;
  let middle: Promise<unknown> | undefined;
  const writers = Array.from({ length: 4 }, (_, at) =>
    write(scope, `w${at}`, (written) => {
      acknowledged.push(...written);
      if (acknowledged.length >= 200) middle ??= halfway();
    }).finally(() => (writing -= 1)),
  );
  const readers = [new Reader(scope, 3), new Reader(scope, 7)];
  const reading = readers.map(async (reader) => {
    while (writing > 0) {
      const before = [...acknowledged];
      await reader.catchUp();
      for (const written of before) {
        if ((reader.copy.get(written.key) ?? 0) < written.version) {
          notHeld.push({ ...written, position: reader.positionOf(written.key) });
        }
      }
    }
  });
  await Promise.all([...writers, ...reading]);
  expect(middle).toBeDefined();
  await middle;
  // I1: what was acknowledged before the pull began is in the copy, or something later is, or it is deleted.
  const isDeleted = ({ key, version, position }: Written & { readonly position: number }): boolean =>
    acknowledged.some(
      (later) =>
        later.isDeleted && later.key === key && later.version >= version && later.version <= position,
    );
  expect(notHeld.filter((written) => !isDeleted(written))).toEqual([]);
  for (const reader of readers) {
    await reader.catchUp();
    expect(Object.fromEntries([...reader.copy].sort())).toEqual(
      Object.fromEntries(Object.entries(await stored(scope)).sort()),
    );
  }
}

describe('readers beside writers', () => {
  it(`R4 R7 I1 I2 I3 each pull holds what was acknowledged before it, no page misses a change, cursors only rise (seed ${SEED})`, async () => {
    await race(TEAM);
  });

  it(`I3 I17 a cursor belongs to its epoch: one that begins in the middle resets every cursor once, and copies end right (seed ${SEED})`, async () => {
    await race('user:ada', () => fixture.storage.retention.rotateEpoch());
  });

  it('R7 progress is the position against the head, on every page', async () => {
    const scope = 'user:ada';
    let since: string | undefined;
    let last = 0;
    for (let hasMore = true; hasMore;) {
      const [page] = await fixture.engine.deltas({
        viewer: ada,
        fields: [{ type: 'Note', scope, since, limit: 5, device: undefined }],
      });
      if (page === undefined) throw new Error('no page');
      expect(page.at.position).toBeGreaterThan(last);
      expect(page.at.position <= page.at.head).toBe(true);
      ({ cursor: since, hasMore } = page);
      last = page.at.position;
      if (!hasMore) expect(last).toBe(page.at.head);
    }
  });

  it('I20 every older cursor hears of a deletion and of a return, also of one that is made meanwhile', async () => {
    const cursors: (string | undefined)[] = [undefined];
    const pull = async (since: string | undefined) => {
      const fields = [{ type: 'Folder', scope: TEAM, since, limit: 5_000, device: undefined }];
      return (await fixture.engine.deltas({ viewer: ada, fields }))[0];
    };
    const folder = (values: ChangeInput['values'], rest: Partial<ChangeInput>) =>
      pushOf(fixture.engine, { type: 'Folder' }, [changeOf('seen', values, rest)]);
    await folder({ name: 'seen 0' }, {});
    for (let at = 1; at < 10; at += 1) {
      cursors.push((await pull(undefined))?.cursor);
      await folder({ name: `seen ${at}` }, { version: 2 ** 40 });
    }
    const [deleted] = await folder({}, { deleted: true, version: 2 ** 40 });
    const version = deleted?.record?.version ?? 0;
    for (const since of cursors.slice(1)) {
      const heard = (await pull(since))?.records.filter(({ id }) => id === 'seen');
      expect(heard).toMatchObject([{ version, deletedAt: expect.any(String) as string }]);
    }
    await Promise.all([folder({}, { deleted: false, version }), ...cursors.map(pull)]);
    for (const since of cursors) {
      expect((await pull(since))?.records.filter(({ id }) => id === 'seen')).toMatchObject([
        { deletedAt: null },
      ]);
    }
  });
});

describe('numbers', () => {
  it('I9 of twenty payloads with one number one takes effect, and the number means that one for ever', async () => {
    const device = deviceOf('bound');
    const send = (title: string) =>
      pushOf(fixture.engine, { device }, [changeOf('bound', { title, pinned: true }, { seq: 1 })]);
    const titles = Array.from({ length: 20 }, (_, at) => `title ${at}`);
    const results = (await Promise.all(titles.map(send))).map(([result]) => result);
    const [won, ...others] = results.filter((result) => result?.outcome === 'APPLIED');
    expect(others).toEqual([]);
    const title = String(won?.record?.['title']);
    const codes = results.map((result) => result?.error?.code).filter((code) => code !== undefined);
    expect(codes).toEqual(Array.from({ length: 19 }, () => 'SEQ_REUSED'));
    for (const each of titles) {
      const [again] = await send(each);
      expect(again).toMatchObject(each === title ? { replayed: true } : { error: { code: 'SEQ_REUSED' } });
    }
    // The order of keys is no part of what was said.
    const payload = { values: { pinned: true, title }, seq: 1, id: 'bound' };
    const [spelt] = await pushOf(fixture.engine, { device }, [
      changeOf('bound', { title, pinned: true }, { seq: 1, payload }),
    ]);
    expect(spelt).toMatchObject({ replayed: true, outcome: 'APPLIED' });
  });

  it('I10 batches of one device that arrive in any order take effect in the order of their numbers', async () => {
    const random = seededRandom(SEED);
    const devices = Array.from({ length: 6 }, (_, at) => `order${at}`);
    const results = await Promise.all(
      devices.flatMap((name) =>
        [0, 1, 2, 3, 4]
          .toSorted(() => random() - 0.5)
          .map((batch) =>
            pushOf(
              fixture.engine,
              { device: deviceOf(name) },
              [1, 2, 3].map((at) => changeOf(`${name}-${batch * 3 + at}`, {}, { seq: batch * 3 + at })),
            ),
          ),
      ),
    );
    const refused = results.flat().filter(({ outcome }) => outcome !== 'APPLIED');
    expect(new Set(refused.map(({ error }) => error?.code))).toEqual(
      new Set(refused.length > 0 ? ['STALE_SEQ'] : []),
    );
    for (const name of devices) {
      const { rows } = await owner.query<{ id: string }>(
        `SELECT id FROM note WHERE scope = '${TEAM}' AND id LIKE $1 ORDER BY version`,
        [`${name}-%`],
      );
      const seqs = rows.map(({ id }) => Number(id.split('-')[1]));
      expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
      expect(seqs).toContain(15);
    }
  });
});

describe('I11 the contract of a batch', () => {
  const IDS = ['k1', 'k2', 'k3', 'k4', 'k5'];

  /** One to each of five counters, and a change in their middle that nothing can make good. */
  async function pushFive(name: string): Promise<readonly ChangeResult[]> {
    const changes = IDS.map((id, at) =>
      changeOf(id, { likes: 1 }, { seq: at + 1, version: 0, base: { likes: 0 } }),
    );
    const bad = changeOf('k9', { folderId: 'nowhere' }, { seq: 3 });
    const five = [...changes.slice(0, 2), bad, ...changes.slice(3)];
    return pushOf(fixture.engine, { device: deviceOf(name) }, five);
  }

  async function likes(): Promise<readonly number[]> {
    const { rows } = await owner.query<{ likes: number }>(
      `SELECT likes FROM note WHERE scope = '${TEAM}' AND id = ANY ($1) ORDER BY id`,
      [IDS],
    );
    return rows.map((row) => row.likes);
  }

  const expectWhole = (results: readonly ChangeResult[]): void => {
    expect(results.map(({ id, seq, error }) => [id, seq, error?.code ?? null])).toEqual([
      ['k1', 1, null],
      ['k2', 2, null],
      ['k9', 3, 'MISSING_REFERENCE'],
      ['k4', 4, null],
      ['k5', 5, null],
    ]);
  };

  beforeAll(async () => {
    await pushOf(
      fixture.engine,
      {},
      IDS.map((id) => changeOf(id, {})),
    );
  });

  it('R28 I11 a deadlock at the fourth item: the good ones take effect once, each result is its own', async () => {
    const blocker = await connect();
    const lock = (id: string) =>
      blocker.query(`SELECT FROM note WHERE scope = '${TEAM}' AND id = '${id}' FOR UPDATE`);
    await blocker.query('BEGIN');
    await lock('k4');
    const pushing = pushFive('deadlock');
    const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'holdfast'
      AND datname = current_database()`;
    while ((await owner.query(waiting)).rowCount === 0);
    // The push waits for k4 and holds k1: it waited first, and so Postgres ends it.
    await lock('k1');
    await blocker.query('COMMIT');
    await blocker.end();
    expectWhole(await pushing);
    expect(await likes()).toEqual([1, 1, 0, 1, 1]);
  });

  it('R28 I11 a serialisation failure at the fourth item, twice: the same', async () => {
    await owner.query(`CREATE SEQUENCE failures;
      GRANT USAGE ON SEQUENCE failures TO holdfast_app;
      CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('failures') <= 2 THEN RAISE EXCEPTION 'could not serialize' USING ERRCODE = '40001'; END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER fail BEFORE UPDATE ON note FOR EACH ROW WHEN (NEW.id = 'k4') EXECUTE FUNCTION fail()`);
    expectWhole(await pushFive('serialisation'));
    expect(await likes()).toEqual([2, 2, 0, 2, 2]);
    const { rows } = await owner.query<{ value: string }>('SELECT last_value AS value FROM failures');
    expect(Number(rows[0]?.value)).toBe(3);
    await owner.query('DROP TRIGGER fail ON note');
  });

  it('R28 what was sent behind a statement that failed fails for its reason, so that it is run again', async () => {
    const database = new Database({ databaseUrl: fixture.url, entities: fixture.entities });
    await database.start();
    const mode = { kind: 'write', user: null, readable: [], writable: [] } as const;
    const failing = database.transaction(mode, async (connection) => {
      const [, behind] = await Promise.allSettled([
        connection.query('SELECT holdfast.met_another()', [], true),
        connection.query('SELECT 1', [], true),
      ]);
      throw behind.status === 'rejected' ? behind.reason : new Error('it was executed');
    });
    await expect(failing).rejects.toMatchObject({ code: '40001' });
    await database.close();
  });

  it('I11 I18 many devices push the same five at once: every difference counts once', async () => {
    const before = await likes();
    const results = await Promise.all(Array.from({ length: 20 }, (_, at) => pushFive(`many${at}`)));
    results.forEach(expectWhole);
    expect(await likes()).toEqual(before.map((count, at) => (at === 2 ? count : count + 20)));
  });
});

describe('access that changes', () => {
  const ben = async () => {
    const viewer = await fixture.storage.access.viewer('ben');
    if (viewer === null) throw new Error('no account');
    return viewer;
  };
  const SCOPE = 'team:changing';
  const page = async (since?: string) => {
    const fields = [{ type: 'Note', scope: SCOPE, since, limit: 10, device: 'tablet' }];
    return (await fixture.engine.deltas({ viewer: await ben(), fields }))[0];
  };
  const push = async (seq: number) => {
    const fields = [
      { type: 'Note', scope: SCOPE, device: deviceOf('tablet'), changes: [changeOf(`b${seq}`, {}, { seq })] },
    ];
    return (await fixture.engine.push({ viewer: await ben(), fields })).results.flat()[0];
  };

  it('I22 access lost between two pages ends the pull, and a change; gained again, both go on where they were', async () => {
    const { access } = fixture.storage;
    await access.ensureAccount({ id: 'ben', name: 'Ben' });
    const create = (name: string) =>
      fixture.engine.write(
        SCOPE,
        Array.from({ length: 25 }, (_, at) => ({ type: 'Note', change: { id: `${name}${at}`, values: {} } })),
      );
    await create('old');
    await expect(page()).rejects.toMatchObject({ code: 'SCOPE_FORBIDDEN' });
    await access.grant('ben', SCOPE, 'WRITE');
    const first = await page();
    expect(first).toMatchObject({ hasMore: true, records: { length: 10 } });
    expect(await push(1)).toMatchObject({ outcome: 'APPLIED' });
    await access.revoke('ben', SCOPE);
    const [next, refused] = await Promise.allSettled([page(first?.cursor), push(2)]);
    expect(next).toMatchObject({ reason: { code: 'SCOPE_FORBIDDEN' } });
    expect(refused).toMatchObject({ value: { error: { code: 'SCOPE_FORBIDDEN' }, record: null } });
    // R12: what was executed before is still answered, without the record.
    expect(await push(1)).toMatchObject({ replayed: true, outcome: 'APPLIED', record: null });
    await create('meanwhile');
    await access.grant('ben', SCOPE, 'WRITE');
    expect(await push(2)).toMatchObject({ replayed: false, outcome: 'APPLIED' });
    const ids = new Set(first?.records.map(({ id }) => id));
    for (let last = first; last?.hasMore === true;) {
      last = await page(last.cursor);
      last?.records.forEach(({ id }) => ids.add(id));
    }
    expect(ids.size).toBe(25 + 25 + 2);
  });
});
