import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entities } from '../domain/index.ts';
import { defineEntities } from '../entity/define-entities.ts';
import { camelCase } from '../entity/naming.ts';
import { syncDocuments } from '../graphql/sync-documents.ts';
import { graphqlRequest, readAnswer, type GraphqlAnswer } from '../testing/graphql-request.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
let ada: string;
let ben: string;
const log: string[] = [];

beforeAll(async () => {
  const logger = pino({ level: 'trace' }, { write: (line: string) => void log.push(line) });
  server = await startTestServer({ logger, limits: { requestsPerSecond: 10_000 } });
  ada = await server.tokenFor('ada');
  ben = await server.tokenFor('ben');
});

afterAll(() => server.stop());

const ask = (query: string, variables: Record<string, unknown> = {}, token = ada): Promise<GraphqlAnswer> =>
  graphqlRequest(server, { query, variables, token });

const UPSERT = `mutation ($scope: ID, $changes: [NoteUpsert!]!) {
  upsertNotes(scope: $scope, changes: $changes) {
    results { id outcome record { id title } error { code message field } }
  }
}`;

const LIMITED = `query ($limit: Int, $offset: Int) {
  notes(limit: $limit, offset: $offset) { id }
  noteDelta(limit: $limit) { records { id } }
}`;

interface Result {
  readonly outcome: string;
  readonly record: { readonly title: string } | null;
  readonly error: { readonly code: string } | null;
}

function resultsOf(answer: GraphqlAnswer): readonly Result[] {
  return (answer.data?.['upsertNotes'] as { results: Result[] } | undefined)?.results ?? [];
}

const codes = (answer: GraphqlAnswer) => answer.errors.map(({ extensions }) => extensions.code);

describe('documents', () => {
  test('the sync documents pass whatever their size, by their very text; the same text with a blank more does not', async () => {
    const { pull, push, heads } = syncDocuments(defineEntities(entities));
    const none = Object.fromEntries(
      defineEntities(entities).map(({ name }) => [`${camelCase(name)}Changes`, []]),
    );
    const asked = [
      [pull, {}, false],
      [push, { withDelta: true, ...none }, true],
      [heads, {}, false],
    ] as const;
    for (const [{ text }, variables, isLarge] of asked) {
      const answer = await ask(text, variables);
      expect([answer.status, answer.errors]).toEqual([200, []]);
      const other = await ask(`${text} `, variables);
      expect([other.status, codes(other)[0]]).toEqual(
        isLarge ? [400, 'GRAPHQL_VALIDATION_FAILED'] : [200, undefined],
      );
    }
  });

  test.each([
    ['a field', '{ viewr { id } }', {}],
    ['a nested field', '{ viewer { nam } }', {}],
    ['an argument', '{ notes(limt: 1) { id } }', {}],
    ['a type', 'query ($x: NoteUpser) { viewer { id } }', {}],
    ['a field of an input', 'mutation { upsertNotes(changes: [{ id: "a", titel: "x" }]) { epoch } }', {}],
    ['a field of a variable', UPSERT, { changes: [{ id: 'a', titel: 'x' }] }],
    ['a value of an enum', '{ notes(orderBy: [{ field: titel }]) { id } }', {}],
    ['introspection', '{ __schem { types { name } } }', {}],
    ['a directive', '{ viewer { id @includ(if: true) } }', {}],
  ])('security 6: %s that is misspelt: no hint at what is right', async (_, query, variables) => {
    const answer = await ask(query, variables);
    expect(answer.status).toBe(400);
    expect(answer.errors.length).toBeGreaterThan(0);
    expect(answer.text).not.toMatch(/did you mean/i);
  });

  const fragments = (body: (at: number) => string) =>
    Array.from({ length: 1_000 }, (_, at) => `fragment F${at} on Viewer { ${body(at)} }`).join(' ');
  test.each([
    ['17: 20,000 tokens', `{ viewer { ${'id '.repeat(20_000)} } }`],
    ['18: 1,000 circular fragments', `{ viewer { ...F0 } } ${fragments((at) => `...F${(at + 1) % 1_000}`)}`],
    [
      '18: 1,000 undefined fragments',
      `{ viewer { ${Array.from({ length: 1_000 }, (_, at) => `...U${at}`).join(' ')} } }`,
    ],
    ['19: 500 overlapping fields', `{ viewer { ${'x: id x: name '.repeat(250)} } }`],
    [
      '4: 10 unknown directives on a field',
      `{ viewer { id ${Array.from({ length: 10 }, (_, at) => `@x${at}`).join(' ')} } }`,
    ],
  ])('security %s: refused with a small answer', async (_, query) => {
    const answer = await ask(query);
    expect(answer.status).toBe(400);
    expect(answer.errors.length).toBeLessThanOrEqual(6);
    expect(answer.text.length).toBeLessThan(4_000);
  });
});

