import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { createClient, type Client } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { graphqlRequest } from '../testing/graphql-request.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

const POKES = 'subscription ($scopes: [ID!]) { scopeHeads(scopes: $scopes) { scope head accessChanged } }';

interface Poke {
  readonly scope: string;
  readonly head: number;
  readonly accessChanged: boolean;
}

let server: TestServer;
const clients: Client[] = [];
const sockets: WebSocket[] = [];

beforeAll(async () => {
  server = await startTestServer({ limits: { socketsPerUser: 3, subscriptionsPerSocket: 2 } });
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
  for (const socket of sockets.splice(0)) socket.terminate();
});

afterAll(() => server.stop());

/** A subscription that is known to be live: its first poke was made and seen before this returns. */
async function watch(user: string, scopes: readonly string[] | undefined, wake: string) {
  const token = await server.tokenFor(user);
  const pokes: Poke[] = [];
  let close: (event: { code: number }) => void = () => undefined;
  const closed = new Promise<{ code: number }>((resolve) => (close = resolve));
  const arrivals = new Set<() => void>();
  const client = createClient({
    url: server.wsUrl,
    webSocketImpl: WebSocket,
    connectionParams: { token },
    retryAttempts: 0,
    on: { closed: (event) => close(event as { code: number }) },
  });
  clients.push(client);
  client.subscribe<{ scopeHeads: Poke }>(
    { query: POKES, variables: { scopes } },
    {
      next: ({ data }) => {
        if (data) pokes.push(data.scopeHeads);
        for (const arrived of arrivals) arrived();
      },
      error: () => undefined,
      complete: () => undefined,
    },
  );
  const until = async (holds: () => boolean, again: () => Promise<unknown> = () => Promise.resolve()) => {
    while (!holds()) {
      const arrived = new Promise<void>((resolve) => arrivals.add(resolve));
      await again();
      await Promise.race([arrived, new Promise((resolve) => setTimeout(resolve, 100))]);
    }
  };
  await until(
    () => pokes.length > 0,
    () => write(user, wake),
  );
  return { pokes, until, closed };
}

let written = 0;

async function write(user: string, scope: string): Promise<number> {
  const answer = await graphqlRequest(server, {
    query: `mutation ($scope: ID, $id: ID!) {
      upsertNotes(scope: $scope, changes: [{ id: $id, title: "news" }]) { results { record { version } } }
    }`,
    variables: { scope, id: `note-${written++}` },
    token: await server.tokenFor(user),
  });
  const { results } = answer.data?.['upsertNotes'] as { results: { record: { version: number } }[] };
  return results[0]?.record.version ?? 0;
}

/** A bare socket: what goes wrong below the level of a well-behaved client. */
function open(options: { origin?: string; protocol?: string; path?: string } = {}): WebSocket {
  const url = options.path === undefined ? server.wsUrl : server.wsUrl.replace('/graphql', options.path);
  const socket = new WebSocket(url, options.protocol ?? 'graphql-transport-ws', { ...options });
  sockets.push(socket);
  return socket;
}

function closeOf(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.once('close', resolve));
}

function statusOf(socket: WebSocket): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    socket.once('unexpected-response', (_, response) => resolve(response.statusCode));
    socket.once('open', () => reject(new Error('it was let in')));
    socket.once('error', () => undefined);
  });
}

function nextMessage(socket: WebSocket): Promise<{ type: string; payload?: unknown }> {
  return new Promise((resolve) =>
    socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString()) as { type: string })),
  );
}

async function init(socket: WebSocket, payload: unknown): Promise<{ type: string } | number> {
  if (socket.readyState === WebSocket.CONNECTING) await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload }));
  return Promise.race([nextMessage(socket), closeOf(socket)]);
}

test('R30 a commit by one user pokes another one who shares the scope, and carries no data', async () => {
  const ben = await watch('ben', ['team:demo'], 'team:demo');
  const head = await write('ada', 'team:demo');
  await ben.until(() => ben.pokes.some((poke) => poke.head >= head));
  expect(new Set(ben.pokes.map((poke) => poke.scope))).toEqual(new Set(['team:demo']));
});

