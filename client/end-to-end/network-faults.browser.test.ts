import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestServer } from '../../api/testing/test-server.ts';
import { openDevice } from './device.ts';
import { FaultProxy, type Fault } from './fault-proxy.ts';
import { ShopLog } from './shop-log.ts';
import { openShop, startShop, storedNotes } from './shop-server.ts';

const FAULTS: readonly Fault[] = [
  { kind: 'truncated' },
  { kind: 'cut' },
  { kind: 'wrongType' },
  { kind: 'doubled' },
  { kind: 'answered', status: 500 },
  { kind: 'answered', status: 502 },
  { kind: 'answered', status: 503, headers: { 'retry-after': '1' } },
  { kind: 'answered', status: 429, headers: { 'retry-after': '1' } },
];
const PAUSE_MS = 50;

let server: TestServer;

beforeAll(async () => {
  server = await startShop();
});
afterAll(() => server.stop());

test('I7 I12 I16 in Chromium every fault of the network is met while a page writes: all changes arrive exactly once', async () => {
  await using proxy = await FaultProxy.start(server.url);
  await using device = await openDevice({ serviceWorkers: false });
  const { page } = device;
  const log = await ShopLog.begin(server);
  await openShop(device, { url: proxy.url, token: server.tokenFor('sam'), log });

  const met = { push: 0, other: 0 };
  proxy.fault = ({ operation }) => {
    const kind = operation === 'HoldfastPush' ? 'push' : 'other';
    // Between two faults one request passes, so that there is always something new to push.
    const turn = met[kind]++;
    return turn % 2 === 1 ? null : (FAULTS[(turn / 2) % FAULTS.length] ?? null);
  };
  await page.evaluate((pauseMs) => window.shop?.write(1, pauseMs), PAUSE_MS);
  await expect.poll(() => met.push, { timeout: 100_000 }).toBeGreaterThan(2 * FAULTS.length);
  const queued = (): number => log.counts(['queued']).queued;
  await expect.poll(queued, { timeout: 100_000 }).toBeGreaterThan(3 * FAULTS.length);
  proxy.fault = () => null;
  await page.evaluate(() => window.shop?.rest());
  const found = await page.evaluate(() => window.shop?.catchUp());

  expect(found).toMatchObject({ pending: [], failed: 0, conflicts: 0 });
  await page.evaluate(() => window.shop?.look());
  expect(await log.violations()).toEqual([]);
  const stored = await storedNotes(server);
  expect(await server.sql(`SELECT stock FROM product WHERE id = 'shelf'`)).toEqual([
    { stock: stored.length },
  ]);
});
