import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { seededRandom } from '../../api/testing/seeded-random.ts';
import { startTestServer, type TestServer } from '../../api/testing/test-server.ts';
import { MemoryDatabase } from '../storage/memory-storage.ts';
import { FaultProxy, type Fault } from './fault-proxy.ts';
import { ShopDevice, type ShopOptions } from './shop-device.ts';
import { makeShelf } from './shop-server.ts';

const WRITES = 12;
/** Requests of a run that may meet with the fault; from then on there is peace. */
const TROUBLED = 24;
const RETRY_AFTER_S = 90;

let server: TestServer;
let proxy: FaultProxy;
let shelf: string;
let shelfCount = 0;
const devices: ShopDevice[] = [];

beforeAll(async () => {
  server = await startTestServer({ limits: { requestsPerSecond: 100_000 } });
});
afterAll(() => server.stop());
beforeEach(async () => {
  proxy = await FaultProxy.start(server.url);
  shelf = `shelf${++shelfCount}`;
  await makeShelf(server, shelf);
});
afterEach(async () => {
  for (const device of devices.splice(0)) await device.stop();
  await proxy[Symbol.asyncDispose]();
});

async function open(options: Partial<ShopOptions> = {}): Promise<ShopDevice> {
  const getToken = () => server.tokenFor('sam');
  const device = await ShopDevice.open({ url: proxy.url, shelf, getToken, ...options });
  devices.push(device);
  return device;
}

/** Every second request or so meets with the fault, the first push in any case. */
function trouble(fault: Fault): () => number {
  const random = seededRandom(shelfCount);
  let met = 0;
  proxy.fault = ({ operation }) => {
    const isMet = (operation === 'HoldfastPush' && met === 0) || random() < 0.5;
    if (!isMet || proxy.seen.length >= TROUBLED) return null;
    if (operation === 'HoldfastPush') met++;
    return fault;
  };
  return () => met;
}

/** The counter counts each write that took effect; another device sees what this one sees. */
async function expectAllOnce(device: ShopDevice, count: number): Promise<void> {
  expect(await server.sql('SELECT stock FROM product WHERE id = $1', [shelf])).toEqual([{ stock: count }]);
  expect(await server.sql('SELECT id FROM note WHERE id LIKE $1', [`${shelf}-%`])).toHaveLength(count);
  expect(device.shown()).toEqual({ stock: count, notes: count });
  const second = await open();
  await second.untilIdle();
  expect(second.shown()).toEqual({ stock: count, notes: count });
}

const json = (code: string) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ errors: [{ message: 'no', extensions: { code, retry: 'LATER' } }] }),
});

const faults: readonly (readonly [string, Fault])[] = [
  ['a 500 that says INTERNAL', { kind: 'answered', status: 500, ...json('INTERNAL') }],
  ['a bare 502', { kind: 'answered', status: 502 }],
  ['a bare 503', { kind: 'answered', status: 503 }],
  ['a bare 504', { kind: 'answered', status: 504 }],
  ['a 200 whose body ends half way', { kind: 'truncated' }],
  ['a connection cut in mid answer', { kind: 'cut' }],
  ['a 200 of another content type', { kind: 'wrongType' }],
  ['a half-open connection that the request did not pass', { kind: 'silent', reachesApi: false }],
  ['a half-open connection that the answer did not pass', { kind: 'silent', reachesApi: true }],
  ['a request that arrives twice at the same time', { kind: 'doubled' }],
];

test.each(faults)('I7 I12 I16 after %s all changes arrive exactly once', async (_name, fault) => {
  const device = await open(fault.kind === 'silent' ? { timeoutMs: 2_000 } : {});
  await device.untilIdle();
  const met = trouble(fault);
  for (let number = 1; number <= WRITES; number++) {
    await device.write(number);
    await device.pass(200);
  }
  await device.untilIdle();
  expect(met()).toBeGreaterThan(0);
  expect(device.lists()).toEqual({ pending: 0, failed: 0, conflicts: 0 });
  await expectAllOnce(device, WRITES);
});

test.each([429, 503])(
  'I16 after a %i with Retry-After nothing is asked again before that, whatever else happens',
  async (status) => {
    const device = await open();
    await device.untilIdle();
    proxy.fault = () => ({ kind: 'answered', status, headers: { 'retry-after': String(RETRY_AFTER_S) } });
    await device.write(1);
    await device.pass(1_000);
    const pushes = () => proxy.seen.filter(({ operation }) => operation === 'HoldfastPush').length;
    expect(pushes()).toBe(1);
    proxy.fault = () => null;
    await device.write(2);
    device.tell('online');
    device.engine.requestPull();
    await device.pass((RETRY_AFTER_S - 2) * 1_000);
    expect(pushes()).toBe(1);
    expect(device.lists()).toEqual({ pending: 4, failed: 0, conflicts: 0 });
    await device.untilIdle();
    await expectAllOnce(device, 2);
  },
);

/** A device that is up to date, and whose next page begins with a token that has expired. */
async function expired(next: (asked: number) => Promise<string>) {
  const database = new MemoryDatabase();
  const before = await open({ database });
  await before.untilIdle();
  await before.stop();
  const tokens = { asked: 0 };
  const getToken = () =>
    tokens.asked++ === 0 ? server.tokenFor('sam', { lifetimeS: -60 }) : next(tokens.asked);
  const device = await open({ database, getToken });
  await device.engine.ready(['catalog']);
  return { device, tokens };
}

test('I12 I16 a 401 renews the token once, and what waits is sent with the new one', async () => {
  const { device, tokens } = await expired(() => server.tokenFor('sam'));
  for (let number = 1; number <= WRITES; number++) await device.write(number);
  await device.untilIdle();
  expect(tokens.asked).toBe(2);
  await expectAllOnce(device, WRITES);
});

test('I12 I16 a token that is refused again and again leads to a sign-in; everything is kept, and sent after it', async () => {
  let isSignedIn = false;
  const { device, tokens } = await expired(() =>
    server.tokenFor('sam', isSignedIn ? {} : { lifetimeS: -60 }),
  );
  await device.write(1);
  await device.until(() => device.engine.status().phase === 'signedOut');
  expect(tokens.asked).toBe(2);
  await device.write(2);
  await device.pass(300_000);
  // From time to time it asks whether the token is good by now, and is at something else for that long.
  await device.until(() => device.engine.status().phase === 'signedOut');
  expect(device.lists()).toEqual({ pending: 4, failed: 0, conflicts: 0 });
  expect(device.shown()).toEqual({ stock: 2, notes: 2 });
  isSignedIn = true;
  await device.untilIdle();
  await expectAllOnce(device, 2);
});

test('I12 I15 a 413 splits the push; the one change that is too large for anybody fails by itself', async () => {
  const device = await open();
  await device.untilIdle();
  // Half of it is the document.
  const most = 16_000;
  proxy.fault = ({ bytes }) => (bytes > most ? { kind: 'answered', status: 413 } : null);
  for (let number = 1; number <= WRITES; number++) await device.write(number, 'x'.repeat(1_500));
  await device.writeNote('huge', 'x'.repeat(most));
  await device.untilIdle();
  expect(device.engine.failed().map(({ ref, error }) => [ref?.id, error.code])).toEqual([
    ['huge', 'TOO_LARGE'],
  ]);
  expect(device.lists()).toEqual({ pending: 0, failed: 1, conflicts: 0 });
  await expectAllOnce(device, WRITES);
});
