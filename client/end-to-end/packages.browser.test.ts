import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../api/testing/test-database.ts';
import { manifest } from '../generated/manifest.ts';
import type { Json } from '../sync/manifest.ts';
import { createTestSync } from '../testing/index.ts';
import { QUICK_SYNCS } from './chromium-flags.ts';
import { Consumer, pack } from './consumer.ts';
import { nodeScripts, webApp } from './consumer-files.ts';
import { openDevice } from './device.ts';

/** Packages are packed, fetched and compiled; on a busy machine that takes its time. */
const SLOW_MS = 900_000;

let folder: string;
let packed: Awaited<ReturnType<typeof pack>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-packages-'));
  packed = await pack(folder);
}, SLOW_MS);
afterAll(() => rm(folder, { recursive: true, force: true }));

test(
  'an empty Vite app that installs the client type-checks, builds, has a note sent with the app closed, and keeps one over a reload without a server',
  { timeout: SLOW_MS },
  async () => {
    const app = await Consumer.create(join(folder, 'web'), {
      files: webApp,
      packages: [
        packed.client,
        '@apollo/client',
        'graphql',
        'rxjs',
        'react',
        'react-dom',
        'vite',
        'typescript',
        '@types/react',
        '@types/react-dom',
      ],
    });
    expect(await app.typeErrors()).toEqual([]);
    await app.tool('vite/bin/vite.js', 'build', '--logLevel', 'error');
    await using site = await serve(join(app.folder, 'dist'));
    await using device = await openDevice({ flags: QUICK_SYNCS });
    const { page } = device;
    await page.goto(site.url);
    await page.getByText('Bread SYNCED').waitFor();

    // First of all: a wish to be woken that is repeated while the worker works may wait in Chromium until the network changes.
    await page.locator('main[data-background="on"]').waitFor();
    site.isCut = true;
    await page.getByRole('button', { name: 'Write' }).click();
    await page.locator('main[data-stored="1"]').waitFor();
    // A page that is closed at once may be gone before it has asked to be woken.
    await expect.poll(() => page.evaluate(tagsOfWorker), { timeout: 60_000 }).toHaveLength(1);
    await page.close();
    expect(device.context.pages()).toEqual([]);
    expect(site.titles()).toEqual(['Bread']);
    site.isCut = false;
    // Nothing is open that could send it but the worker.
    await expect.poll(site.titles, { timeout: 60_000 }).toEqual(['Bread', 'From a train']);

    const next = await device.context.newPage();
    await next.goto(site.url);
    await next.getByText('From a train SYNCED').waitFor();
    site.isCut = true;
    await next.getByRole('button', { name: 'Write' }).click();
    await next.locator('main[data-stored="1"]').waitFor();
    await next.reload();
    await next.getByText('From a train PENDING').waitFor();
    site.isCut = false;
    await expect.poll(() => next.getByText('From a train SYNCED').count()).toBe(2);
    expect(site.titles()).toHaveLength(3);
    expect(site.executions()).toEqual([1, 1]);
  },
);

test(
  'a plain Node project type-checks, syncs with the testing kit, and runs an API of its own',
  { timeout: SLOW_MS },
  async () => {
    const project = await Consumer.create(join(folder, 'node'), {
      files: nodeScripts,
      packages: [
        packed.client,
        packed.api,
        '@apollo/client',
        'graphql',
        'rxjs',
        'type-graphql',
        'typeorm',
        'class-validator',
        'graphql-scalars',
        'reflect-metadata',
        'typescript',
        '@types/node',
        '--omit=optional',
      ],
    });
    expect(await project.typeErrors()).toEqual([]);
    expect(JSON.parse(await project.node(['dist/client.js']))).toEqual({
      offline: { outcome: 'QUEUED', pending: 1 },
      titles: ['Milk', 'Bread'],
    });
    const database = await createTestDatabase();
    try {
      const answers = await project.node(['dist/api.js'], { DATABASE_URL: database.url });
      expect(JSON.parse(answers)).toEqual({
        written: { data: { upsertTasks: { results: [{ outcome: 'APPLIED' }] } } },
        read: { data: { tasks: [{ id: 't1', title: 'Pack', version: 1 }] } },
      });
    } finally {
      await database.drop();
    }
  },
);

test('nothing of React is behind the main entry, and nothing of Apollo behind the worker', async () => {
  const named = async (entry: string): Promise<readonly string[]> => {
    const [code = '', ...shared] = await withShared(entry);
    const names = [code, ...shared].flatMap((text) => [...text.matchAll(/from "([^."][^"]*)"/g)]);
    return [...new Set(names.map(([, name = '']) => name))].sort();
  };
  expect(await named('index.js')).not.toContainEqual(expect.stringMatching(/react/));
  expect(await named('worker.js')).not.toContainEqual(expect.stringMatching(/react|apollo|rxjs|^graphql$/));
  expect(await named('react.js')).toContain('react');
});

/** In the page: what the browser is asked to wake the worker for. */
async function tagsOfWorker(): Promise<readonly string[]> {
  const { sync } = (await navigator.serviceWorker.ready) as unknown as {
    sync: { getTags(): Promise<readonly string[]> };
  };
  return sync.getTags();
}

/** A built module and all of ours that it imports. */
async function withShared(file: string, seen = new Set<string>()): Promise<readonly string[]> {
  if (seen.has(file)) return [];
  seen.add(file);
  const code = await readFile(join(import.meta.dirname, '..', 'dist', 'lib', file), 'utf8');
  const imported = [...code.matchAll(/from "(\.[^"]*)"/g)].map(([, path = '']) => join(dirname(file), path));
  const all = await Promise.all(imported.map((path) => withShared(path, seen)));
  return [code, ...all.flat()];
}

/** The built app, and a sync server of the testing kit's behind it that can be cut off. */
async function serve(root: string) {
  const { server: records } = createTestSync({
    manifest,
    records: { Note: [{ id: 'n1', title: 'Bread' }] },
  });
  const site = { isCut: false };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url !== '/graphql') return sendFile(root, request, response);
    // No pokes here: what asks for a socket is refused like a connection that is cut.
    if (site.isCut || request.method !== 'POST') return void request.socket.destroy();
    const { operationName: name, query: text, variables, extensions } = await readJson(request);
    const viewer = extensions.holdfast.viewer;
    const result = records.answer({ document: { name, text }, variables, viewer }, 'ada');
    response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
  };
  // A page that is left gives up what it was sending.
  const giveUp = (request: IncomingMessage) => () => request.socket.destroy();
  const server = createServer((request, response) => void answer(request, response).catch(giveUp(request)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(site, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    /** How often each change was executed. */
    executions: () => [...records.executions.values()],
    titles: () => records.records('Note', 'user:ada').map((note) => note['title']),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.html': 'text/html; charset=utf-8',
};

async function sendFile(
  root: string,
  { url = '/' }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = join(root, url === '/' ? 'index.html' : url);
  const body = await readFile(path).catch(() => null);
  response.writeHead(body === null ? 404 : 200, { 'content-type': TYPES[extname(path)] ?? 'text/plain' });
  response.end(body);
}

interface Body {
  readonly operationName: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, Json>>;
  readonly extensions: { readonly holdfast: { readonly viewer: string } };
}

async function readJson(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Body;
}
