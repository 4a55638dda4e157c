import { gql } from '@apollo/client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { TcpProxy } from '../../api/testing/tcp-proxy.ts';
import { startTestServer, type TestServer } from '../../api/testing/test-server.ts';
import { manifest } from '../generated/manifest.ts';
import { createOfflineClient, type Holdfast } from '../index.ts';
import { MemoryDatabase, memoryStorage } from '../storage/memory-storage.ts';

const PLACE = gql`
  mutation PlaceOrder($orderId: ID!) {
    placeOrder(orderId: $orderId) {
      id
      scope
      version
      number
      status
    }
  }
`;

let server: TestServer;
let proxy: TcpProxy;
const opened: Holdfast[] = [];

beforeAll(async () => {
  server = await startTestServer();
  proxy = await TcpProxy.start({ targetPort: server.port });
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});
beforeEach(() => proxy.restore());
afterEach(async () => {
  for (const holdfast of opened.splice(0)) await holdfast.close();
});

/** A page over a device's database; after `close()` of the one before, a reload. */
async function openPage(database: MemoryDatabase, user = 'ada'): Promise<Holdfast> {
  const holdfast = await createOfflineClient({
    app: 'shop',
    uri: `${proxy.url}/graphql`,
    manifest,
    user: { id: user, getToken: () => server.tokenFor(user) },
    storage: memoryStorage(database),
    sync: { retryCapMs: 200, pollIntervalMs: 500 },
  });
  opened.push(holdfast);
  return holdfast;
}

async function stockUp(id: string, stock: number): Promise<void> {
  const { sync } = await openPage(new MemoryDatabase(), 'sam');
  await sync.catchUp();
  await sync.write([{ type: 'Product', scope: 'catalog', id, values: { name: id, price: 250, stock } }]);
  await sync.catchUp();
  expect(sync.failed()).toEqual([]);
}

function write({ sync }: Holdfast, id: string, productId: string): Promise<unknown> {
  const lines = [{ productId, quantity: 3, unitPrice: 250 }];
  return sync.write([{ type: 'Order', id, values: { lines } }]);
}

/** Places an order, without knowing whether there is a network. */
async function place({ client }: Holdfast, id: string): Promise<string> {
  const { data, extensions } = await client.mutate({
    mutation: PLACE,
    variables: { orderId: id },
    context: { offline: 'queue' },
  });
  expect(data).toBeNull();
  const { state, change } = extensions?.['holdfast'] as { state: string; change: string };
  expect(state).toBe('QUEUED');
  return change;
}

const stockOf = (id: string) => server.sql('select stock from product where id = $1', [id]);
const orderOf = (id: string) => server.sql('select number, status from "order" where id = $1', [id]);

test('R32 I7 an order written and placed offline, the page reloaded: placed once, numbered once, reserved once', async () => {
  await stockUp('tea', 10);
  const database = new MemoryDatabase();
  const first = await openPage(database);
  await first.sync.catchUp();
  proxy.block();
  await write(first, 'o1', 'tea');
  const change = await place(first, 'o1');
  await first.close();
  const again = await openPage(database);
  expect(again.sync.pending().map(({ ref, operation }) => ref?.id ?? operation?.name)).toEqual([
    'o1',
    'PlaceOrder',
  ]);
  expect(await orderOf('o1')).toEqual([]);

  const settled = again.sync.settled(change);
  proxy.restore();
  expect(await settled).toMatchObject({
    outcome: 'APPLIED',
    data: { placeOrder: { id: 'o1', number: 1, status: 'PLACED' } },
  });
  await again.sync.catchUp();
  expect(await stockOf('tea')).toEqual([{ stock: 7 }]);
  // Both scopes that the operation wrote are on the device.
  expect(again.sync.read({ type: 'Order', scope: 'user:ada', id: 'o1' })).toMatchObject({
    state: 'SYNCED',
    values: { number: 1, status: 'PLACED' },
  });
  expect(again.sync.read({ type: 'Product', scope: 'catalog', id: 'tea' })?.values['stock']).toBe(7);
});

test('R32 I7 I8 the answer is lost between the commit and the device: the same answer comes again, and nothing is done twice', async () => {
  await stockUp('cup', 10);
  const page = await openPage(new MemoryDatabase());
  await page.sync.catchUp();
  await write(page, 'o2', 'cup');
  await page.sync.catchUp();
  // From here on the server hears, and nobody hears the server.
  proxy.hold();
  const settled = page.sync.settled(await place(page, 'o2'));
  await expect.poll(() => stockOf('cup')).toEqual([{ stock: 7 }]);
  await expect.poll(() => proxy.heldBytes).toBeGreaterThan(0);
  proxy.cut();
  proxy.restore();

  expect(await settled).toMatchObject({
    outcome: 'APPLIED',
    data: { placeOrder: { id: 'o2', status: 'PLACED' } },
  });
  await page.sync.catchUp();
  expect(await stockOf('cup')).toEqual([{ stock: 7 }]);
  expect(page.sync.failed()).toEqual([]);
});

test('R32 I15 a refusal of the author’s stands in the failed list with its code, and a draft without lines places nothing', async () => {
  const page = await openPage(new MemoryDatabase());
  await page.sync.catchUp();
  await write(page, 'o3', 'nothing');
  const change = await place(page, 'o3');
  await page.sync.write([{ type: 'Note', id: 'n1', values: { title: 'goes on' } }]);
  await expect.poll(() => page.sync.pending().length).toBe(1);
  expect(await server.sql('select id from note where id = $1', ['n1'])).toHaveLength(1);
  // The order was refused, because its product does not exist; what places it waits for that.
  expect(page.sync.failed()).toMatchObject([{ ref: { id: 'o3' }, error: { code: 'MISSING_REFERENCE' } }]);
  expect(page.sync.pending()).toMatchObject([{ change, heldBy: page.sync.failed()[0]?.change }]);

  await page.sync.edit(page.sync.failed()[0]?.change ?? '', { lines: [] });
  expect(await page.sync.settled(change)).toMatchObject({
    outcome: 'REJECTED',
    error: { code: 'RULE_VIOLATED', field: 'status' },
  });
});
