import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest';
import { TcpProxy } from '../../api/testing/tcp-proxy.ts';
import type { TestServer } from '../../api/testing/test-server.ts';
import { browserProcessOf } from './browser-process.ts';
import { openDevice, type Device } from './device.ts';
import { makeShelf, openShop, startShop } from './shop-server.ts';

let server: TestServer;
let proxy: TcpProxy;
let profile: string;

beforeAll(async () => {
  server = await startShop();
});
afterAll(() => server.stop());
beforeEach(async () => {
  profile = await mkdtemp(join(tmpdir(), 'holdfast-profile-'));
  proxy = await TcpProxy.start({ targetPort: server.port });
});
afterEach(async () => {
  await proxy.stop();
  await rm(profile, { recursive: true, force: true, maxRetries: 10 });
});

const open = (device: Device, isOffline = false) =>
  openShop(device, { url: proxy.url, token: server.tokenFor('sam'), isOffline });

const draft = ({ page }: Device, order: string, product: string) =>
  page.evaluate(([id, from]) => window.shop?.draft(id, from), [order, product] as const);

const place = ({ page }: Device, order: string) => page.evaluate((id) => window.shop?.place(id), order);

const settled = ({ page }: Device, change = '') =>
  page.evaluate((name) => window.shop?.settled(name), change);

const kill = async (device: Device) => (await browserProcessOf(device)).kill();
const orderOf = (id: string) => server.sql('select number, status from "order" where id = $1', [id]);
const stockOf = (id: string) => server.sql('select stock from product where id = $1', [id]);

test('R32 I7 I12 in Chromium an operation queued offline outlives a reload and the browser’s death, and runs once', async () => {
  await makeShelf(server, 'tea', 10);
  let change: string | undefined;
  {
    await using device = await openDevice({ profile, serviceWorkers: false });
    await open(device);
    await device.page.evaluate(() => window.shop?.catchUp());
    await device.setOffline(true);
    await draft(device, 'o1', 'tea');
    change = await place(device, 'o1');
    // Without a service worker the page itself has to be fetched; the engine starts offline. The one before must be gone by then: a page
    // that is only left may send once more.
    const page = await device.context.newPage();
    await device.page.close();
    expect((await open({ ...device, page }, true)).operations).toEqual(['PlaceOrder']);
    expect(await orderOf('o1')).toEqual([]);
    await kill(device);
  }
  await using device = await openDevice({ profile, serviceWorkers: false });
  expect((await open(device, true)).operations).toEqual(['PlaceOrder']);
  expect(await orderOf('o1')).toEqual([]);
  await device.setOffline(false);
  expect(await settled(device, change)).toMatchObject({
    outcome: 'APPLIED',
    data: { placeOrder: { id: 'o1', number: 1, status: 'PLACED' } },
  });
  expect(await device.page.evaluate(() => window.shop?.catchUp())).toMatchObject({
    operations: [],
    failed: 0,
  });
  expect(await orderOf('o1')).toEqual([{ number: 1, status: 'PLACED' }]);
  expect(await stockOf('tea')).toEqual([{ stock: 9 }]);
});

test('R32 I7 I8 Chromium dies between the commit and its answer: the next one gets the same answer, and nothing is done twice', async () => {
  await makeShelf(server, 'cup', 10);
  let change: string | undefined;
  {
    await using device = await openDevice({ profile, serviceWorkers: false });
    await open(device);
    await draft(device, 'o2', 'cup');
    await device.page.evaluate(() => window.shop?.catchUp());
    // From here on the server hears, and nobody hears the server.
    proxy.hold();
    change = await place(device, 'o2');
    await expect.poll(() => stockOf('cup')).toEqual([{ stock: 9 }]);
    await kill(device);
  }
  proxy.cut();
  proxy.restore();
  await using device = await openDevice({ profile, serviceWorkers: false });
  await open(device);
  expect(await settled(device, change)).toMatchObject({
    outcome: 'APPLIED',
    data: { placeOrder: { id: 'o2', status: 'PLACED' } },
  });
  expect(await device.page.evaluate(() => window.shop?.catchUp())).toMatchObject({
    operations: [],
    failed: 0,
  });
  expect(await stockOf('cup')).toEqual([{ stock: 9 }]);
});
