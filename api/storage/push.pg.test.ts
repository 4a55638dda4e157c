import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChangeResult, DeltaPage } from '../sync/model.ts';
import { changeOf, deviceOf, openFixture, pushOf, TEAM, viewerOf } from '../testing/storage-fixture.ts';
import type { Fixture } from '../testing/storage-fixture.ts';

let fixture: Fixture;
let owner: pg.Client;
beforeAll(async () => {
  fixture = await openFixture();
  owner = new pg.Client({ connectionString: fixture.url, options: '-c search_path=public' });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await fixture.close();
});

async function pull(type = 'Note', since?: string, device?: string): Promise<DeltaPage> {
  const [page] = await fixture.engine.deltas({
    viewer: viewerOf('ben'),
    fields: [{ type, scope: TEAM, since, limit: 5_000, device }],
  });
  if (page === undefined) {
    throw new Error('one page was asked for');
  }
  return page;
}

function outcomes(results: readonly ChangeResult[]): readonly string[] {
  return results.map(({ outcome, error }) => error?.code ?? outcome);
}

/** Rows of a synced table, as the owner of a test database sees them (a superuser: past row-level security). */
async function rowsOf(table: string, id: string): Promise<readonly Record<string, unknown>[]> {
  const { rows } = await owner.query<Record<string, unknown>>(
    `SELECT * FROM ${pg.escapeIdentifier(table)} WHERE scope = $1 AND id = $2`,
    [TEAM, id],
  );
  return rows;
}

