import { gzipSync } from 'node:zlib';
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphqlRequest, readAnswer, type GraphqlAnswer } from '../testing/graphql-request.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
let token: string;

beforeAll(async () => {
  server = await startTestServer();
  token = await server.tokenFor('ada');
});

afterAll(() => server.stop());

const PUSH = `mutation ($scope: ID, $changes: [NoteUpsert!]!) {
  upsertNotes(scope: $scope, changes: $changes) { results { id outcome error { code message field } } }
}`;

const send = (query: string, variables: Record<string, unknown> = {}): Promise<GraphqlAnswer> =>
  graphqlRequest(server, { query, variables, token });

const push = (change: Record<string, unknown>, scope?: string): Promise<GraphqlAnswer> =>
  send(PUSH, { changes: [change], scope });

async function expectNothingWritten(): Promise<void> {
  expect(await server.sql('SELECT id FROM note')).toEqual([]);
}

/** The refusal of the one change that was sent. */
function refusalOf(answer: GraphqlAnswer): unknown {
  const payload = answer.data?.['upsertNotes'] as
    { results: { outcome: string; error: unknown }[] } | undefined;
  expect(payload?.results).toHaveLength(1);
  expect(payload?.results[0]?.outcome).toBe('REJECTED');
  return payload?.results[0]?.error;
}

describe('a whole operation is refused with a code, and nothing is written', () => {
  test.each([
    ['an unknown field of the input', { id: 'a', colour: 'red' }],
    ['a wrong type', { id: 'a', title: 7 }],
    ['a missing id', { title: 'no id' }],
    ['null where a value belongs', { id: null }],
    ['a position that is none', { id: 'a', version: 'newest' }],
    ['a time that is none', { id: 'a', editedAt: 'yesterday' }],
    ['security 46: a scope inside the change', { id: 'a', scope: 'user:ben' }],
  ] as [string, Record<string, unknown>][])('%s', async (_, change) => {
    const answer = await push(change);
    expect(answer).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'BAD_USER_INPUT', retry: 'NEVER' } }],
    });
    expect(answer.data ?? null).toBeNull();
    await expectNothingWritten();
  });

  test('an unknown field of the schema', async () => {
    const answer = await send('{ notes { nonsense } }');
    expect(answer).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED', retry: 'NEVER' } }],
    });
  });

  test('a document that cannot be parsed', async () => {
    const answer = await send('{ notes {');
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }] });
  });

  test.each(['team:other', 'user:ben', 'not a scope'])(
    'the scope %s, whether it exists or not',
    async (scope) => {
      const [reading] = (await send('query ($scope: ID) { noteDelta(scope: $scope) { cursor } }', { scope }))
        .errors;
      expect(reading?.extensions).toEqual({ code: 'SCOPE_FORBIDDEN', retry: 'NEVER' });
      const written = await push({ id: 'a', title: 'x' }, scope);
      expect(written.text).toContain('SCOPE_FORBIDDEN');
      await expectNothingWritten();
    },
  );

  test.each(['x', '', 'eyJhIjoxfQ', 'a'.repeat(10_000), '💥'])(
    'security 48 R6: the broken cursor %#',
    async (since) => {
      const answer = await send('query ($since: SyncCursor) { noteDelta(since: $since) { cursor } }', {
        since,
      });
      expect(answer.errors).toHaveLength(1);
      expect(['BAD_CURSOR', 'BAD_USER_INPUT']).toContain(answer.errors[0]?.extensions.code);
      expect(answer.data ?? null).toBeNull();
    },
  );

  test('security 48 R6: a cursor of another scope', async () => {
    const mine = await send('{ noteDelta { cursor } }');
    const { cursor } = mine.data?.['noteDelta'] as { cursor: string };
    const answer = await send(
      'query ($c: SyncCursor) { noteDelta(scope: "team:demo", since: $c) { cursor } }',
      {
        c: cursor,
      },
    );
    expect(answer.errors[0]?.extensions.code).toBe('BAD_CURSOR');
  });

  test('security 21: 1,001 changes in a push', async () => {
    const changes = Array.from({ length: 1_001 }, (_, at) => ({ id: `n${at}` }));
    const answer = await send(PUSH, { changes });
    expect(answer.errors[0]?.extensions.code).toBe('TOO_LARGE');
    expect(answer.text.length).toBeLessThan(1_000);
    await expectNothingWritten();
  });

  test('security 21: a body beyond the limit: 413', async () => {
    const answer = await push({ id: 'a', content: 'x'.repeat(3_000_000) });
    expect(answer).toMatchObject({
      status: 413,
      errors: [{ extensions: { code: 'TOO_LARGE', retry: 'NEVER' } }],
    });
    await expectNothingWritten();
  });
});

describe('one change is refused with a code, and nothing is written', () => {
  test.each([
    ['an id with other characters', { id: 'a/b' }, 'BAD_INPUT'],
    ['an id that is too long', { id: 'a'.repeat(65) }, 'BAD_INPUT'],
    ['an empty id', { id: '' }, 'BAD_INPUT'],
    ['a title that is too long', { id: 'a', title: 'x'.repeat(201) }, 'BAD_INPUT'],
    ['null for a field that has none', { id: 'a', title: null }, 'BAD_INPUT'],
    ['security 55: a character that cannot be stored', { id: 'a', title: 'nul \u0000' }, 'BAD_INPUT'],
    ['security 21: a text that is too large', { id: 'a', content: 'x'.repeat(300_000) }, 'TOO_LARGE'],
    ['a reference to nothing', { id: 'a', notebookId: 'none' }, 'MISSING_REFERENCE'],
    ['an edit of what is not there', { id: 'a', version: 7, title: 'x' }, 'GONE'],
  ] as [string, Record<string, unknown>, string][])('%s', async (_, change, code) => {
    expect(refusalOf(await push(change))).toMatchObject({
      code,
      message: expect.stringMatching(/\w/) as string,
    });
    await expectNothingWritten();
  });
});

