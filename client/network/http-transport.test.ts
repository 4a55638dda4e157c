import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createHttpTransport } from './http-transport.ts';
import { systemClock } from './system-clock.ts';
import { createTokenSource, type GetToken } from './token-source.ts';
import type { TransportRequest } from '../sync/ports.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()));
});

async function serve(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    return closed;
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

function answering(status: number, headers: Record<string, string>, body: string): RequestListener {
  return (request, response) => {
    request.resume().on('end', () => response.writeHead(status, headers).end(body));
  };
}

function transportTo(uri: string, options: { getToken?: GetToken; timeoutMs?: number } = {}) {
  return createHttpTransport({
    uri,
    protocol: 1,
    tokens: createTokenSource(options.getToken),
    clock: systemClock,
    timeoutMs: options.timeoutMs ?? 20_000,
  });
}

const request: TransportRequest = {
  document: { name: 'HoldfastHeads', text: 'query HoldfastHeads { viewer { id } }' },
  variables: { scope: 'team:demo' },
  viewer: 'ada',
};
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

test('a request has the shape the protocol asks for', async () => {
  const seen: { method?: string | undefined; headers?: IncomingHttpHeaders; body?: unknown } = {};
  const uri = await serve((incoming, response) => {
    let text = '';
    incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    incoming.on('end', () => {
      Object.assign(seen, { method: incoming.method, headers: incoming.headers, body: JSON.parse(text) });
      response.writeHead(200, JSON_TYPE).end('{"data":{}}');
    });
  });
  await transportTo(uri, { getToken: () => 'a.b.c' }).send({ ...request, keepalive: true });
  expect(seen.method).toBe('POST');
  expect(seen.headers).toMatchObject({
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json',
    authorization: 'Bearer a.b.c',
  });
  expect(seen.body).toEqual({
    operationName: 'HoldfastHeads',
    query: request.document.text,
    variables: { scope: 'team:demo' },
    extensions: { holdfast: { protocol: 1, viewer: 'ada' } },
  });
});

test.each([200, 400, 401, 429, 500, 503])('status %i is answered with its parsed body', async (status) => {
  const body = { errors: [{ message: 'no', extensions: { code: 'UNAUTHENTICATED', retry: 'NEVER' } }] };
  const uri = await serve(answering(status, JSON_TYPE, JSON.stringify(body)));
  expect(await transportTo(uri).send(request)).toEqual({
    kind: 'answered',
    status,
    retryAfterMs: null,
    body,
  });
});

test('graphql-response+json is read as well', async () => {
  const uri = await serve(
    answering(200, { 'content-type': 'application/graphql-response+json' }, '{"data":{"a":1}}'),
  );
  expect(await transportTo(uri).send(request)).toMatchObject({ body: { data: { a: 1 } } });
});

test.each([
  ['120', null, 120_000],
  ['Sat, 31 Jan 2026 12:01:00 GMT', 'Sat, 31 Jan 2026 12:00:00 GMT', 60_000],
  ['Sat, 31 Jan 2026 11:00:00 GMT', 'Sat, 31 Jan 2026 12:00:00 GMT', 0],
  ['soon', null, null],
])('Retry-After "%s" is understood', async (value, date, expected) => {
  const headers = { ...JSON_TYPE, 'retry-after': value, ...(date === null ? {} : { date }) };
  const uri = await serve(answering(503, headers, '{"errors":[]}'));
  expect(await transportTo(uri).send(request)).toMatchObject({ status: 503, retryAfterMs: expected });
});

test.each([
  ['another content type', { 'content-type': 'text/html' }, '{"data":{}}'],
  ['no content type', {}, '{"data":{}}'],
  ['broken JSON', JSON_TYPE, '{"data":{"a":'],
  ['no GraphQL response', JSON_TYPE, '[1,2]'],
  ['errors that are no list', JSON_TYPE, '{"errors":"oh"}'],
  ['an empty body', JSON_TYPE, ''],
] as const)('%s gives a null body', async (_what, headers, body) => {
  const uri = await serve(answering(200, headers, body));
  expect(await transportTo(uri).send(request)).toMatchObject({ kind: 'answered', status: 200, body: null });
});

test('a body cut in the middle gives a null body', async () => {
  const uri = await serve((incoming, response) => {
    incoming.resume().on('end', () => {
      response.writeHead(200, { ...JSON_TYPE, 'content-length': '5000' });
      response.write('{"data":{"a":1}}', () => response.destroy());
    });
  });
  expect(await transportTo(uri).send(request)).toMatchObject({ kind: 'answered', status: 200, body: null });
});

test('nobody listening is unreachable', async () => {
  const uri = await serve(answering(200, JSON_TYPE, '{}'));
  await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()));
  expect(await transportTo(uri).send(request)).toMatchObject({ kind: 'unreachable' });
});

test('a connection that is closed without an answer is unreachable', async () => {
  const uri = await serve((incoming) => incoming.socket.destroy());
  expect(await transportTo(uri).send(request)).toMatchObject({ kind: 'unreachable' });
});

test('a server that never answers is given up after the timeout', async () => {
  const uri = await serve(() => undefined);
  const answer = await transportTo(uri, { timeoutMs: 30 }).send(request);
  expect(answer).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('timeout') });
});

test('a body that never ends is given up after the timeout', async () => {
  const uri = await serve((_incoming, response) => {
    response.writeHead(200, JSON_TYPE).write('{"data":');
  });
  expect(await transportTo(uri, { timeoutMs: 60 }).send(request)).toMatchObject({ kind: 'unreachable' });
});

test('an app that cannot give its token just now is unreachable, not signed out', async () => {
  const uri = await serve(answering(200, JSON_TYPE, '{"data":{}}'));
  const getToken = () => Promise.reject(new Error('identity provider is down'));
  const answer = await transportTo(uri, { getToken }).send(request);
  expect(answer).toEqual({ kind: 'unreachable', message: 'identity provider is down' });
});

test('a refreshed token is used by the next request', async () => {
  const seen: (string | undefined)[] = [];
  const uri = await serve((incoming, response) => {
    seen.push(incoming.headers.authorization);
    answering(401, JSON_TYPE, '{"errors":[]}')(incoming, response);
  });
  const tokens = ['old', 'new'];
  const transport = transportTo(uri, { getToken: () => tokens.shift() ?? null });
  await transport.send(request);
  await transport.send(request);
  expect(await transport.refreshToken()).toBe(true);
  await transport.send(request);
  expect(seen).toEqual(['Bearer old', 'Bearer old', 'Bearer new']);
  expect(await transport.refreshToken()).toBe(false);
});