describe('one push, one transaction', () => {
  it('R10 stores every kind of value as it was sent, and answers it as a pull does', async () => {
    const values = {
      title: 'Grüße 🎉 \\ "\' $1',
      content: 'a\nb',
      tags: ['x', 'y"z', '{,}', 'NULL', ''],
      likes: 3,
      rating: 0.1,
      pinned: true,
      dueAt: '2026-01-31T12:00:00.120Z',
      meta: { a: [1, null, { b: 'c' }] },
      folderId: null,
    };
    const [result] = await pushOf(fixture.engine, {}, [changeOf('kinds', values)]);
    expect(result).toMatchObject({ outcome: 'APPLIED', replayed: false, error: null, conflicts: [] });
    const found = (await pull()).records.find(({ id }) => id === 'kinds');
    expect(found).toEqual(result?.record);
    expect(found).toMatchObject({ ...values, scope: TEAM, deletedAt: null });
  });

  it('R10 gives each record its own position, bumps the counter once by their number, whatever the types', async () => {
    const before = (await pull()).at.head;
    const { results } = await fixture.engine.push({
      viewer: viewerOf('ada'),
      fields: [
        {
          type: 'Note',
          scope: TEAM,
          device: deviceOf('types'),
          changes: [changeOf('p1', {}, { seq: 2 }), changeOf('p2', {}, { seq: 3 })],
        },
        {
          type: 'Folder',
          scope: TEAM,
          device: deviceOf('types'),
          changes: [changeOf('f1', { name: 'one' }, { seq: 1 })],
        },
      ].map((field) => ({ ...field, device: { ...field.device, sentAt: 1 } })),
    });
    expect(outcomes(results.flat())).toEqual(['APPLIED', 'APPLIED', 'APPLIED']);
    const versions = results.flat().map(({ record }) => record?.version ?? 0);
    expect([...versions].sort((a, b) => a - b)).toEqual([before + 1, before + 2, before + 3]);
    expect((await pull()).at.head).toBe(before + 3);
  });

  it('R10 writes a record once that a push changes twice, and answers its state after the whole push', async () => {
    const before = (await pull()).at.head;
    const results = await pushOf(fixture.engine, { device: deviceOf('twice') }, [
      changeOf('twice', { title: 'a' }, { seq: 1 }),
      changeOf('twice', { title: 'b' }, { seq: 2, version: 0, base: { title: 'a' } }),
    ]);
    expect(outcomes(results)).toEqual(['APPLIED', 'APPLIED']);
    expect(results.map(({ record }) => [record?.title, record?.version])).toEqual([
      ['b', before + 1],
      ['b', before + 1],
    ]);
  });

  it('R10 refuses fields that name different scopes, and a push of another epoch, and writes nothing', async () => {
    const viewer = viewerOf('ada');
    const change = changeOf('nowhere', {}, { seq: 1 });
    const field = { type: 'Note', scope: TEAM, device: undefined, changes: [change] };
    await expect(
      fixture.engine.push({ viewer, fields: [field, { ...field, scope: viewer.ownScope }] }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(
      fixture.engine.push({ viewer, fields: [{ ...field, device: deviceOf('old', { epoch: 'older' }) }] }),
    ).rejects.toMatchObject({ code: 'EPOCH_CHANGED', retry: 'NOW' });
    expect(await rowsOf('note', 'nowhere')).toEqual([]);
  });

  it('R10 accepts a push without changes', async () => {
    expect(await pushOf(fixture.engine, { device: deviceOf('idle') }, [])).toEqual([]);
  });

  it('R11 refuses a bad change alone: the others are written, in the order given', async () => {
    const results = await pushOf(fixture.engine, { device: deviceOf('mixed') }, [
      changeOf('ok1', {}, { seq: 1 }),
      changeOf('no/slash', {}, { seq: 2 }),
      changeOf('bad-title', { title: 'a\0b' }, { seq: 3 }),
      changeOf('bad-half', { title: '\ud800' }, { seq: 4 }),
      changeOf('bad-kind', { likes: 1.5 }, { seq: 5 }),
      changeOf('bad-name', { nonsense: 1 }, { seq: 6 }),
      changeOf('huge', { content: 'x'.repeat(260_000) }, { seq: 7 }),
      changeOf('gone', { title: 'x' }, { seq: 8, version: 1 }),
      changeOf('ok2', {}, { seq: 9 }),
    ]);
    expect(results.map(({ id }) => id)).toEqual([
      'ok1',
      'no/slash',
      'bad-title',
      'bad-half',
      'bad-kind',
      'bad-name',
      'huge',
      'gone',
      'ok2',
    ]);
    const bad = 'BAD_INPUT';
    expect(outcomes(results)).toEqual(['APPLIED', bad, bad, bad, bad, bad, 'TOO_LARGE', 'GONE', 'APPLIED']);
  });

  it('R11 accepts or refuses a group as a whole', async () => {
    const results = await pushOf(fixture.engine, { device: deviceOf('grouped') }, [
      changeOf('g0', {}, { seq: 1 }),
      changeOf('g1', {}, { seq: 2, group: 'a' }),
      changeOf('g2', { likes: 'many' }, { seq: 3, group: 'a' }),
      changeOf('g3', {}, { seq: 4, group: 'b' }),
      changeOf('g4', {}, { seq: 5, group: 'b' }),
    ]);
    expect(outcomes(results)).toEqual(['APPLIED', 'GROUP_REFUSED', 'BAD_INPUT', 'APPLIED', 'APPLIED']);
    expect(await rowsOf('note', 'g1')).toEqual([]);
    expect(await rowsOf('note', 'g4')).toHaveLength(1);
  });

  it('R14 works without a device: by base or by version, and leaves no receipt', async () => {
    const [created] = await pushOf(fixture.engine, {}, [changeOf('plain', { title: 'a' })]);
    const version = created?.record?.version;
    const [byVersion] = await pushOf(fixture.engine, {}, [changeOf('plain', { title: 'b' }, { version })]);
    const [byBase] = await pushOf(fixture.engine, {}, [
      changeOf('plain', { title: 'c' }, { base: { title: 'b' } }),
    ]);
    const [stale] = await pushOf(fixture.engine, {}, [
      changeOf('plain', { title: 'd' }, { version, editedAt: 1 }),
    ]);
    expect(outcomes([byVersion, byBase, stale].flatMap((result) => result ?? []))).toEqual([
      'APPLIED',
      'APPLIED',
      'SUPERSEDED',
    ]);
    expect(stale?.conflicts).toEqual([
      { field: 'title', base: null, yours: 'd', theirs: 'c', kept: 'THEIRS' },
    ]);
  });
});

describe('exactly once', () => {
  it('R12 I8 answers a number again with what it answered first, refusals included', async () => {
    const device = deviceOf('again');
    const changes = [
      changeOf('again', { title: 'first' }, { seq: 3 }),
      changeOf('again-bad', { likes: 'x' }, { seq: 5 }),
    ];
    const first = await pushOf(fixture.engine, { device }, changes);
    await pushOf(fixture.engine, { viewer: viewerOf('ben') }, [
      changeOf('again', { title: 'ben' }, { base: { title: 'first' } }),
    ]);
    const head = (await pull()).at.head;
    const second = await pushOf(fixture.engine, { device }, changes);
    expect(second.map(({ replayed }) => replayed)).toEqual([true, true]);
    expect(outcomes(second)).toEqual(outcomes(first));
    expect(second.map(({ error, conflicts }) => [error, conflicts])).toEqual(
      first.map(({ error, conflicts }) => [error, conflicts]),
    );
    expect(second[0]?.record?.title).toBe('ben');
    expect((await pull()).at.head).toBe(head);
  });

  it('R12 refuses a number that belongs to another payload, and one whose receipt is gone', async () => {
    const device = deviceOf('numbers');
    await pushOf(fixture.engine, { device }, [
      changeOf('s1', {}, { seq: 5 }),
      changeOf('s2', {}, { seq: 6 }),
    ]);
    const results = await pushOf(fixture.engine, { device }, [
      changeOf('s3', {}, { seq: 4 }),
      changeOf('s1', { title: 'other' }, { seq: 5 }),
      changeOf('s2', {}, { seq: 6 }),
      changeOf('s4', {}, { seq: 7 }),
    ]);
    expect(outcomes(results)).toEqual(['STALE_SEQ', 'SEQ_REUSED', 'APPLIED', 'APPLIED']);
    expect(results.map(({ replayed }) => replayed)).toEqual([false, false, true, false]);
    expect(await rowsOf('note', 's3')).toEqual([]);
  });

  it('R12 refuses a push whose numbers do not rise', async () => {
    const changes = [changeOf('r1', {}, { seq: 2 }), changeOf('r2', {}, { seq: 2 })];
    await expect(pushOf(fixture.engine, { device: deviceOf('falling') }, changes)).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
  });

  it('R13 forgets acknowledged receipts and keeps the others', async () => {
    const send = (acknowledged: number, seq: number) =>
      pushOf(fixture.engine, { device: deviceOf('acks', { acknowledged }) }, [
        changeOf(`ack${seq}`, {}, { seq }),
      ]);
    await send(0, 1);
    await send(0, 2);
    await send(1, 3);
    expect(outcomes(await send(0, 1))).toEqual(['STALE_SEQ']);
    expect((await send(0, 2))[0]?.replayed).toBe(true);
  });

  it('I7 the same number sent 20 times at once takes effect once, and all answers are equal', async () => {
    const before = (await pull()).at.head;
    const device = deviceOf('storm');
    const change = changeOf('storm', { likes: 1 }, { seq: 1 });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => pushOf(fixture.engine, { device }, [change])),
    );
    const [first, ...others] = answers.flat().map((answer) => ({ ...answer, replayed: null }));
    expect(others).toEqual(others.map(() => first));
    expect(answers.flat().filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect((await pull()).at.head).toBe(before + 1);
  });

  it('R12 without WRITE access new changes are forbidden and leave no receipt; old ones are still answered', async () => {
    const device = deviceOf('reader');
    const change = changeOf('reader', { title: 'mine' }, { seq: 1 });
    await pushOf(fixture.engine, { viewer: viewerOf('cleo'), device }, [change]);
    const viewer = viewerOf('cleo', 'READ');
    const results = await pushOf(fixture.engine, { viewer, device }, [
      change,
      changeOf('more', {}, { seq: 2 }),
    ]);
    expect(outcomes(results)).toEqual(['APPLIED', 'SCOPE_FORBIDDEN']);
    expect(results[0]).toMatchObject({ replayed: true, record: { title: 'mine' } });
    const later = await pushOf(fixture.engine, { viewer: viewerOf('cleo'), device }, [
      changeOf('more', {}, { seq: 2 }),
    ]);
    expect(outcomes(later)).toEqual(['APPLIED']);
    const stranger = { ...viewer, scopes: viewer.scopes.slice(0, 1) };
    const [lost] = await pushOf(fixture.engine, { viewer: stranger, device }, [change]);
    expect(lost).toMatchObject({ outcome: 'APPLIED', replayed: true, record: null });
  });

  it("R9 at.executed is the last number of the asking user's device", async () => {
    const viewer = viewerOf('ben');
    await pushOf(fixture.engine, { viewer, device: deviceOf('phone') }, [changeOf('ex', {}, { seq: 7 })]);
    expect((await pull('Note', undefined, 'phone')).at.executed).toBe(7);
    expect((await pull('Note', undefined, 'other')).at.executed).toBe(0);
  });
});

describe('concurrency', () => {
  it('R28 I18 two first inserts of one id at once both settle, on one row, with different versions', async () => {
    const answers = await Promise.all(
      ['ada', 'ben', 'cleo', 'dan'].map((user) =>
        pushOf(fixture.engine, { viewer: viewerOf(user), device: deviceOf(user) }, [
          changeOf('same-id', { content: `${user}\n` }, { seq: 1 }),
        ]),
      ),
    );
    expect(answers.flat().map(({ error }) => error)).toEqual([null, null, null, null]);
    expect(answers.flat().filter(({ outcome }) => outcome === 'APPLIED')).toHaveLength(1);
    const [row] = await rowsOf('note', 'same-id');
    for (const user of ['ada', 'ben', 'cleo', 'dan']) {
      expect(row?.content).toContain(user);
    }
  });

  it('I18 counters added to from many devices at once lose nothing', async () => {
    await pushOf(fixture.engine, {}, [changeOf('counter', {})]);
    await Promise.all(
      Array.from({ length: 25 }, (_, at) =>
        pushOf(fixture.engine, { device: deviceOf(`d${at}`) }, [
          changeOf('counter', { likes: 1 }, { seq: 1, version: 1, base: { likes: 0 } }),
        ]),
      ),
    );
    expect((await rowsOf('note', 'counter'))[0]?.likes).toBe(25);
  });

  it('R28 pushes that meet in opposite order all succeed', async () => {
    const ids = ['o1', 'o2', 'o3', 'o4'];
    await pushOf(
      fixture.engine,
      {},
      ids.map((id) => changeOf(id, {})),
    );
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, at) => {
        const order = at % 2 === 0 ? ids : [...ids].reverse();
        return pushOf(
          fixture.engine,
          { device: deviceOf(`x${at}`) },
          order.map((id, seq) =>
            changeOf(id, { likes: 1 }, { seq: seq + 1, version: 1, base: { likes: 0 } }),
          ),
        );
      }),
    );
    expect(answers.flat().every(({ error }) => error === null)).toBe(true);
    expect((await rowsOf('note', 'o1'))[0]?.likes).toBe(10);
  });
});