describe('amounts', () => {
  test.each([
    ['negative', { limit: -5, offset: -5 }],
    ['none', { limit: 0 }],
    ['the largest there is', { limit: 2 ** 31 - 1, offset: 2 ** 31 - 1 }],
  ])('security 20: %s: clamped', async (_, variables) => {
    expect(await ask(LIMITED, variables)).toMatchObject({ status: 200, errors: [] });
  });

  test.each([
    ['text', { limit: '10' }],
    ['beyond 32 bits', { limit: 1e12 }],
    ['a fraction', { limit: 1.5 }],
    ['a list', { offset: [1] }],
    ['not a number', { limit: null, offset: 'NaN' }],
  ])('security 20: %s: refused', async (_, variables) => {
    expect(codes(await ask(LIMITED, variables))).toContain('BAD_USER_INPUT');
  });

  test('security 21: a change of 1 MB is refused alone, a body of 5 MB as a whole', async () => {
    const big = await ask(UPSERT, { changes: [{ id: 'big', content: 'x'.repeat(1_000_000) }] });
    expect(resultsOf(big)[0]?.error?.code).toBe('TOO_LARGE');
    const body = await ask(UPSERT, { changes: [{ id: 'huge', content: 'x'.repeat(5_000_000) }] });
    expect(body).toMatchObject({ status: 413, errors: [{ extensions: { code: 'TOO_LARGE' } }] });
    expect(await server.sql("SELECT FROM note WHERE id IN ('big', 'huge')")).toEqual([]);
  });

  test('security 22: 2,000 bad inputs: a small answer, and nothing applied', async () => {
    const changes = Array.from({ length: 2_000 }, (_, at) => ({
      id: `bad-${at}`,
      nonsense: 'x'.repeat(100),
    }));
    const answer = await ask(UPSERT, { changes: [{ id: 'good' }, ...changes] });
    expect(answer.status).toBe(400);
    expect(answer.errors.length).toBeLessThanOrEqual(6);
    expect(answer.text.length).toBeLessThan(4_000);
    expect(await server.sql("SELECT FROM note WHERE id = 'good'")).toEqual([]);
  });
});

describe('tokens', () => {
  test('security 43: a token in a query string opens nothing', async () => {
    for (const name of ['token', 'access_token', 'authorization', 'Authorization']) {
      const url = `${server.url}/graphql?${name}=${encodeURIComponent(ada)}`;
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ viewer { id } }' }),
      });
      expect(answer.status).toBe(401);
    }
  });

  test('security 43: no token is in the log, wherever it was sent and whatever became of it', async () => {
    const [head, payload, signature] = ada.split('.');
    const spoilt = `${head}.${payload}.${signature?.split('').reverse().join('')}`;
    await fetch(`${server.url}/graphql?token=${ada}`, { headers: { authorization: `Bearer ${spoilt}` } });
    await fetch(`${server.url}/none/${'x'}?token=${ada}`, { headers: { cookie: `holdfast_session=${ada}` } });
    await ask('{ nonsense }');
    await ask(UPSERT, { changes: [{ id: ada }] });
    const text = log.join('\n');
    expect(text).toContain('"msg":"request"');
    for (const part of [payload, signature, spoilt]) expect(text).not.toContain(part);
  });
});

