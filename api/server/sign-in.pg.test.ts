import { request as httpRequest } from 'node:http';
import { getIntrospectionQuery } from 'graphql';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { graphqlRequest, readAnswer } from '../testing/graphql-request.ts';
import { TEST_TOKENS } from '../testing/test-config.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

const WHO = '{ viewer { id } }';
const refused = [
  { message: expect.any(String) as string, extensions: { code: 'UNAUTHENTICATED', retry: 'NEVER' } },
];

let closed: TestServer;
let demo: TestServer;

beforeAll(async () => {
  closed = await startTestServer();
  demo = await startTestServer({ demo: true });
});

afterAll(async () => {
  await closed.stop();
  await demo.stop();
});

function forged(claims: Record<string, unknown>): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + 300;
  return new SignJWT({ sub: 'ada', iss: TEST_TOKENS.issuer, aud: TEST_TOKENS.audience, exp, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(TEST_TOKENS.key.secret));
}

test('a good token gets in, and the answer is not to be stored', async () => {
  const answer = await graphqlRequest(closed, { query: WHO, token: await closed.tokenFor('ada') });
  expect(answer).toMatchObject({ status: 200, data: { viewer: { id: 'ada' } }, errors: [] });
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('x-powered-by')).toBeNull();
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(answer.headers.get('access-control-allow-origin')).toBeNull();
});

test.each([
  ['security 33: no token', () => undefined],
  ['security 33: an empty token', () => ''],
  ['a token that is none', () => 'nonsense'],
  ['security 34: an unsigned token', () => new UnsecuredJWT({ sub: 'ada' }).encode()],
  ['security 38: another audience', () => forged({ aud: 'others' })],
  ['security 38: another issuer', () => forged({ iss: 'others' })],
  ['security 37: a token that has ended', () => forged({ exp: 1 })],
  ['security 37: a token without an end', () => forged({ exp: undefined })],
  ['a user without an account', () => forged({ sub: 'nobody' })],
] as [string, () => string | undefined | Promise<string>][])(
  '%s: 401 in the shape of GraphQL',
  async (_, token) => {
    const given = await token();
    const answer = await graphqlRequest(closed, {
      query: WHO,
      ...(given === undefined ? {} : { token: given }),
    });
    expect(answer).toMatchObject({ status: 401, data: undefined, errors: refused });
  },
);

test('security 33: two Authorization headers: 401', async () => {
  const token = await closed.tokenFor('ada');
  const status = await new Promise((resolve, reject) => {
    const request = httpRequest(`${closed.url}/graphql`, { method: 'POST' }, (response) =>
      resolve(response.statusCode),
    );
    request.setHeader('authorization', [`Bearer ${token}`, `Bearer ${token}`]);
    request.once('error', reject).end();
  });
  expect(status).toBe(401);
});

test('security 42: a disabled account is out at once', async () => {
  await closed.access.ensureAccount({ id: 'carol', name: 'Carol' });
  const token = await closed.tokenFor('carol');
  expect((await graphqlRequest(closed, { query: WHO, token })).status).toBe(200);
  await closed.access.disable('carol');
  expect(await graphqlRequest(closed, { query: WHO, token })).toMatchObject({ status: 401, errors: refused });
});

test('WRONG_VIEWER: a request made for another user is refused and writes nothing', async () => {
  const answer = await graphqlRequest(closed, {
    query: 'mutation { upsertNotes(changes: [{ id: "foreign", title: "x" }]) { results { outcome } } }',
    token: await closed.tokenFor('ada'),
    extensions: { holdfast: { protocol: 1, viewer: 'ben' } },
  });
  expect(answer).toMatchObject({
    status: 401,
    errors: [{ extensions: { code: 'WRONG_VIEWER', retry: 'NEVER' } }],
  });
  expect(await closed.sql("SELECT 1 FROM note WHERE id = 'foreign'")).toEqual([]);
});

