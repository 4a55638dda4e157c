import { once } from 'node:events';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { graphqlRequest, type GraphqlAnswer } from '../testing/graphql-request.ts';
import { startOwnPostgres, type OwnPostgres } from '../testing/own-postgres.ts';
import { startTestServer, type TestServer, type TestServerOptions } from '../testing/test-server.ts';

let postgres: OwnPostgres;
let servers: TestServer[] = [];
let clients: pg.Client[] = [];

beforeAll(async () => {
  postgres = await startOwnPostgres();
});

afterEach(async () => {
  for (const client of clients) await client.end().catch(() => undefined);
  for (const server of servers) await server.stop();
  clients = [];
  servers = [];
});

afterAll(() => postgres.remove());

async function start(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startTestServer({ databaseUrl: postgres.url, ...options });
  servers.push(server);
  return server;
}

const PUSH = `mutation ($device: DeviceInput, $changes: [NoteUpsert!]!) {
  upsertNotes(scope: "team:demo", device: $device, changes: $changes) {
    results { outcome replayed record { id } }
  }
}`;

/** Number 1 of a device of its own: the same id is the same change. */
async function push(server: TestServer, id: string): Promise<GraphqlAnswer> {
  return graphqlRequest(server, {
    query: PUSH,
    variables: {
      device: { id: `device-${id}`, sentAt: '2026-01-31T12:00:00.000Z' },
      changes: [{ id, title: 'kept', seq: 1, editedAt: '2026-01-31T11:59:59.000Z' }],
    },
    token: await server.tokenFor('ada'),
  });
}

const applied = (id: string, replayed = false) => ({
  status: 200,
  data: { upsertNotes: { results: [{ outcome: 'APPLIED', replayed, record: { id } }] } },
});

const AWAY = [{ extensions: { code: 'UNAVAILABLE', retry: 'LATER' } }];

/** Whether the executor had been reached already makes no difference. */
function expectAway(answer: GraphqlAnswer): void {
  expect(answer).toMatchObject({ status: 503, errors: AWAY });
  expect(answer.headers.get('retry-after')).toBe('1');
}

const statusOf = async (server: TestServer, path: string) =>
  (await fetch(server.url + path, { headers: { connection: 'close' } })).status;

/** Holds the scope's counter, so that every push waits for it; the returned function lets go. */
async function holdCounter(server: TestServer): Promise<() => Promise<unknown>> {
  await push(server, 'first');
  const client = new pg.Client({ connectionString: postgres.url });
  client.on('error', () => undefined);
  clients.push(client);
  await client.connect();
  await client.query(`BEGIN; SELECT FROM holdfast.counter WHERE scope = 'team:demo' FOR UPDATE`);
  return () => client.query('COMMIT');
}

/** Returns once so many statements wait for a lock. */
async function untilWaiting(server: TestServer, count: number): Promise<void> {
  const waiting = `SELECT FROM pg_stat_activity WHERE application_name = 'holdfast' AND wait_event_type = 'Lock'`;
  while ((await server.sql(waiting)).length < count);
}

test('the database is stopped: typed answers, 503 with Retry-After; it is started: everything goes on without a restart', async () => {
  const server = await start();
  expect(await push(server, 'before')).toMatchObject(applied('before'));
  await postgres.stop();
  expectAway(await push(server, 'during'));
  expect(await statusOf(server, '/readyz')).toBe(503);
  expect(await statusOf(server, '/healthz')).toBe(200);
  const refused = new WebSocket(server.wsUrl, 'graphql-transport-ws');
  await once(refused, 'open');
  refused.send(JSON.stringify({ type: 'connection_init', payload: { token: await server.tokenFor('ada') } }));
  expect((await once(refused, 'close'))[0]).toBe(1013);

  await postgres.start();
  await expect.poll(() => statusOf(server, '/readyz')).toBe(200);
  expect(await push(server, 'during')).toMatchObject(applied('during'));
  expect(await push(server, 'before')).toMatchObject(applied('before', true));
});

test('R30 the connection for pokes comes back too', async () => {
  const [one, other] = [await start(), await start()];
  await postgres.stop();
  await postgres.start();
  const socket = new WebSocket(one.wsUrl, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { token: await one.tokenFor('ada') } }));
  await once(socket, 'message');
  const query = 'subscription { scopeHeads { scope } }';
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }));
  const poked = once(socket, 'message');
  for (let at = 0; ; at += 1) {
    await push(other, `poke-${at}`);
    if (await Promise.race([poked, new Promise((resolve) => setTimeout(resolve, 50, null))])) break;
  }
  expect(String((await poked)[0])).toContain('team:demo');
  socket.terminate();
});

test('I7 I8 Postgres is killed under a push: the answer is UNAVAILABLE, the retry takes effect once', async () => {
  const server = await start();
  await holdCounter(server);
  const unanswered = push(server, 'killed');
  await untilWaiting(server, 1);
  await postgres.kill();
  expectAway(await unanswered);
  await postgres.start();
  expect(await push(server, 'killed')).toMatchObject(applied('killed'));
  expect(await push(server, 'killed')).toMatchObject(applied('killed', true));
});

test('no connection is free: the request is told to come back, and nothing else is disturbed', async () => {
  const server = await start({ database: { poolSize: 2, connectTimeoutMs: 5_000 } });
  const release = await holdCounter(server);
  const holding = [push(server, 'one'), push(server, 'two')];
  await untilWaiting(server, 2);
  expectAway(await push(server, 'three'));
  await release();
  expect(await Promise.all(holding)).toMatchObject([applied('one'), applied('two')]);
  expect(await push(server, 'three')).toMatchObject(applied('three'));
});

test('security 28: a statement that takes too long is ended with a typed answer, and wrote nothing', async () => {
  const server = await start({ database: { statementTimeoutMs: 5_000 } });
  const release = await holdCounter(server);
  expectAway(await push(server, 'slow'));
  await release();
  expect(await push(server, 'slow')).toMatchObject(applied('slow'));
});

test('a stop begins with "not ready", and what balancers still send is served', async () => {
  const server = await start({ unreadyMs: 10_000 });
  const stopped = server.stop();
  expect(await statusOf(server, '/readyz')).toBe(503);
  expect(await push(server, 'late')).toMatchObject(applied('late'));
  await stopped;
  await expect(push(server, 'too-late')).rejects.toThrow();
});

test('a stop lets transactions under way end, and answers them', async () => {
  const server = await start({ shutdownMs: 20_000 });
  const release = await holdCounter(server);
  const underWay = push(server, 'finishing');
  await untilWaiting(server, 1);
  const socket = new WebSocket(server.wsUrl, 'graphql-transport-ws');
  await once(socket, 'open');
  const gone = once(socket, 'close');
  const stopped = server.stop();
  expect((await gone)[0]).toBe(1001);
  await release();
  expect(await underWay).toMatchObject(applied('finishing'));
  await stopped;
});

test('I7 I8 a request cut by the end of the stop: its transaction ends whole, and the retry is told so', async () => {
  const server = await start({ shutdownMs: 100 });
  const release = await holdCounter(server);
  const cut = push(server, 'cut');
  await untilWaiting(server, 1);
  const stopped = server.stop();
  await expect(cut).rejects.toThrow();
  await release();
  await stopped;
  expect(await push(await start(), 'cut')).toMatchObject(applied('cut', true));
});
