import { graphqlRequest, type GraphqlAnswer } from './graphql-request.ts';
import type { TestApi } from './test-server.ts';

/** What the server answered to one number. */
export interface Acknowledged {
  readonly kind: 'note' | 'product' | 'order' | 'placement';
  readonly seq: number;
  readonly outcome: string;
  readonly replayed: boolean;
}

/** A numbered push or operation, sent as it is until it is answered. */
interface Work {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly extensions?: Record<string, unknown>;
}

export interface CrashWriterOptions {
  readonly api: Pick<TestApi, 'url' | 'tokenFor'>;
  /** The device's id, and where its records' ids begin. */
  readonly name: string;
  /** From 0 up to 1, seeded. */
  readonly random: () => number;
}

const RESULTS = '{ results { seq outcome replayed } }';
const PUSH = `mutation ($device: DeviceInput, $notes: [NoteUpsert!]!, $products: [ProductUpsert!]!, $orders: [OrderUpsert!]!) {
  note: upsertNotes(scope: "catalog", device: $device, changes: $notes) ${RESULTS}
  product: upsertProducts(scope: "catalog", device: $device, changes: $products) ${RESULTS}
  order: upsertOrders(scope: "catalog", device: $device, changes: $orders) ${RESULTS}
}`;
const PLACE = 'mutation ($orderId: ID!) { placeOrder(scope: "catalog", orderId: $orderId) { number } }';

/**
 * One device that never gives up: each push makes some notes and adds one to a counter that all devices share, in one
 * transaction; now and then it drafts an order, too, which is placed next. Everything is repeated until it is answered.
 * Knows at any instant whether a push or an operation is under way.
 */
export class CrashWriter {
  readonly acknowledged: Acknowledged[] = [];
  /** How many pushes and operations were answered as executed before, because their first answer was lost. */
  readonly replayed = { push: 0, operation: 0 };
  /** How many were sent more than once and yet were executed by their last sending alone. */
  readonly repeated = { push: 0, operation: 0 };
  sending: 'push' | 'operation' | null = null;
  #seq = 0;
  #draft: string | null = null;
  #last: Work | null = null;

  constructor(private readonly options: CrashWriterOptions) {}

  /** Writes until told to stop; what is under way then is still seen through. */
  async write(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#last = this.#draft === null ? this.#push() : this.#placement(this.#draft);
      this.#count(await this.#deliver(this.#last));
      await pause(this.options.random() * 10);
    }
  }

  /** Sends the last push or operation once more. */
  async again(): Promise<readonly Acknowledged[]> {
    return this.#last === null ? [] : (await this.#deliver(this.#last)).results;
  }

  #push(): Work {
    const { name, random } = this.options;
    const numbered = () => ({ seq: ++this.#seq, editedAt: EDITED_AT });
    const notes = Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
      const change = numbered();
      return { ...change, id: `${name}-${change.seq}`, title: `${name} ${change.seq}` };
    });
    // A base of 0 adds one to whatever the stock is (R21): executed twice, it would show.
    const products = [{ ...numbered(), id: 'counted', version: 1, base: { stock: 0 }, stock: 1 }];
    const lines = [{ productId: 'ordered', quantity: 1, unitPrice: 1 }];
    const change = random() < 0.4 ? numbered() : null;
    const orders = change === null ? [] : [{ ...change, id: `${name}-${change.seq}`, lines }];
    this.#draft = orders[0]?.id ?? null;
    return { query: PUSH, variables: { device: { id: name, sentAt: EDITED_AT }, notes, products, orders } };
  }

  #placement(orderId: string): Work {
    this.#draft = null;
    const holdfast = { device: { id: this.options.name }, scope: 'catalog', seq: ++this.#seq };
    return { query: PLACE, variables: { orderId }, extensions: { holdfast } };
  }

  async #deliver(
    work: Work,
  ): Promise<{ readonly results: readonly Acknowledged[]; readonly attempts: number }> {
    for (let attempts = 1; ; attempts += 1) {
      this.sending = kindOf(work);
      const answer = await this.#send(work).catch(() => null);
      this.sending = null;
      if (answer?.status === 200 && answer.errors.length === 0)
        return { results: resultsOf(answer), attempts };
      if (answer !== null && !isPassing(answer)) throw new Error(`It was refused: ${answer.text}`);
      await pause(5 + this.options.random() * 40);
    }
  }

  async #send(work: Work): Promise<GraphqlAnswer> {
    const { api } = this.options;
    return graphqlRequest(api, { ...work, token: await api.tokenFor('sam') });
  }

  #count(delivered: { readonly results: readonly Acknowledged[]; readonly attempts: number }): void {
    const { results, attempts } = delivered;
    const kind = results.some((result) => result.kind === 'placement') ? 'operation' : 'push';
    this.acknowledged.push(...results);
    if (results.some(({ replayed }) => replayed)) this.replayed[kind] += 1;
    else if (attempts > 1) this.repeated[kind] += 1;
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const EDITED_AT = '2026-01-31T12:00:00.000Z';

const kindOf = ({ query }: Work) => (query === PLACE ? 'operation' : 'push');

function resultsOf({ data, text }: GraphqlAnswer): readonly Acknowledged[] {
  if (data?.['placeOrder'] !== undefined) {
    const { extensions } = JSON.parse(text) as {
      readonly extensions: { readonly holdfast: Omit<Acknowledged, 'kind'> };
    };
    const { seq, outcome, replayed } = extensions.holdfast;
    return [{ kind: 'placement', seq, outcome, replayed }];
  }
  type Payload = { readonly results: readonly Omit<Acknowledged, 'kind'>[] };
  return (['note', 'product', 'order'] as const).flatMap((kind) =>
    (data?.[kind] as Payload).results.map((result) => ({ kind, ...result })),
  );
}

/** Nothing is known, or nothing was written: the same numbers again. */
function isPassing({ status, errors }: GraphqlAnswer): boolean {
  return status >= 500 || errors.every(({ extensions }) => extensions.retry !== 'NEVER');
}
