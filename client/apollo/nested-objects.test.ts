import { gql } from '@apollo/client';
import { beforeEach, expect, it } from 'vitest';
import { memoryStorage } from '../storage/memory-storage.ts';
import { createSyncEngine } from '../sync/engine.ts';
import type { FieldManifest, Manifest, TypeManifest } from '../sync/manifest.ts';
import type { SyncEngine } from '../sync/model.ts';
import { ManualClock, rest } from '../testing/manual-clock.ts';
import { ReferenceServer } from '../testing/reference-server.ts';
import { SeededRandom } from '../testing/seeded-random.ts';
import { SimulatedNetwork } from '../testing/simulated-network.ts';
import { SimulatedTabs } from '../testing/simulated-tabs.ts';
import { testManifest } from '../testing/test-manifest.ts';
import { createApolloClient } from './apollo-client.ts';
import { createHttpLink } from './http-link.ts';
import { SyncedCache } from './synced-cache.ts';

const plain: FieldManifest = { kind: 'string', list: false, nullable: false, writable: true };
const reference = (type: string, field: string, scope?: string): FieldManifest => ({
  ...plain,
  kind: 'id',
  nullable: true,
  references: { type, field, ...(scope === undefined ? {} : { scope }) },
});
const Order: TypeManifest = {
  ...(testManifest.types['Card'] as TypeManifest),
  name: 'Order',
  single: 'order',
  list: 'orders',
  count: 'orderCount',
  delta: 'orderDelta',
  fields: {
    lines: {
      kind: 'object',
      list: true,
      nullable: false,
      writable: true,
      default: [],
      objectType: 'OrderLine',
      fields: {
        text: plain,
        productId: reference('Product', 'product', 'catalog'),
        noteId: reference('Note', 'note'),
      },
    },
  },
};
const Product: TypeManifest = {
  ...(testManifest.types['Setting'] as TypeManifest),
  name: 'Product',
  single: 'product',
  list: 'products',
  count: 'productCount',
  delta: 'productDelta',
  scope: 'catalog',
};
const manifest: Manifest = { ...testManifest, types: { ...testManifest.types, Order, Product } };

const ORDERS = gql`
  query {
    orders {
      id
      scope
      version
      lines {
        text
        product {
          id
          scope
          version
          value
        }
        note {
          id
          scope
          version
          title
        }
      }
    }
  }
`;

let engine: SyncEngine;
let cache: SyncedCache;
let server: ReferenceServer;
let network: SimulatedNetwork;
let clock: ManualClock;

beforeEach(async () => {
  clock = new ManualClock();
  const access = {
    ada: [{ id: 'user:ada', access: 'WRITE' } as const, { id: 'catalog', access: 'READ' } as const],
  };
  server = new ReferenceServer({ manifest, now: () => clock.now(), access });
  server.put('Product', 'catalog', { id: 'p1', value: 'Lamp' });
  server.put('Note', 'user:ada', { id: 'n1', title: 'fragile' });
  const lines = [
    { text: 'a', productId: 'p1', noteId: 'n1' },
    { text: 'b', productId: 'gone', noteId: null },
  ];
  server.put('Order', 'user:ada', { id: 'o1', lines });
  network = new SimulatedNetwork(server, 'ada');
  const tabs = new SimulatedTabs();
  engine = await createSyncEngine({
    manifest,
    user: { id: 'ada' },
    ports: {
      storage: memoryStorage(),
      clock,
      timers: clock,
      random: new SeededRandom(1),
      transport: network,
      pokes: network,
      host: network,
      leadership: tabs.leadership(),
      channel: tabs.channel(),
    },
  });
  cache = new SyncedCache(engine);
  await clock.until(
    () => engine.status().scopes.length === 2 && engine.status().scopes.every((s) => s.synced),
  );
  await engine.ready();
});

const EXPECTED = {
  orders: [
    {
      id: 'o1',
      lines: [
        { text: 'a', product: { id: 'p1', value: 'Lamp' }, note: { id: 'n1', title: 'fragile' } },
        { text: 'b', product: null, note: null },
      ],
    },
  ],
};

it('references inside of a nested object are read from the device, live', async () => {
  const { close } = createApolloClient({ engine, cache, link: unreachable(), userId: 'ada' });
  expect(cache.readQuery({ query: ORDERS })).toMatchObject(EXPECTED);
  server.put('Note', 'user:ada', { id: 'n1', title: 'edited' });
  network.poke('user:ada', server.head('user:ada'));
  await clock.until(
    () => engine.read({ type: 'Note', scope: 'user:ada', id: 'n1' })?.values['title'] === 'edited',
  );
  await rest();
  const data = cache.readQuery<{ orders: { lines: { note: unknown }[] }[] }>({ query: ORDERS });
  expect(data?.orders[0]?.lines[0]?.note).toMatchObject({ title: 'edited' });
  close();
});

it('and are the same when the link answers', async () => {
  const { client, close } = createApolloClient({ engine, cache, link: unreachable(), userId: 'ada' });
  expect((await client.query({ query: ORDERS, fetchPolicy: 'no-cache' })).data).toMatchObject(EXPECTED);
  expect((await client.query({ query: ORDERS, fetchPolicy: 'network-only' })).data).toMatchObject(EXPECTED);
  close();
});

it('a selection inside of a nested object is checked, too', async () => {
  const { client, close } = createApolloClient({ engine, cache, link: unreachable(), userId: 'ada' });
  const ask = (lines: string): Promise<unknown> =>
    client.query({
      query: gql(`{ orders { id scope version lines { ${lines} } } }`),
      fetchPolicy: 'network-only',
    });
  await expect(ask('price')).rejects.toMatchObject({ code: 'NOT_ON_DEVICE' });
  await expect(ask('text(length: 1)')).rejects.toMatchObject({ code: 'NOT_ON_DEVICE' });
  await expect(ask('product { id }')).rejects.toMatchObject({ code: 'SELECTION_INCOMPLETE' });
  close();
});

/** Nothing of these tests goes to a server. */
function unreachable() {
  const credentials = { current: () => Promise.resolve(null), refresh: () => Promise.resolve(false) };
  return createHttpLink({ uri: 'http://127.0.0.1:9', credentials });
}