describe('other people', () => {
  /** Answers about a scope of somebody's and about one that nobody has, names made equal. */
  async function compare(query: string, variables: Record<string, unknown> = {}): Promise<void> {
    const texts = [];
    for (const scope of ['user:ben', 'user:zed']) {
      const { status, text } = await ask(query, { ...variables, scope });
      texts.push(`${status} ${text.replaceAll(scope, 'SCOPE')}`);
    }
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).toMatch(/SCOPE_FORBIDDEN|\{"note":null\}/);
    expect(texts[0]).not.toContain('private');
  }

  beforeAll(async () => {
    const changes = [{ id: 'bens', title: 'private', content: 'private' }];
    const made = await ask(UPSERT, { changes }, ben);
    expect(resultsOf(made)[0]?.outcome).toBe('APPLIED');
    await ask(
      'mutation { upsertNotebooks(changes: [{ id: "bens-book", name: "private" }]) { epoch } }',
      {},
      ben,
    );
  });

  test.each([
    ['one by id', 'query ($scope: ID!) { note(scope: $scope, id: "bens") { title } }'],
    ['a list', 'query ($scope: ID!) { notes(scopes: [$scope]) { title } }'],
    ['a count', 'query ($scope: ID!) { noteCount(scopes: [$scope]) }'],
    ['a delta', 'query ($scope: ID!) { noteDelta(scope: $scope) { records { title } } }'],
    ['a digest', 'query ($scope: ID!) { scopeDigest(scope: $scope) { count sha256 } }'],
    [
      'a delta after a push',
      'mutation ($scope: ID!) { upsertNotes(scope: $scope, changes: []) { delta { records { title } } } }',
    ],
  ])('security 44, 53: %s of another tenant: the same bytes as where there is nothing', async (_, query) => {
    await compare(query);
  });

  test.each([
    ['an edit', { id: 'bens', version: 1, title: 'mine' }],
    ['a creation', { id: 'bens', title: 'mine' }],
    ['a deletion', { id: 'bens', version: 1, deleted: true }],
    ['a restoration', { id: 'bens', deleted: false, title: 'mine' }],
  ])(
    'security 45: %s of a record of another tenant: the same bytes as where there is nothing',
    async (_, change) => {
      await compare(UPSERT, { changes: [change] });
      expect(await server.sql("SELECT title FROM note WHERE id = 'bens'")).toEqual([{ title: 'private' }]);
    },
  );

  test("security 44, 45: in one's own scope the id of another tenant's record is an id like any other", async () => {
    expect((await ask('{ note(id: "bens") { title } }')).data).toEqual({ note: null });
    const answers = [];
    for (const id of ['bens', 'none']) {
      const edit = await ask(UPSERT, { changes: [{ id, version: 1, title: 'x' }] });
      const create = await ask(UPSERT, { changes: [{ id, title: 'x' }] });
      answers.push(`${edit.text} ${create.text}`.replaceAll(id, 'ID'));
    }
    expect(answers[0]).toBe(answers[1]);
    expect(answers[0]).toContain('APPLIED');
  });

  test.each(['scope', 'position', 'createdAt', 'updatedAt', 'deletedAt', 'clocks'])(
    'security 46: %s in the input is refused',
    async (field) => {
      const answer = await ask(UPSERT, { changes: [{ id: 'forged', [field]: 'user:ben' }] });
      expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
      expect(await server.sql("SELECT FROM note WHERE id = 'forged'")).toEqual([]);
    },
  );

  test('security 46: a version beyond all others is a claim about what was seen, and never what is stored', async () => {
    await ask(UPSERT, { changes: [{ id: 'mine', title: 'one' }] });
    await ask(UPSERT, { changes: [{ id: 'mine', title: 'two', version: 2 ** 52 }] });
    const [row] = await server.sql<{ version: string }>("SELECT version FROM note WHERE id = 'mine'");
    expect(Number(row?.version)).toBeLessThan(100);
  });

  test('security 47: a reference into another tenant is missing, as one to nothing is', async () => {
    const answers = [];
    for (const notebookId of ['bens-book', 'none']) {
      const answer = await ask(UPSERT, { changes: [{ id: 'referring', notebookId }] });
      answers.push(answer.text.replaceAll(notebookId, 'ID'));
    }
    expect(answers[0]).toBe(answers[1]);
    expect(answers[0]).toContain('MISSING_REFERENCE');
  });

  test('security 48: a cursor of somebody else, flipped, cut or too long: a typed refusal and no rows', async () => {
    const delta = 'query ($since: SyncCursor) { noteDelta(since: $since) { cursor records { id } } }';
    const cursorOf = async (token: string) =>
      ((await ask(delta, {}, token)).data?.['noteDelta'] as { cursor: string }).cursor;
    const [mine, bens] = [await cursorOf(ada), await cursorOf(ben)];
    const flip = (at: number) => mine.slice(0, at) + (mine[at] === 'A' ? 'B' : 'A') + mine.slice(at + 1);
    const spoilt = [
      bens,
      mine + mine,
      mine.repeat(100),
      ...Array.from(mine, (_, at) => flip(at)),
      ...Array.from(mine, (_, at) => mine.slice(0, at)),
    ];
    for (const since of spoilt) {
      const answer = await ask(delta, { since });
      expect(answer.text).not.toContain('records');
      expect(['BAD_CURSOR', 'BAD_USER_INPUT']).toContain(codes(answer)[0]);
    }
  });

  test('security 53: a type of a forbidden scope is refused by every path', async () => {
    await server.access.ensureAccount({ id: 'kim', name: 'Kim' });
    const kim = await server.tokenFor('kim');
    const made = await ask(
      'mutation { upsertProducts(scope: "catalog", changes: [{ id: "mug", name: "Mug", price: 1200 }]) { results { outcome } } }',
      {},
      await server.tokenFor('sam'),
    );
    expect(made.text).toContain('APPLIED');
    for (const query of [
      '{ product(scope: "catalog", id: "mug") { name } }',
      '{ products(scopes: ["catalog"]) { name } }',
      '{ productCount(scopes: ["catalog"]) }',
      '{ productDelta(scope: "catalog") { records { name } } }',
      '{ scopeDigest(scope: "catalog") { count } }',
      'mutation { upsertProducts(scope: "catalog", changes: [{ id: "mug", price: 1 }]) { results { record { name } error { code } } } }',
    ]) {
      const answer = await ask(query, {}, kim);
      expect(answer.text).toMatch(/SCOPE_FORBIDDEN|\{"product":null\}/);
      expect(answer.text).not.toContain('Mug');
    }
    const reading = await ask(
      'mutation { upsertProducts(scope: "catalog", changes: [{ id: "mug", version: 1, price: 1 }]) { results { error { code } } } }',
    );
    expect(reading.text).toContain('SCOPE_FORBIDDEN');
    expect(await server.sql("SELECT price FROM product WHERE id = 'mug'")).toEqual([{ price: 1_200 }]);
  });
});