test('security 9, 10, 80: closed by default: no demo sign-in, no playground, no introspection, no hints', async () => {
  const token = await closed.tokenFor('ada');
  for (const path of ['/demo/session', '/graphiql', '/']) {
    expect((await fetch(closed.url + path)).status).toBe(404);
  }
  const signIn = await fetch(`${closed.url}/demo/sign-in`, { method: 'POST' });
  expect(signIn.status).toBe(404);
  const schema = await graphqlRequest(closed, { query: '{ __schema { types { name } } }', token });
  expect(schema).toMatchObject({ status: 400, data: undefined });
  const misspelt = await graphqlRequest(closed, { query: '{ viever { id } }', token });
  expect(misspelt.text).not.toMatch(/did you mean/i);
  expect((await fetch(`${closed.url}/graphql`, { headers: { accept: 'text/html' } })).status).toBe(401);
});

test('demo mode: sign-in as ada or ben by an HttpOnly cookie that works like a token', async () => {
  const response = await fetch(`${demo.url}/demo/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ account: 'ben' }),
  });
  const body = (await response.json()) as { token: string };
  expect(body).toMatchObject({ id: 'ben', name: 'Ben', token: expect.any(String) as string });
  const cookie = response.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^holdfast_session=[^;]+; .*HttpOnly; SameSite=Lax/);
  const session = cookie.split(';')[0] ?? '';

  const byCookie = await graphqlRequest(demo, { query: WHO, headers: { cookie: session } });
  expect(byCookie.data).toEqual({ viewer: { id: 'ben' } });
  expect((await graphqlRequest(demo, { query: WHO, token: body.token })).data).toEqual({
    viewer: { id: 'ben' },
  });
  const who = await fetch(`${demo.url}/demo/session`, { headers: { cookie: session } });
  expect(await who.json()).toMatchObject({ id: 'ben', name: 'Ben' });
  const out = await fetch(`${demo.url}/demo/sign-out`, { method: 'POST' });
  expect(out.headers.get('set-cookie')).toMatch(/^holdfast_session=;.*1970/);
});

test('demo mode: nobody is signed in without asking, and only the two accounts exist', async () => {
  expect(await (await fetch(`${demo.url}/demo/session`)).json()).toEqual({ user: null });
  const answer = await fetch(`${demo.url}/demo/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ account: 'root' }),
  });
  expect(await readAnswer(answer)).toMatchObject({
    status: 400,
    errors: [{ extensions: { code: 'BAD_INPUT' } }],
  });
});

test('demo mode: the playground is one page with a policy of its own, and signs its visitor in', async () => {
  const page = await fetch(`${demo.url}/graphiql`);
  const html = await page.text();
  expect(page.headers.get('content-security-policy')).toContain("connect-src 'self'");
  expect(html).toContain('Holdfast playground');
  expect(html).not.toMatch(/<(script|link)[^>]+(src|href)="https?:/);
  const cookie = (page.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const answer = await graphqlRequest(demo, {
    query: '{ viewer { id } __schema { queryType { name } } }',
    headers: { cookie },
  });
  expect(answer.data).toMatchObject({ viewer: { id: 'ada' }, __schema: { queryType: { name: 'Query' } } });
});

test('demo mode: the schema can be read whole, and not in circles', async () => {
  const token = await demo.tokenFor('ada');
  const whole = {
    descriptions: true,
    specifiedByUrl: true,
    inputValueDeprecation: true,
    schemaDescription: true,
  };
  const answer = await graphqlRequest(demo, { query: getIntrospectionQuery(whole), token });
  expect(answer).toMatchObject({ status: 200, errors: [], data: { __schema: expect.any(Object) as object } });
  const circles =
    '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }';
  expect((await graphqlRequest(demo, { query: circles, token })).status).toBe(400);
});

test('demo mode: a foreign name that points at this machine is refused', async () => {
  const status = await new Promise((resolve, reject) => {
    const options = { headers: { host: `evil.example:${demo.port}` } };
    const request = httpRequest(`${demo.url}/demo/session`, options, (response) =>
      resolve(response.statusCode),
    );
    request.once('error', reject).end();
  });
  expect(status).toBe(400);
});