describe('what the database refuses', () => {
  it('R28 a unique violation refuses only its culprit; its values may be used after it is gone', async () => {
    const results = await pushOf(fixture.engine, { type: 'Folder', device: deviceOf('unique') }, [
      changeOf('u1', { name: 'same' }, { seq: 1 }),
      changeOf('u2', { name: 'same' }, { seq: 2 }),
      changeOf('u3', { name: 'different' }, { seq: 3 }),
      changeOf('u3', { color: 'red' }, { seq: 4, version: 0, base: { color: null } }),
      changeOf('u3', { name: 'same' }, { seq: 5, version: 0, base: { name: 'different' } }),
    ]);
    expect(outcomes(results)).toEqual(['APPLIED', 'ALREADY_EXISTS', 'APPLIED', 'APPLIED', 'ALREADY_EXISTS']);
    expect(results[3]?.record).toMatchObject({ name: 'different', color: 'red' });
    const replay = await pushOf(fixture.engine, { type: 'Folder', device: deviceOf('unique') }, [
      changeOf('u2', { name: 'same' }, { seq: 2 }),
    ]);
    expect(outcomes(replay)).toEqual(['ALREADY_EXISTS']);
  });

  it('R27 a reference names a record of its scope, of this push or stored; a deleted or foreign one is missing', async () => {
    await pushOf(fixture.engine, { type: 'Folder' }, [
      changeOf('here', { name: 'here' }),
      changeOf('dead', { name: 'dead' }),
    ]);
    await pushOf(fixture.engine, { type: 'Folder' }, [
      changeOf('dead', {}, { deleted: true, version: 1_000_000 }),
    ]);
    await fixture.engine.push({
      viewer: viewerOf('ada'),
      fields: [
        {
          type: 'Folder',
          scope: undefined,
          device: undefined,
          changes: [changeOf('foreign', { name: 'x' })],
        },
      ],
    });
    const folders = [changeOf('fresh', { name: 'fresh' }, { seq: 1 })];
    const notes = ['here', 'fresh', 'dead', 'foreign', 'never'].map((folderId, at) =>
      changeOf(`ref-${folderId}`, { folderId }, { seq: at + 2 }),
    );
    const device = deviceOf('refs', { sentAt: 1 });
    const { results } = await fixture.engine.push({
      viewer: viewerOf('ada'),
      fields: [
        { type: 'Note', scope: TEAM, device, changes: notes },
        { type: 'Folder', scope: TEAM, device, changes: folders },
      ],
    });
    const missing = 'MISSING_REFERENCE';
    expect(outcomes(results[0] ?? [])).toEqual(['APPLIED', 'APPLIED', missing, missing, missing]);
  });
});