describe('values', () => {
  const META = [
    `'; DROP TABLE note; --`,
    `" OR 1=1 --`,
    `\\'; SELECT pg_sleep(10); --`,
    `$1 $$ $tag$ :name ?`,
    `%_%\\%`,
    `{"a":1}`,
    `\u2028 \u202e 🏴‍☠️ é`,
  ];

  test.each(META)('security 54: %j is stored as it is, and found as it is', async (text) => {
    const id = `meta-${META.indexOf(text)}`;
    expect(resultsOf(await ask(UPSERT, { changes: [{ id, title: text, tags: [text] }] }))).toMatchObject([
      { outcome: 'APPLIED', record: { title: text } },
    ]);
    const find = 'query ($filter: NoteFilter) { notes(filter: $filter) { id title } }';
    const filters = [{ title: { eq: text } }, { title: { contains: text } }, { tags: { contains: text } }];
    for (const filter of filters) {
      expect((await ask(find, { filter })).data).toEqual({ notes: [{ id, title: text }] });
    }
  });

  test.each(META)('security 54: %j as an id, a scope, a device or a cursor is refused', async (text) => {
    const device = { id: text, sentAt: '2026-01-31T12:00:00.000Z' };
    const seq = 1;
    const pushed = await ask(
      'mutation ($device: DeviceInput, $changes: [NoteUpsert!]!) { upsertNotes(device: $device, changes: $changes) { epoch } }',
      { device, changes: [{ id: 'x', seq, editedAt: device.sentAt }] },
    );
    expect(codes(pushed)).toEqual(['BAD_INPUT']);
    expect(resultsOf(await ask(UPSERT, { changes: [{ id: text }] }))[0]?.error?.code).toBe('BAD_INPUT');
    expect((await ask(UPSERT, { scope: text, changes: [{ id: 'x' }] })).text).toMatch(
      /SCOPE_FORBIDDEN|BAD_INPUT/,
    );
    const cursor = await ask('query ($c: SyncCursor) { noteDelta(since: $c) { cursor } }', { c: text });
    expect(['BAD_CURSOR', 'BAD_USER_INPUT']).toContain(codes(cursor)[0]);
  });

  const post = async (body: string): Promise<GraphqlAnswer> =>
    readAnswer(
      await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ada}`, 'content-type': 'application/json' },
        body,
      }),
    );
  const setting = (json: string) =>
    post(
      `{"query":"mutation ($c: [SettingUpsert!]!) { upsertSettings(changes: $c) { results { outcome error { code } } } }",
        "variables":{"c":[{"id":"probe","value":${json}}]}}`,
    );

  test('security 55: __proto__ alters no object of ours', async () => {
    for (const body of [
      `{"query":"{ viewer { id } }","__proto__":{"polluted":1}}`,
      `{"query":"{ viewer { id } }","variables":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}`,
      `{"query":"{ viewer { id } }","extensions":{"__proto__":{"holdfast":{"viewer":"ben"}}}}`,
    ]) {
      await post(body);
    }
    await setting('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect((await ask(UPSERT, { changes: [{ id: '__proto__', title: 'x' }] })).status).toBe(200);
  });

  test.each([
    ['JSON of a thousand levels', () => setting(`${'['.repeat(1_000)}${']'.repeat(1_000)}`)],
    ['a body of 500,000 levels', () => setting(`${'['.repeat(500_000)}${']'.repeat(500_000)}`)],
    ['NUL in JSON', () => setting('"a\\u0000b"')],
    ['half a character in JSON', () => setting('"\\ud800"')],
    ['NUL in a text', () => ask(UPSERT, { changes: [{ id: 'nul', title: 'a\u0000b' }] })],
    ['a huge number', () => setting('1e400')],
  ])('security 55: %s is refused with a code, and the process lives', async (_, send) => {
    const answer = await send();
    expect(answer.text).toMatch(/BAD_INPUT|BAD_USER_INPUT|TOO_LARGE/);
    expect(answer.text).not.toContain('INTERNAL');
    expect((await ask('{ viewer { id } }')).data).toEqual({ viewer: { id: 'ada' } });
  });

  test('security 55: half a character in a text is stored as it is or refused, and never becomes something else', async () => {
    const [result] = resultsOf(
      await post(
        `{"query":${JSON.stringify(UPSERT)},"variables":{"changes":[{"id":"half","title":"a\\ud800b"}]}}`,
      ),
    );
    expect(result?.error?.code === 'BAD_INPUT' || result?.record?.title === 'a\ud800b').toBe(true);
  });

  test('security 56: an unforeseen error is masked; its id is in the log beside the reason', async () => {
    const broken = await startTestServer({
      logger: pino({ level: 'error' }, { write: (line: string) => void log.push(line) }),
    });
    await broken.sql('ALTER TABLE public.note RENAME COLUMN title TO hunter2');
    const answer = await graphqlRequest(broken, { query: '{ notes { title } }', token: ada });
    await broken.stop();
    expect(codes(answer)).toEqual(['INTERNAL']);
    const { id } = answer.errors[0]?.extensions ?? {};
    expect(answer.text).not.toMatch(/hunter2|does not exist|SELECT|stack|\.ts/);
    const logged = log.filter((line) => line.includes(String(id)));
    expect(logged.join()).toMatch(/column .*title.* does not exist/);
  });
});
