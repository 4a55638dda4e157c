import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { TcpProxy } from '../../api/testing/tcp-proxy.ts';
import { QUICK_SYNCS } from './chromium-flags.ts';
import { openDevice } from './device.ts';
import { FieldNotes, serveFieldNotes } from './field-notes.ts';

const ADAS_NOTES = 'holdfast/field-notes//ada';

const server = await serveFieldNotes();
let proxy: TcpProxy;
beforeEach(async () => {
  proxy = await TcpProxy.start({ targetPort: server.port });
});
afterEach(() => proxy.stop());

const rowsOf = (title: string) =>
  server.sql<{ scope: string; version: string }>('select scope, version from note where title = $1', [title]);

/**
 * Ada wrote this without a connection, and closed the app after the browser had been asked to wake the worker, if it is. What is
 * open then is a page without the app, or none.
 */
async function writtenOffline(title: string, { isPaused = false } = {}) {
  const device = await openDevice({ flags: QUICK_SYNCS });
  const ada = await FieldNotes.signIn(device, proxy.url, 'Ada');
  if (isPaused) await device.page.evaluate(() => window.holdfast?.sync.pause());
  const bare = await device.context.newPage();
  await bare.goto(`${proxy.url}/healthz`);
  proxy.block();
  await device.page.bringToFront();
  await ada.writeNote(title, 'Written in a tunnel.');
  const tags = async () => (await syncOf(bare)).evaluate((manager) => manager.getTags());
  // A page that is closed at once may be gone before it has asked.
  if (!isPaused) await expect.poll(tags).toEqual([ADAS_NOTES]);
  await device.page.close();
  return { ...device, bare };
}

interface SyncManager {
  register(tag: string): Promise<void>;
  getTags(): Promise<readonly string[]>;
}

const syncOf = (page: Page) =>
  page.evaluateHandle(
    async () =>
      ((await navigator.serviceWorker.getRegistration('/')) as unknown as { sync: SyncManager }).sync,
  );

/** Fires a sync of Ada's notes and returns once the worker is done with it: the browser then forgets the tag. */
async function flushed(page: Page): Promise<void> {
  const sync = await syncOf(page);
  const untilDone = () =>
    expect.poll(() => sync.evaluate((manager) => manager.getTags()), { timeout: 60_000 }).toEqual([]);
  // What a page had asked for may be under way: a tag that is registered anew meanwhile waits for a change of the network.
  await untilDone();
  await sync.evaluate((manager, tag) => manager.register(tag), ADAS_NOTES);
  await untilDone();
}

const signIn = (page: Page, account: string) =>
  page.evaluate(async (id) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch('/demo/sign-in', {
      method: 'POST',
      headers,
      body: JSON.stringify({ account: id }),
    });
    if (!response.ok) throw new Error(`sign-in answered ${response.status}`);
  }, account);

test('I16 security 70 a note written offline reaches Postgres with every page closed, as soon as there is a connection', async () => {
  await using device = await writtenOffline('Tunnel');
  const { bare } = device;
  await bare.close();
  expect(device.context.pages()).toEqual([]);
  expect(await rowsOf('Tunnel')).toEqual([]);
  proxy.restore();
  await expect.poll(() => rowsOf('Tunnel'), { timeout: 60_000 }).toMatchObject([{ scope: 'user:ada' }]);

  const page = await device.context.newPage();
  await page.goto(proxy.url);
  await page.getByRole('link', { name: 'Tunnel' }).getByText('Synced').waitFor();
  await page.waitForFunction(() => window.holdfast?.sync.status().backgroundSync === 'on');
  // Not one answer of the API is in a cache.
  const cached = await page.evaluate(async () => {
    const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const requests = await Promise.all(caches_.map((cache) => cache.keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });
  expect(cached.length).toBeGreaterThan(3);
  expect(
    cached.filter(
      (path) => !/^\/(assets\/[^/]+|index\.html|first-paint\.js|[\w-]+\.(svg|png|webmanifest))$/.test(path),
    ),
  ).toEqual([]);
});

test('a pause is obeyed by the worker', async () => {
  await using device = await writtenOffline('Held back', { isPaused: true });
  const { bare } = device;
  proxy.restore();
  await flushed(bare);
  expect(await rowsOf('Held back')).toEqual([]);
  await bare.goto(proxy.url);
  await bare.waitForFunction(() => window.holdfast?.sync.status().pending === 1);
  await bare.evaluate(() => window.holdfast?.sync.resume());
  await expect.poll(() => rowsOf('Held back')).toHaveLength(1);
});

test('I25 the worker sends nothing of one user under the session of another, and keeps it for their return', async () => {
  await using device = await writtenOffline('Only Ada');
  const { bare } = device;
  await device.context.clearCookies();
  proxy.restore();
  await signIn(bare, 'ben');
  await flushed(bare);
  expect(await rowsOf('Only Ada')).toEqual([]);
  await signIn(bare, 'ada');
  await flushed(bare);
  expect(await rowsOf('Only Ada')).toMatchObject([{ scope: 'user:ada', version: expect.any(String) }]);
});

test('I25 a sync that fires after the sign-out makes no database anew', async () => {
  await using device = await writtenOffline('Thrown away');
  const { bare } = device;
  await bare.goto(proxy.url).catch(() => undefined);
  await bare.waitForFunction(() => window.holdfast !== undefined);
  await bare.evaluate(() => window.holdfast?.sync.signOut('wipe'));
  await flushed(bare);
  expect(await bare.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual([]);
});