describe('deletes', () => {
  it('R24 I20 a tombstone reaches an older cursor; an edit of it is opposed; restoring what was seen brings it back', async () => {
    const device = deviceOf('del');
    const [made] = await pushOf(fixture.engine, { device }, [changeOf('del', { title: 'a' }, { seq: 1 })]);
    const { cursor } = await pull();
    const version = made?.record?.version;
    const [gone] = await pushOf(fixture.engine, { device }, [
      changeOf('del', {}, { seq: 2, version, deleted: true }),
    ]);
    expect(gone?.record?.deletedAt).not.toBeNull();
    expect(
      (await pull('Note', cursor)).records.map(({ id, deletedAt }) => [id, deletedAt !== null]),
    ).toContainEqual(['del', true]);
    const [late] = await pushOf(fixture.engine, { viewer: viewerOf('ben'), device: deviceOf('late') }, [
      changeOf('del', { title: 'b' }, { seq: 1, version, base: { title: 'a' }, editedAt: 1 }),
    ]);
    expect(late).toMatchObject({ outcome: 'SUPERSEDED', conflicts: [{ field: 'deleted', kept: 'THEIRS' }] });
    const [back] = await pushOf(fixture.engine, { device }, [
      changeOf(
        'del',
        { title: 'c' },
        { seq: 3, version: gone?.record?.version, base: { title: 'a' }, deleted: false },
      ),
    ]);
    expect(back).toMatchObject({ outcome: 'APPLIED', record: { title: 'c', deletedAt: null } });
  });

  it('R24 a delete of an absent row has no effect and takes no position', async () => {
    const before = (await pull()).at.head;
    const [result] = await pushOf(fixture.engine, {}, [
      changeOf('absent', {}, { deleted: true, version: 1 }),
    ]);
    expect(result).toMatchObject({ outcome: 'APPLIED', record: null });
    expect((await pull()).at.head).toBe(before);
  });

  it('R23 a change that alters nothing takes no version', async () => {
    const [made] = await pushOf(fixture.engine, {}, [changeOf('still', { title: 'a' })]);
    const version = made?.record?.version;
    const [same] = await pushOf(fixture.engine, {}, [
      changeOf('still', { title: 'a' }, { version, base: { title: 'b' } }),
    ]);
    expect(same).toMatchObject({ outcome: 'APPLIED', record: { version } });
  });
});