test('R29 R30 what server code writes pokes devices, too', async () => {
  const ben = await watch('ben', ['team:demo'], 'team:demo');
  const change = { id: 'from-the-server', values: { title: 'Welcome' } };
  const [result] = await server.write('team:demo', [{ type: 'Note', change }]);
  const head = result?.record?.version ?? Number.NaN;
  await ben.until(() => ben.pokes.some((poke) => poke.head >= head));
});

test("a commit in another user's scope pokes nobody else", async () => {
  const ben = await watch('ben', undefined, 'user:ben');
  await write('ada', 'user:ada');
  const last = await write('ada', 'team:demo');
  await ben.until(() => ben.pokes.some((poke) => poke.scope === 'team:demo' && poke.head >= last));
  expect(ben.pokes.map((poke) => poke.scope)).not.toContain('user:ada');
});

test('security 64: a scope without access is refused by a typed error, before any poke', async () => {
  const client = createClient({
    url: server.wsUrl,
    webSocketImpl: WebSocket,
    connectionParams: { token: await server.tokenFor('ben') },
  });
  clients.push(client);
  const refusal = new Promise((resolve, reject) =>
    client.subscribe(
      { query: POKES, variables: { scopes: ['user:ada'] } },
      { next: ({ errors }) => resolve(errors), error: reject, complete: () => undefined },
    ),
  );
  expect(await refusal).toMatchObject([{ extensions: { code: 'SCOPE_FORBIDDEN', retry: 'NEVER' } }]);
});

test('security 63 R31: the socket is closed with 4403 when its token ends', async () => {
  const token = await server.tokenFor('ada', { lifetimeS: 1 });
  const socket = open();
  const closed = closeOf(socket);
  expect(await init(socket, { token })).toMatchObject({ type: 'connection_ack' });
  expect(await closed).toBe(4403);
});

test('security 63 R31: the socket is closed with 4403 when a membership ends, and other users keep theirs', async () => {
  for (const id of ['dora', 'emil']) {
    await server.access.ensureAccount({ id, name: id });
    await server.access.grant(id, 'team:pair', 'WRITE');
  }
  const dora = await watch('dora', undefined, 'team:pair');
  const emil = await watch('emil', undefined, 'team:pair');
  await server.access.revoke('dora', 'team:pair');
  expect((await dora.closed).code).toBe(4403);
  const head = await write('emil', 'team:pair');
  await emil.until(() => emil.pokes.some((poke) => poke.head >= head));
});

test('security 42 R31: the socket is closed with 4403 when the account is switched off', async () => {
  await server.access.ensureAccount({ id: 'fred', name: 'Fred' });
  const fred = await watch('fred', undefined, 'user:fred');
  await server.access.disable('fred');
  expect((await fred.closed).code).toBe(4403);
});

test.each([
  ['no payload', undefined],
  ['no token', {}],
  ['a token that is none', { token: 'nonsense' }],
  ['a token of the wrong type', { token: 7 }],
])('connection_init with %s: closed with 4401', async (_, payload) => {
  expect(await init(open(), payload)).toBe(4401);
});

test('security 59: the session cookie signs a socket in, a page of another origin may not use it', async () => {
  const cookie = `holdfast_session=${await server.tokenFor('ada')}`;
  const own = new WebSocket(server.wsUrl, 'graphql-transport-ws', {
    headers: { cookie },
    origin: server.url,
  });
  sockets.push(own);
  expect(await init(own, undefined)).toMatchObject({ type: 'connection_ack' });
  for (const origin of ['https://evil.example', 'null', `${server.url}.evil.example`, 'http://localhost:1']) {
    expect(await statusOf(open({ origin }))).toBe(403);
  }
});

test('another path is no socket', async () => {
  expect(await statusOf(open({ path: '/other' }))).toBe(404);
});

test.each([
  ['garbage', 'garbage', 4400],
  [
    'a subscription before the init',
    JSON.stringify({ type: 'subscribe', id: '1', payload: { query: POKES } }),
    4401,
  ],
  ['security 61: a message beyond 64 kB', 'x'.repeat(65 * 1024), 1009],
])('%s: closed', async (_, message, code) => {
  const socket = open();
  socket.once('open', () => socket.send(message));
  expect(await closeOf(socket)).toBe(code);
});

