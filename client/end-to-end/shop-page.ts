import { parse } from 'graphql';
import { manifest } from '../generated/manifest.ts';
import { createOfflineClient, type Holdfast, type Settlement } from '../index.ts';
import { openStorage } from '../storage/open-storage.ts';
import type { RecordRef, WriteInput } from '../sync/model.ts';
import type { StoredDelta } from '../sync/recording.ts';
import type { SyncStorage } from '../sync/storage-port.ts';
import type { DeviceFact } from './checker/events.ts';
import { NotedPage } from './checker/noted-page.ts';
import { storedSince, watchedStorage } from './checker/watched-storage.ts';

const APP = 'shop';
const USER = 'sam';
const CATALOG = 'catalog';

/** What a page says to be heard outside the browser: a fact, or what transactions up to `counter` did to its database. */
export type Told =
  DeviceFact | { readonly kind: 'stored'; readonly delta: StoredDelta; readonly counter: number };

/** For a page that is heard. */
export interface Heard {
  /** What it calls itself. */
  readonly page: string;
  /** Of the last transaction of its database that was heard of. */
  readonly counter: number;
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
      /** Opens the device's database and reads it; tells all that it does if it is to be heard. */
      open(token: string, heard?: Heard): Promise<Found>;
      /** Tells all that it shows and lists, while nobody writes. */
      look(): void;
      /** From here on both writers write, each its next so long after the one before was answered; numbered from `from` on. */
      write(from: number, pauseMs: number): void;
      /** Both writers stop; resolves when what they had begun is answered. */
      rest(): Promise<void>;
      /** Writes an order of one piece. */
      draft(order: string, product: string): Promise<void>;
      /** Queues the operation that places an order; resolves with its change. */
      place(order: string): Promise<string>;
      settled(change: string): Promise<Settlement | null>;
      /** Everything is sent and fetched when this resolves. */
      catchUp(): Promise<Found>;
    };
    /** A list of `Told` as JSON. */
    tell?: (told: string) => void;
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
let page: NotedPage;
let isResting = false;
let writing: Promise<unknown> = Promise.resolve();

let untold: Told[] = [];

/** In one message what is said in one step. */
function tell(told: Told): void {
  if (untold.length === 0)
    queueMicrotask(() => {
      window.tell?.(JSON.stringify(untold));
      untold = [];
    });
  untold.push(told);
}

/** The storage that `createOfflineClient` would open, watched. */
async function watched({ page: tab, counter }: Heard): Promise<SyncStorage> {
  const storage = await openStorage({ app: APP, user: USER });
  const { begun, ...stored } = await storedSince(storage, counter, tab);
  begun.forEach(tell);
  tell({ kind: 'stored', ...stored });
  return watchedStorage(storage, (delta, at) => tell({ kind: 'stored', delta, counter: at }));
}

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
function shelve(number: number): readonly (WriteInput & RecordRef)[] {
  const product = { type: 'Product', scope: CATALOG, id: 'shelf' };
  const stock = Number(holdfast.sync.read(product)?.values['stock'] ?? 0) + 1;
  const note = { type: 'Note', scope: CATALOG, id: `shelf-${number}`, values: { title: `Note ${number}` } };
  return [note, { ...product, values: { stock } }];
}

/** The same title over and over: what was not sent yet becomes one change. */
function redraft(number: number): readonly (WriteInput & RecordRef)[] {
  return [{ type: 'Note', scope: 'user:sam', id: 'draft', values: { title: String(number) } }];
}

async function writeOn(write: typeof redraft, from: number, pauseMs: number): Promise<void> {
  for (let number = from; !isResting; number++) {
    const inputs = write(number);
    await page.write(inputs);
    page.look(inputs);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

window.shop = {
  async open(token, heard) {
    holdfast = await createOfflineClient({
      app: APP,
      uri: '/graphql',
      manifest,
      user: { id: USER, getToken: () => token },
      storage: heard && (await watched(heard)),
      sync: { writeDebounceMs: 30, writeDebounceMaxMs: 100, retryCapMs: 200 },
    });
    const name = heard?.page ?? 'page';
    page = new NotedPage({ name, sync: holdfast.sync, note: tell });
    tell({ kind: 'opened', tab: name });
    await holdfast.sync.ready([CATALOG]);
    return find();
  },
  look() {
    page.lookAtAll();
    page.list();
  },
  write(from, pauseMs) {
    writing = Promise.all([writeOn(shelve, from, pauseMs), writeOn(redraft, from, pauseMs)]);
  },
  async rest() {
    isResting = true;
    await writing;
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
