import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type Page } from 'playwright-core';
import ts from 'typescript';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type * as LeadershipModule from './web-lock-leadership.ts';

/** What the page puts on its window for the tests. */
interface Lab {
  leadership: typeof LeadershipModule;
  log: string[];
  campaign: { steal(): void; resign(): void };
}

const page = `<!doctype html><title>tab</title><script type="module">
import * as leadership from '/leadership.js';
window.leadership = leadership;
</script>`;

let server: Server;
let browser: Browser;
let url: string;

beforeAll(async () => {
  const source = await readFile(new URL('./web-lock-leadership.ts', import.meta.url), 'utf8');
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  const script = ts.transpileModule(source, { compilerOptions }).outputText;
  server = createServer((request, response) => {
    const isScript = request.url === '/leadership.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  browser = await chromium.launch({
    executablePath: inject('chromiumPath'),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  });
});

afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Two tabs of one browser, campaigning in this order. */
async function twoTabs(): Promise<[Page, Page]> {
  const context = await browser.newContext();
  const first = await campaigning(await context.newPage());
  expect(await logOf(first, 1)).toEqual(['gained']);
  return [first, await campaigning(await context.newPage())];
}

async function campaigning(page: Page): Promise<Page> {
  await page.goto(url);
  await page.evaluate(() => {
    const { createWebLockLeadership } = (window as unknown as Lab).leadership;
    const log: string[] = [];
    const campaign = createWebLockLeadership('db').campaign({
      onGained: () => log.push('gained'),
      onLost: () => log.push('lost'),
    });
    Object.assign(window, { log, campaign: { steal: campaign.steal, resign: campaign.resign } });
  });
  return page;
}

/** What a tab was told, once that is at least this much. */
async function logOf(page: Page, count: number): Promise<string[]> {
  await page.waitForFunction((wanted) => (window as unknown as Lab).log.length >= wanted, count);
  return page.evaluate(() => (window as unknown as Lab).log);
}

const call = (page: Page, name: 'steal' | 'resign') =>
  page.evaluate((method) => (window as unknown as Lab).campaign[method](), name);

test('the second tab leads when the first one is closed', async () => {
  const [first, second] = await twoTabs();
  await first.close();
  expect(await logOf(second, 1)).toEqual(['gained']);
});

test('the second tab leads when the first one resigns', async () => {
  const [first, second] = await twoTabs();
  await call(first, 'resign');
  expect(await logOf(second, 1)).toEqual(['gained']);
  expect(await logOf(first, 1)).toEqual(['gained']);
});

test('a stolen lock tells its holder, who leads again when the thief resigns', async () => {
  const [first, second] = await twoTabs();
  await call(second, 'steal');
  expect(await logOf(second, 1)).toEqual(['gained']);
  expect(await logOf(first, 2)).toEqual(['gained', 'lost']);
  await call(second, 'resign');
  expect(await logOf(first, 3)).toEqual(['gained', 'lost', 'gained']);
});

test('a lock can be stolen to and fro, and the one who resigned does not come back', async () => {
  const [first, second] = await twoTabs();
  await call(second, 'steal');
  expect(await logOf(first, 2)).toEqual(['gained', 'lost']);
  await call(first, 'steal');
  expect(await logOf(first, 3)).toEqual(['gained', 'lost', 'gained']);
  expect(await logOf(second, 2)).toEqual(['gained', 'lost']);
  await call(first, 'resign');
  expect(await logOf(second, 3)).toEqual(['gained', 'lost', 'gained']);
  expect(await logOf(first, 3)).toEqual(['gained', 'lost', 'gained']);
});
