import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer } from '../test-server.ts';
import type { TestServer } from '../test-server.ts';
import { runConformance } from './run-conformance.ts';
import type { SyncDocuments, WirePage, WireResult } from './wire.ts';

const schemaFile = (name: string) => readFile(new URL(`../../../schema/${name}`, import.meta.url), 'utf8');

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Page = Mutable<Omit<WirePage, 'records'>> & { records: WirePage['records'][number][] };
type Variables = Record<string, unknown>;

/** What is wrong with a server that works otherwise. */
interface Fault {
  readonly request?: (variables: Variables) => void;
  readonly page?: (page: Page, type: string) => void;
  readonly result?: (result: Mutable<WireResult>) => void;
  readonly answer?: (text: string) => string;
}

let server: TestServer;
let proxy: Server;
let url: string;
let fault: Fault = {};
let known: { readonly sdl: string; readonly documents: SyncDocuments };

beforeAll(async () => {
  server = await startTestServer();
  known = {
    sdl: await schemaFile('schema.graphql'),
    documents: JSON.parse(await schemaFile('sync-documents.json')) as SyncDocuments,
  };
  proxy = createServer((request, response) => {
    void (async () => {
      const answer = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(request.headers.authorization === undefined
            ? {}
            : { authorization: request.headers.authorization }),
        },
        body: breakRequest(await text(request)),
      });
      const body = breakAnswer(await answer.text());
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body);
    })();
  });
  proxy.on('upgrade', (_request, socket) => socket.destroy());
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/graphql`;
});

afterAll(async () => {
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
  await server.stop();
});

function breakRequest(body: string): string {
  const request = JSON.parse(body) as { variables?: Variables };
  if (request.variables !== undefined) fault.request?.(request.variables);
  return JSON.stringify(request);
}

interface Part {
  readonly records?: unknown;
  readonly results?: readonly WireResult[];
  readonly delta?: Page;
}

function breakAnswer(body: string): string {
  const answer = JSON.parse(fault.answer?.(body) ?? body) as { data?: Record<string, Part | null> | null };
  for (const [type, part] of Object.entries(answer.data ?? {})) {
    if (part !== null) breakPart(part, type);
  }
  return JSON.stringify(answer);
}

function breakPart(part: Part, type: string): void {
  const page = part.records === undefined ? part.delta : (part as Page);
  if (page) fault.page?.(page, type);
  for (const result of part.results ?? []) fault.result?.(result);
}

function changesOf(variables: Variables): Record<string, unknown>[] {
  return Object.entries(variables).flatMap(([name, value]) =>
    name.endsWith('Changes') ? (value as Record<string, unknown>[]) : [],
  );
}

async function verdictsOf(wrong: Fault, rules: readonly string[]): Promise<Record<string, string>> {
  fault = wrong;
  const { verdicts } = await runConformance({
    url,
    token: await server.tokenFor('ada'),
    otherTokens: [await server.tokenFor('ben')],
    types: ['Note', 'Notebook'],
    rules,
    ...known,
  });
  return Object.fromEntries(verdicts.map(({ rule, verdict }) => [rule, verdict]));
}

test('a server that is not broken passes through the same proxy', async () => {
  expect(await verdictsOf({}, ['R1', 'R12', 'R33'])).toEqual({ R1: 'passed', R12: 'passed', R33: 'passed' });
});

const faults: readonly (readonly [string, readonly string[], Fault])[] = [
  ['drops a record of a delta', ['R1', 'R2', 'R4'], { page: ({ records }) => void records.shift() }],
  ['delivers in another order', ['R1'], { page: ({ records }) => void records.reverse() }],
  [
    'delivers no tombstones',
    ['R1'],
    { page: (page) => (page.records = page.records.filter(({ deletedAt }) => deletedAt === null)) },
  ],
  ['never says that there is more', ['R3', 'R8'], { page: (page) => (page.hasMore = false) }],
  [
    'reads each type at another moment',
    ['R2'],
    { page: (page, type) => (page.at = { ...page.at, head: page.at.head + type.length }) },
  ],
  ['forgets the floor of a cycle', ['R5'], { page: (page) => (page.at = { ...page.at, floor: null }) }],
  [
    'claims a position above the head',
    ['R7'],
    { page: (page) => (page.at = { ...page.at, position: 2 ** 50 }) },
  ],
  [
    'takes any cursor, and begins anew',
    ['R6'],
    {
      request: (variables) =>
        Object.keys(variables).forEach((name) => name.endsWith('Since') && delete variables[name]),
    },
  ],
  [
    'tells scopes that exist from those that do not',
    ['R6'],
    { answer: (body) => (body.includes('SCOPE_FORBIDDEN') ? body.replace('You', `${count()} You`) : body) },
  ],
  ['reports nothing as executed', ['R9'], { page: (page) => (page.at = { ...page.at, executed: 0 }) }],
  [
    'does not look at the epoch',
    ['R10'],
    { request: ({ device }) => void (device && delete (device as Variables)['epoch']) },
  ],
  [
    'answers versions that are not those of the records',
    ['R1', 'R23'],
    {
      result: (result) => {
        if (result.record !== null)
          result.record = { ...result.record, version: result.record.version + count() };
      },
    },
  ],
  [
    'takes groups apart',
    ['R11'],
    { request: (variables) => changesOf(variables).forEach((change) => delete change['group']) },
  ],
  ['answers a replay as new', ['R12'], { result: (result) => (result.replayed = false) }],
  ['executes what is repeated', ['R12', 'R13'], { request: (variables) => delete variables['device'] }],
  [
    'lets the last write win, whatever it was made on',
    ['R20', 'R22', 'R24'],
    {
      request: (variables) =>
        changesOf(variables).forEach((change) => {
          if (typeof change['version'] === 'number') change['version'] = 2 ** 50;
          delete change['base'];
        }),
    },
  ],
  ['keeps silent about conflicts', ['R20', 'R22'], { result: (result) => (result.conflicts = []) }],
  [
    'says that a change is queued',
    ['R22', 'R23'],
    { result: (result) => void (result.outcome === 'SUPERSEDED' && (result.outcome = 'QUEUED')) },
  ],
  [
    'goes by the time of arrival',
    ['R25'],
    { request: (variables) => changesOf(variables).forEach((change) => delete change['editedAt']) },
  ],
  [
    'goes by the clock of the device',
    ['R25'],
    {
      request: ({ device }) => {
        if (device) (device as Variables)['sentAt'] = new Date().toISOString();
      },
    },
  ],
  ['answers another digest', ['R33'], { answer: (body) => body.replaceAll(/"sha256":"./g, '"sha256":"_') }],
  ['has no WebSocket', ['R30'], {}],
  [
    'refuses with codes of its own',
    ['Refusals'],
    { answer: (body) => body.replace('UNAUTHENTICATED', 'WHO_ARE_YOU') },
  ],
];

let counted = 0;

function count(): number {
  counted += 1;
  return counted;
}

test.each(faults)('a server that %s is caught: %j', { timeout: 120_000 }, async (_, rules, wrong) => {
  const expected = Object.fromEntries(rules.map((rule) => [rule, 'FAILED']));
  expect(await verdictsOf(wrong, rules)).toEqual(expected);
});
