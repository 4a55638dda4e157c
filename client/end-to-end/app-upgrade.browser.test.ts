import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../api/testing/test-server.ts';
import { visit } from './app-walk.ts';
import { WEB_APP } from './field-notes.ts';

const NOTES = 200;

let server: TestServer;
let webApp: string;

beforeAll(async () => {
  webApp = await mkdtemp(join(tmpdir(), 'holdfast-web-app-'));
  await cp(WEB_APP, webApp, { recursive: true });
  server = await startTestServer({ demo: true, webApp });
});
afterAll(async () => {
  await server.stop();
  await rm(webApp, { recursive: true });
});

/** Puts a page of the next version there, and a worker that knows it. */
async function release(): Promise<void> {
  await change('index.html', '</head>', '<meta name="release" content="next" /></head>');
  await change('sw.js', /"revision":"\w+","url":"index\.html"/, '"revision":"next","url":"index.html"');
}

async function change(file: string, what: string | RegExp, into: string): Promise<void> {
  const path = join(webApp, file);
  const before = await readFile(path, 'utf8');
  const after = before.replace(what, into);
  if (after === before) throw new Error(`${file} is not as it was`);
  await writeFile(path, after);
}

test('I9 I12 an app that is upgraded with a full outbox keeps every change, and sends each once', async () => {
  // Not loaded again since: no worker controls a page of the first visit.
  await using device = await visit(server.url, 'Ada');
  const { page } = device;
  await page.evaluate(async (count) => {
    await navigator.serviceWorker.ready;
    const sync = window.holdfast?.sync;
    await sync?.pause();
    for (let index = 0; index < count; index++)
      await sync?.write([{ type: 'Note', id: `upgrade-${index}`, values: { title: `Note ${index}` } }]);
  }, NOTES);
  await release();
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await page.getByText('A new version is ready.').waitFor();
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Reload' }).click()]);
  await page.locator('meta[name=release]').waitFor({ state: 'attached' });
  await page.waitForFunction((count) => window.holdfast?.sync.status().pending === count, NOTES);
  await page.evaluate(() => window.holdfast?.sync.resume());
  await page.waitForFunction(() => window.holdfast?.sync.status().pending === 0);
  const notes = await server.sql<{ id: string; version: string }>(
    "select id, version from note where id like 'upgrade-%'",
  );
  expect(notes).toHaveLength(NOTES);
  expect(await server.sql('select head from holdfast.counter where scope = $1', ['user:ada'])).toEqual([
    { head: String(NOTES) },
  ]);
});
