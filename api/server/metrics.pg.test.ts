import { afterAll, beforeAll, expect, test } from 'vitest';
import { graphqlRequest } from '../testing/graphql-request.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

const TOKEN = 'a-token-for-scrapers-alone';
let server: TestServer;
let token: string;

beforeAll(async () => {
  server = await startTestServer({ metricsToken: TOKEN, purgeIntervalMs: 50 });
  token = await server.tokenFor('ada');
});

afterAll(() => server.stop());

const scrape = (authorization?: string) =>
  fetch(`${server.url}/metrics`, { headers: authorization === undefined ? {} : { authorization } });

/** The value of one sample; 0 when it is not there. */
async function sample(name: string): Promise<number> {
  const text = await (await scrape(`Bearer ${TOKEN}`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.split(' ').at(-1) ?? 0);
}

test('security 69: metrics are not public: absent unless switched on, and only for their own token', async () => {
  const silent = await startTestServer({ databaseUrl: server.databaseUrl });
  expect(
    (await fetch(`${silent.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })).status,
  ).toBe(404);
  await silent.stop();
  for (const authorization of [
    undefined,
    '',
    'Bearer',
    `Bearer ${token}`,
    `Bearer ${TOKEN}x`,
    `Basic ${TOKEN}`,
  ]) {
    expect((await scrape(authorization)).status).toBe(401);
  }
  const answer = await scrape(`Bearer ${TOKEN}`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
});

test('security 69: health says up or down and nothing else', async () => {
  const [health, ready] = await Promise.all(['/healthz', '/readyz'].map((path) => fetch(server.url + path)));
  expect(await health?.json()).toEqual({ status: 'ok' });
  expect(await ready?.json()).toEqual({ status: 'ok' });
});

test('pushes, refusals, deltas and their rows are counted, and nothing of what users wrote is shown', async () => {
  await graphqlRequest(server, {
    query: `mutation { upsertNotes(scope: "team:demo", changes: [
      { id: "counted", title: "private words" }, { id: "counted-2" }, { id: "a/b" }
    ]) { results { outcome } } }`,
    token,
  });
  await graphqlRequest(server, { query: '{ noteDelta(scope: "team:demo") { records { id } } }', token });
  await graphqlRequest(server, { query: '{ noteDelta(scope: "team:other") { records { id } } }', token });
  await graphqlRequest(server, { query: '{ viewer { id } }' });
  expect(await sample('holdfast_changes_total{outcome="APPLIED",code="",replayed="false"}')).toBe(2);
  expect(await sample('holdfast_changes_total{outcome="REJECTED",code="BAD_INPUT",replayed="false"}')).toBe(
    1,
  );
  expect(await sample('holdfast_delta_pages_total{reset="false"}')).toBe(1);
  expect(await sample('holdfast_delta_rows_total')).toBe(2);
  expect(await sample('holdfast_refusals_total{code="SCOPE_FORBIDDEN"}')).toBe(1);
  expect(await sample('holdfast_refusals_total{code="UNAUTHENTICATED"}')).toBeGreaterThan(0);
  expect(await sample('holdfast_engine_seconds_count{call="push"}')).toBe(1);
  expect(await sample('holdfast_http_request_seconds_count{route="graphql",status="401"}')).toBe(1);
  expect(await sample('holdfast_pokes_total')).toBeGreaterThan(0);
  expect(await sample('holdfast_pool_connections{state="idle"}')).toBeGreaterThan(0);
  expect(await sample('holdfast_sockets')).toBe(0);
  expect(await sample('process_cpu_seconds_total')).toBeGreaterThan(0);
  const text = await (await scrape(`Bearer ${TOKEN}`)).text();
  expect(text).not.toMatch(/private words|counted|team:|ada|postgres:/);
});

test('tombstones beyond the retention are purged from time to time', async () => {
  const write = (change: string) =>
    graphqlRequest(server, { query: `mutation { upsertNotes(changes: [${change}]) { epoch } }`, token });
  await write('{ id: "old" }, { id: "young" }');
  await write('{ id: "old", version: 1, deleted: true }, { id: "young", version: 2, deleted: true }');
  await server.sql(
    `SET search_path = public; SET holdfast.engine = 'on';
      UPDATE note SET deleted_at = deleted_at - interval '91 days' WHERE id = 'old'; RESET holdfast.engine`,
  );
  while ((await sample('holdfast_purged_total{kind="tombstone"}')) === 0);
  expect(await server.sql("SELECT id FROM note WHERE scope = 'user:ada'")).toEqual([{ id: 'young' }]);
});
