import { parse } from 'graphql';
import { manifest } from '../generated/manifest.ts';
import { createOfflineClient, type Holdfast, type Settlement } from '../index.ts';

const CATALOG = 'catalog';

/** What a page says of its writes, to be heard outside the browser. */
export interface Told {
  readonly what: 'begun' | 'queued' | 'refused';
  readonly writer: 'shelf' | 'draft';
  /** The writer's count of its writes. */
  readonly number: number;
}

/** What a page that was just opened finds on its device. */
export interface Found {
  /** Notes of the shelf that were not sent, or not answered. */
  readonly pending: readonly string[];
  /** Operations that were not sent, or not answered. */
  readonly operations: readonly string[];
  readonly failed: number;
  readonly conflicts: number;
  /** Notes of the shelf, unsent ones included. */
  readonly notes: readonly string[];
  /** The last number that the draft's title holds. */
  readonly draft: number;
}

declare global {
  interface Window {
    shop?: {
      /** Opens the device's database and reads it. */
      open(token: string): Promise<Found>;
      /** From here on both writers write, each its next so long after the one before was answered; numbered from `from` on. */
      write(from: number, pauseMs: number): void;
      /** Both writers stop. */
      rest(): void;
      /** Writes an order of one piece. */
      draft(order: string, product: string): Promise<void>;
      /** Queues the operation that places an order; resolves with its change. */
      place(order: string): Promise<string>;
      settled(change: string): Promise<Settlement | null>;
      /** Everything is sent and fetched when this resolves. */
      catchUp(): Promise<Found>;
    };
    tell?: (told: Told) => Promise<void>;
  }
}

const PLACE = parse(`
  mutation PlaceOrder($orderId: ID!) {
    placeOrder(orderId: $orderId) {
      id
      scope
      version
      number
      status
    }
  }
`);

let holdfast: Holdfast;
let isResting = false;

function find(): Found {
  const { sync } = holdfast;
  const { failed, conflicts } = sync.status();
  const listed = sync.list({ type: 'Note', scopes: [CATALOG], limit: 1_000_000 });
  if (listed.status !== 'ready') throw new Error(`the list is ${JSON.stringify([listed, sync.status()])}`);
  const title = sync.read({ type: 'Note', scope: 'user:sam', id: 'draft' })?.values['title'];
  return {
    pending: sync
      .pending()
      .flatMap(({ ref }) => (ref?.type === 'Note' && ref.scope === CATALOG ? [ref.id] : [])),
    operations: sync.pending().flatMap(({ operation }) => (operation === null ? [] : [operation.name])),
    failed,
    conflicts,
    notes: listed.value.map(({ id }) => id),
    draft: Number(title ?? 0),
  };
}

/**
 * One note more on the shelf, and one piece more in stock, in one write: the stock is a counter, so that it says how often these
 * writes took effect.
 */
function shelve(number: number) {
  const product = { type: 'Product', scope: CATALOG, id: 'shelf' };
  const stock = Number(holdfast.sync.read(product)?.values['stock'] ?? 0) + 1;
  const note = { type: 'Note', scope: CATALOG, id: `shelf-${number}`, values: { title: `Note ${number}` } };
  return holdfast.sync.write([note, { ...product, values: { stock } }]);
}

/** The same title over and over: what was not sent yet becomes one change. */
function redraft(number: number) {
  return holdfast.sync.write([
    { type: 'Note', scope: 'user:sam', id: 'draft', values: { title: String(number) } },
  ]);
}

async function writeOn(writer: Told['writer'], from: number, pauseMs: number): Promise<void> {
  const write = writer === 'shelf' ? shelve : redraft;
  for (let number = from; !isResting; number++) {
    const answer = write(number);
    void window.tell?.({ what: 'begun', writer, number });
    const results = await answer;
    const isQueued = results.every(({ outcome }) => outcome === 'QUEUED');
    void window.tell?.({ what: isQueued ? 'queued' : 'refused', writer, number });
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

window.shop = {
  async open(token) {
    holdfast = await createOfflineClient({
      app: 'shop',
      uri: '/graphql',
      manifest,
      user: { id: 'sam', getToken: () => token },
      sync: { writeDebounceMs: 30, writeDebounceMaxMs: 100, retryCapMs: 200 },
    });
    await holdfast.sync.ready([CATALOG]);
    return find();
  },
  write(from, pauseMs) {
    void writeOn('shelf', from, pauseMs);
    void writeOn('draft', from, pauseMs);
  },
  rest() {
    isResting = true;
  },
  async draft(id, productId) {
    const lines = [{ productId, quantity: 1, unitPrice: 1 }];
    await holdfast.sync.write([{ type: 'Order', id, values: { lines } }]);
  },
  async place(orderId) {
    const { extensions } = await holdfast.client.mutate({
      mutation: PLACE,
      variables: { orderId },
      context: { offline: 'queue' },
    });
    return (extensions?.['holdfast'] as { readonly change: string }).change;
  },
  settled: (change) => holdfast.sync.settled(change),
  async catchUp() {
    await holdfast.sync.catchUp();
    return find();
  },
};