test('security 60: a second init: closed with 4429', async () => {
  const socket = open();
  await init(socket, { token: await server.tokenFor('ada') });
  socket.send(JSON.stringify({ type: 'connection_init' }));
  expect(await closeOf(socket)).toBe(4429);
});

test('queries, mutations and operations do not go over the socket (BAD_INPUT), and the limits of documents hold', async () => {
  const socket = open();
  await init(socket, { token: await server.tokenFor('ada') });
  const ask = (id: string, query: string, extensions = {}) => {
    socket.send(JSON.stringify({ type: 'subscribe', id, payload: { query, extensions } }));
    return nextMessage(socket);
  };
  const code = (value: string) => ({
    type: 'error',
    payload: [{ extensions: { code: value, retry: 'NEVER' } }],
  });
  expect(await ask('1', '{ viewer { id } }')).toMatchObject(code('BAD_INPUT'));
  expect(await ask('2', 'mutation { upsertNotes(changes: []) { epoch } }')).toMatchObject(code('BAD_INPUT'));
  expect(await ask('3', 'subscription { scopeHeds { scope } }')).toMatchObject(
    code('GRAPHQL_VALIDATION_FAILED'),
  );
  const operation = 'mutation { placeOrder(orderId: "o") { id } }';
  const extensions = { holdfast: { device: { id: 'd' }, seq: 1 } };
  expect(await ask('6', operation, extensions)).toMatchObject(code('BAD_INPUT'));
  expect(await ask('4', 'subscription {')).toMatchObject(code('GRAPHQL_PARSE_FAILED'));
  const wide = `subscription { scopeHeads { ${'head '.repeat(500)} } }`;
  expect(await ask('5', wide)).toMatchObject({ type: 'error' });
});

test('security 62: sockets of one user and subscriptions of one socket are capped', async () => {
  await server.access.ensureAccount({ id: 'gina', name: 'Gina' });
  const token = await server.tokenFor('gina');
  const mine: WebSocket[] = [];
  while (mine.length < 3) {
    const socket = open();
    expect(await init(socket, { token })).toMatchObject({ type: 'connection_ack' });
    mine.push(socket);
  }
  const fourth = open();
  await new Promise((resolve) => fourth.once('open', resolve));
  fourth.send(JSON.stringify({ type: 'connection_init', payload: { token } }));
  expect(await closeOf(fourth)).toBe(1013);

  const [socket] = mine;
  const refused = new Promise((resolve) => {
    socket?.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { type: string };
      if (message.type === 'error') resolve(message);
    });
  });
  for (const id of ['1', '2', '3']) {
    socket?.send(
      JSON.stringify({ type: 'subscribe', id, payload: { query: 'subscription { scopeHeads { head } }' } }),
    );
  }
  expect(await refused).toMatchObject({ id: '3', payload: [{ extensions: { code: 'TOO_MANY_REQUESTS' } }] });
});

/** A request of which the server has the head and not yet the body. */
async function begin(url: string, token: string): Promise<{ finish: () => Promise<number | undefined> }> {
  const body = JSON.stringify({ query: '{ viewer { scopes { head } } }' });
  const request = httpRequest(`${url}/graphql`, {
    method: 'POST',
    headers: {
      ...{ authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...{ 'content-length': Buffer.byteLength(body), expect: '100-continue' },
    },
  });
  const answer = new Promise<number | undefined>((resolve, reject) => {
    request.once('response', (response) => resolve(response.resume().statusCode)).once('error', reject);
  });
  request.flushHeaders();
  await once(request, 'continue');
  return {
    finish: () => {
      request.end(body);
      return answer;
    },
  };
}

test('a server that stops tells its sockets to come back (1001) and finishes requests under way', async () => {
  const other = await startTestServer({ databaseUrl: server.databaseUrl, shutdownMs: 20_000 });
  const token = await other.tokenFor('ada');
  const socket = new WebSocket(other.wsUrl, 'graphql-transport-ws');
  await init(socket, { token });
  const gone = closeOf(socket);
  const underWay = await begin(other.url, token);
  const stopped = other.stop();
  expect(await gone).toBe(1001);
  expect(await underWay.finish()).toBe(200);
  await stopped;
  await expect(fetch(`${other.url}/healthz`)).rejects.toThrow();
});
