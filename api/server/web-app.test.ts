import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { webAppRoutes } from './web-app.ts';

let folder: string;
let server: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-web-app-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), `<!doctype html>${'<p>page</p>'.repeat(500)}`);
  await writeFile(join(folder, 'sw.js'), 'worker()');
  await writeFile(join(folder, 'assets', 'main-a1B2c3D4.js'), 'run();'.repeat(1_000));
  server = createServer(express().use(webAppRoutes(folder)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

function ask(path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    get({ port, path, headers, agent: false }, (response) => resolve(response.resume())).on('error', reject);
  });
}

test('files that are named for their content are kept for ever, everything else is asked for anew', async () => {
  const kept = async (path: string) => (await ask(path)).headers['cache-control'];
  expect(await kept('/assets/main-a1B2c3D4.js')).toBe('public, max-age=31536000, immutable');
  expect(await kept('/sw.js')).toBe('no-cache');
  expect(await kept('/')).toBe('no-cache');
});

test('what is served is compressed as far as the browser can read it', async () => {
  const encoding = async (path: string, accepted: string) =>
    (await ask(path, { 'accept-encoding': accepted })).headers['content-encoding'];
  expect(await encoding('/assets/main-a1B2c3D4.js', 'gzip, br')).toBe('br');
  expect(await encoding('/', 'gzip')).toBe('gzip');
  expect(await encoding('/', 'identity')).toBeUndefined();
});

test('an address of the app is its page, a file that is not there is not', async () => {
  expect(await ask('/somewhere', { accept: 'text/html' })).toMatchObject({ statusCode: 200 });
  expect(await ask('/assets/gone.js', { accept: '*/*' })).toMatchObject({ statusCode: 404 });
});