describe('the merge budget', () => {
  it('R22 a push that has spent 200 ms on merging, and a text over 64,000, leave the rest to the last write, reported', async () => {
    let now = 0;
    const clock = { now: () => Date.now(), monotonic: () => (now += 90) };
    const slow = await openFixture({ clock });
    const ids = ['m1', 'm2', 'm3', 'm4', 'm5'];
    const long = 'x'.repeat(64_001);
    const base = 'one\ntwo\nthree';
    const contents = (text: string, longer: string) =>
      ids.map((id) =>
        changeOf(id, { content: id === 'm1' ? longer : text }, { version: 0, base: { content: base } }),
      );
    await pushOf(
      slow.engine,
      {},
      ids.map((id) => changeOf(id, { content: base })),
    );
    await pushOf(slow.engine, {}, contents('one\ntwo\nTHREE', `${long}a`));
    const results = await pushOf(
      slow.engine,
      { viewer: viewerOf('ben') },
      contents('ONE\ntwo\nthree', `b${long}`),
    );
    expect(results.map(({ conflicts }) => conflicts[0]?.kept)).toEqual([
      'YOURS',
      'MERGED',
      'MERGED',
      'YOURS',
      'YOURS',
    ]);
    expect(results[1]?.record?.['content']).toBe('ONE\ntwo\nTHREE');
    expect(results[4]?.record?.['content']).toBe('ONE\ntwo\nthree');
    // The budget is one push's own.
    const [next] = await pushOf(slow.engine, {}, [
      changeOf('m5', { content: 'one\ntwo\n3' }, { version: 0, base: { content: 'one\ntwo\nthree' } }),
    ]);
    expect(next).toMatchObject({ outcome: 'MERGED', record: { content: 'ONE\ntwo\n3' } });
    await slow.close();
  });
});