describe('requests that are no operation', () => {
  const post = async (body: BodyInit, headers: Record<string, string>): Promise<GraphqlAnswer> =>
    readAnswer(
      await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, ...headers },
        body,
      }),
    );
  const JSON_TYPE = { 'content-type': 'application/json' };

  test.each([
    ['broken JSON', '{', JSON_TYPE],
    ['JSON that is no object', '7', JSON_TYPE],
    [
      'security 2: ten operations in an array',
      JSON.stringify(Array(10).fill({ query: '{ viewer { id } }' })),
      JSON_TYPE,
    ],
    ['security 11: a form', 'query={viewer{id}}', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['text', '{"query":"{viewer{id}}"}', { 'content-type': 'text/plain' }],
    ['no query', '{}', JSON_TYPE],
    [
      'security 24: an exotic charset',
      '{"query":"{viewer{id}}"}',
      { 'content-type': 'application/json; charset=utf-7' },
    ],
    ['an unknown encoding', '{"query":"{viewer{id}}"}', { ...JSON_TYPE, 'content-encoding': 'exotic' }],
  ])('%s: refused with a code', async (_, body, headers) => {
    const answer = await post(body, headers);
    expect([400, 415]).toContain(answer.status);
    expect(answer.errors[0]?.extensions).toMatchObject({
      code: expect.any(String) as string,
      retry: 'NEVER',
    });
  });

  test('security 23: a small body that unpacks into a large one: 413', async () => {
    const answer = await post(gzipSync(Buffer.alloc(20_000_000, ' ')), {
      ...JSON_TYPE,
      'content-encoding': 'gzip',
    });
    expect(answer).toMatchObject({ status: 413, errors: [{ extensions: { code: 'TOO_LARGE' } }] });
  });

  test('security 7, 8, 25: a mutation by GET, and a query by GET that a foreign page could send: refused', async () => {
    const get = async (query: string, headers: Record<string, string>): Promise<number> => {
      const url = `${server.url}/graphql?query=${encodeURIComponent(query)}`;
      return (await fetch(url, { headers: { authorization: `Bearer ${token}`, ...headers } })).status;
    };
    expect(
      await get('mutation { upsertNotes(changes: []) { epoch } }', { 'apollo-require-preflight': '1' }),
    ).toBe(405);
    expect(await get('{ viewer { id } }', { 'content-type': 'text/plain' })).toBe(400);
  });
});

describe('documents that cost too much', () => {
  const bomb = (): string => {
    const levels = Array.from(
      { length: 22 },
      (_, at) => `fragment F${at} on Viewer { ...F${at + 1} ...F${at + 1} }`,
    );
    return `{ viewer { ...F0 } } ${levels.join(' ')} fragment F22 on Viewer { id }`;
  };
  test.each([
    [
      'security 1: 101 aliases',
      `{ ${Array.from({ length: 101 }, (_, at) => `a${at}: viewer { id }`).join(' ')} }`,
    ],
    ['security 5: one field 500 times', `{ viewer { ${'id '.repeat(500)} } }`],
    ['security 16: a fragment bomb of 1 kB', bomb()],
    [
      'security 18: circular fragments',
      `{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }`,
    ],
    ['security 4: 50 unknown directives', `{ viewer { id ${'@x '.repeat(50)} } }`],
    ['security 17: too many tokens', `{ viewer { id } } ${'fragment X on Viewer { id } '.repeat(300)}`],
    [
      'security 3: circular introspection',
      `{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }`,
    ],
  ])('%s: refused, with a few errors at most', async (_, query) => {
    const answer = await send(query);
    expect(answer).toMatchObject({ status: 400, data: undefined });
    expect(answer.errors.length).toBeGreaterThan(0);
    expect(answer.errors.length).toBeLessThanOrEqual(6);
    expect(answer.errors.map((error) => error.extensions.code)).not.toContain('INTERNAL');
  });
});

test('security 29: one user who floods is told to wait, another one is served', async () => {
  const small = await startTestServer({ databaseUrl: server.databaseUrl, limits: { requestsPerSecond: 2 } });
  const query = '{ viewer { id } }';
  const flood = await Promise.all(Array.from({ length: 30 }, () => graphqlRequest(small, { query, token })));
  const refused = flood.filter(({ status }) => status === 429);
  expect(refused.length).toBe(10);
  expect(refused[0]?.errors[0]?.extensions).toEqual({ code: 'TOO_MANY_REQUESTS', retry: 'LATER' });
  expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
  const other = await graphqlRequest(small, { query, token: await small.tokenFor('ben') });
  expect(other.status).toBe(200);
  await small.stop();
});

describe('security 14: GraphQL over HTTP, as graphql-http audits it', () => {
  // Some audits read the schema.
  let open: TestServer;
  beforeAll(async () => {
    open = await startTestServer({ demo: true, databaseUrl: server.databaseUrl });
  });
  afterAll(() => open.stop());

  const audits = serverAudits({
    url: 'http://audited/graphql',
    fetchFn: (url: string, init: RequestInit = {}) => {
      const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` };
      return fetch(url.replace('http://audited', open.url), { ...init, headers });
    },
  });
  test.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (_, audit) => {
    const result = await audit.fn();
    // A warning is about what the specification recommends; an error is about what it demands.
    expect(result.status, 'reason' in result ? result.reason : '').not.toBe('error');
  });
});
