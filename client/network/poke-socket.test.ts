import type { AddressInfo } from 'node:net';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { afterEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createPokeSocket, pokeUrl } from './poke-socket.ts';
import { systemRandom, systemTimers } from './system-clock.ts';
import { createTokenSource, type GetToken } from './token-source.ts';
import type { Host, HostEvent, Poke } from '../sync/ports.ts';

const schema = buildSchema(`
  type Query { ok: Boolean }
  type ScopeHead { scope: ID! head: Int! accessChanged: Boolean! }
  type Subscription { scopeHeads(scopes: [ID!]): ScopeHead! }
`);
const document = {
  name: 'HoldfastPokes',
  text: 'subscription HoldfastPokes($scopes: [ID!]) { scopeHeads(scopes: $scopes) { scope head accessChanged } }',
  sha256: 'aa',
};
const poke: Poke = { scope: 'team:demo', head: 7, accessChanged: false };

const cleanups: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface ServerOptions {
  readonly onConnect?: (token: unknown, count: number) => boolean;
  /** Called once for each subscription; what it yields is sent. */
  readonly feed?: (socket: WebSocket) => AsyncIterable<Poke>;
  readonly port?: number;
}

async function startServer(options: ServerOptions = {}) {
  let connections = 0;
  const tokens: unknown[] = [];
  const server = new WebSocketServer({ port: options.port ?? 0, host: '127.0.0.1' });
  const feed = options.feed ?? endless;
  useServer(
    {
      schema,
      onConnect: ({ connectionParams }) => {
        tokens.push(connectionParams?.['token']);
        connections += 1;
        return options.onConnect?.(connectionParams?.['token'], connections) ?? true;
      },
      subscribe: ({ contextValue }) => values(feed(contextValue as WebSocket)),
      context: ({ extra }) => extra.socket,
    },
    server,
  );
  await new Promise((resolve) => server.once('listening', resolve));
  const stop = () => {
    server.clients.forEach((client) => client.terminate());
    return new Promise((resolve) => server.close(resolve));
  };
  cleanups.push(stop);
  const { port } = server.address() as AddressInfo;
  return { server, stop, tokens, port, url: `ws://127.0.0.1:${port}` };
}

async function* values(feed: AsyncIterable<Poke>) {
  for await (const scopeHeads of feed) yield { data: { scopeHeads } };
}

async function* endless(): AsyncGenerator<Poke> {
  yield poke;
  await new Promise(() => undefined);
}

class ManualHost implements Host {
  private listener: (event: HostEvent) => void = () => undefined;
  isOnline = () => true;
  isVisible = () => true;
  listen(listener: (event: HostEvent) => void) {
    this.listener = listener;
    return () => (this.listener = () => undefined);
  }
  tell(event: HostEvent) {
    this.listener(event);
  }
}

/** Records what a listener hears and lets a test wait for it. */
class Heard {
  readonly pokes: Poke[] = [];
  connected = 0;
  private waiting: (() => void)[] = [];
  readonly listener = {
    onPoke: (heard: Poke) => {
      this.pokes.push(heard);
      this.wake();
    },
    onConnected: () => {
      this.connected += 1;
      this.wake();
    },
  };
  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
  wake() {
    this.waiting.splice(0).forEach((resolve) => resolve());
  }
}

function listenTo(url: string, options: { getToken?: GetToken; host?: Host; firstBackoffMs?: number } = {}) {
  const heard = new Heard();
  const source = createPokeSocket({
    url,
    document,
    tokens: createTokenSource(options.getToken),
    timers: systemTimers,
    random: systemRandom,
    webSocketImpl: WebSocket,
    firstBackoffMs: options.firstBackoffMs ?? 5,
    ...(options.host ? { host: options.host } : {}),
  });
  const stop = source.listen(heard.listener);
  cleanups.push(stop);
  return { heard, stop };
}

test('pokes arrive over a connection that carries the token', async () => {
  const server = await startServer();
  const { heard } = listenTo(server.url, { getToken: () => 'a.b.c' });
  await heard.until(() => heard.pokes.length === 1);
  expect(heard.pokes).toEqual([poke]);
  expect(heard.connected).toBe(1);
  expect(server.tokens).toEqual(['a.b.c']);
});

test.each([1001, 1002, 1011, 4400, 4429, 4500])(
  'a close with %i is followed by a new connection',
  async (code) => {
    let feeds = 0;
    const server = await startServer({
      feed: async function* (socket) {
        feeds += 1;
        if (feeds === 1) socket.close(code, 'again');
        else yield* endless();
        await new Promise(() => undefined);
      },
    });
    const { heard } = listenTo(server.url);
    await heard.until(() => heard.pokes.length === 1);
    expect(heard.connected).toBe(2);
  },
);

test('a subscription that the server ends is begun again', async () => {
  let feeds = 0;
  const server = await startServer({
    feed: async function* () {
      feeds += 1;
      yield { ...poke, head: feeds };
    },
  });
  const { heard } = listenTo(server.url);
  await heard.until(() => heard.pokes.length >= 3);
  expect(heard.pokes.slice(0, 3).map((each) => each.head)).toEqual([1, 2, 3]);
});

test('a server that is not there yet is found when it comes', async () => {
  const first = await startServer();
  await first.stop();
  const { heard } = listenTo(first.url);
  await startServer({ port: first.port });
  await heard.until(() => heard.connected === 1);
  expect(heard.connected).toBe(1);
});

test('R31 after a close with 4403 a fresh token is asked for before connecting again', async () => {
  const server = await startServer({ onConnect: (token) => token === 'token-2' });
  let asked = 0;
  const { heard } = listenTo(server.url, { getToken: () => `token-${++asked}` });
  await heard.until(() => heard.pokes.length === 1);
  expect(server.tokens).toEqual(['token-1', 'token-2']);
  expect(asked).toBe(2);
});

test('coming back online ends the wait for the next attempt', async () => {
  const host = new ManualHost();
  let tries = 0;
  const tried = new Heard();
  const server = await startServer({
    onConnect: () => {
      tries += 1;
      return tries > 1;
    },
  });
  server.server.on('connection', (socket) => socket.on('close', () => tried.wake()));
  const { heard } = listenTo(server.url, { host, firstBackoffMs: 86_400_000 });
  await tried.until(() => tries === 1);
  const nudge = setInterval(() => host.tell('online'), 2);
  cleanups.push(() => clearInterval(nudge));
  await heard.until(() => heard.pokes.length === 1);
  expect(tries).toBe(2);
});

test('a listener that stopped hears nothing and its connection is closed', async () => {
  const server = await startServer();
  const { heard, stop } = listenTo(server.url);
  await heard.until(() => heard.pokes.length === 1);
  const closed = new Promise((resolve) => [...server.server.clients][0]?.once('close', resolve));
  stop();
  await closed;
  expect(server.server.clients.size).toBe(0);
  expect(heard.connected).toBe(1);
});

test('the socket has the address of the endpoint', () => {
  expect(pokeUrl('/graphql', 'https://app.example/notes')).toBe('wss://app.example/graphql');
  expect(pokeUrl('http://localhost:4000/graphql')).toBe('ws://localhost:4000/graphql');
});
