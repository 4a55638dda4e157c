import { graphqlRequest, type GraphqlAnswer } from './graphql-request.ts';
import type { TestApi } from './test-server.ts';

/** What the server answered to one change. */
export interface Acknowledged {
  readonly seq: number;
  readonly outcome: string;
  readonly replayed: boolean;
  readonly version: number | null;
}

/** A numbered push, sent as it is until it is answered. */
interface Push {
  readonly changes: readonly Record<string, unknown>[];
  readonly products: readonly Record<string, unknown>[];
}

export interface CrashWriterOptions {
  readonly api: Pick<TestApi, 'url' | 'tokenFor'>;
  /** The device's id, and where its records' ids begin. */
  readonly name: string;
  /** From 0 up to 1, seeded. */
  readonly random: () => number;
}

const MUTATION = `mutation ($device: DeviceInput, $notes: [NoteUpsert!]!, $products: [ProductUpsert!]!) {
  upsertNotes(scope: "catalog", device: $device, changes: $notes) {
    results { seq outcome replayed record { version } }
  }
  upsertProducts(scope: "catalog", device: $device, changes: $products) {
    results { seq outcome replayed record { version } }
  }
}`;

/**
 * One device that never gives up: each push makes some notes and adds one to a counter that all devices share, in one
 * transaction, and is repeated until it is answered. Knows at any instant whether a push is under way.
 */
export class CrashWriter {
  readonly acknowledged: Acknowledged[] = [];
  pushCount = 0;
  /** How many pushes were answered as executed before, because their first answer was lost. */
  replayedCount = 0;
  /** How many pushes were sent more than once and yet were executed by their last sending alone. */
  lostCount = 0;
  isSending = false;
  #seq = 0;
  #last: Push | null = null;

  constructor(private readonly options: CrashWriterOptions) {}

  /** Pushes until told to stop; the push under way then is still seen through. */
  async write(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#last = this.#next();
      this.#count(await this.#deliver(this.#last));
      await pause(this.options.random() * 10);
    }
  }

  /** Sends the last push once more. */
  async again(): Promise<readonly Acknowledged[]> {
    if (this.#last === null) return [];
    return (await this.#deliver(this.#last)).results;
  }

  #next(): Push {
    const { name, random } = this.options;
    const noteCount = 1 + Math.floor(random() * 3);
    const changes = Array.from({ length: noteCount }, () => {
      const seq = ++this.#seq;
      return { id: `${name}-${seq}`, seq, title: `${name} ${seq}`, editedAt: EDITED_AT };
    });
    const seq = ++this.#seq;
    // A base of 0 adds one to whatever the stock is (R21): executed twice, it would show.
    const products = [{ id: 'counted', version: 1, base: { stock: 0 }, stock: 1, seq, editedAt: EDITED_AT }];
    return { changes, products };
  }

  async #deliver(
    push: Push,
  ): Promise<{ readonly results: readonly Acknowledged[]; readonly attempts: number }> {
    for (let attempts = 1; ; attempts += 1) {
      this.isSending = true;
      const answer = await this.#send(push).catch(() => null);
      this.isSending = false;
      if (answer?.status === 200 && answer.errors.length === 0)
        return { results: resultsOf(answer), attempts };
      if (answer !== null && !isPassing(answer)) throw new Error(`The push was refused: ${answer.text}`);
      await pause(5 + this.options.random() * 40);
    }
  }

  async #send({ changes, products }: Push): Promise<GraphqlAnswer> {
    const { api, name } = this.options;
    return graphqlRequest(api, {
      query: MUTATION,
      variables: { device: { id: name, sentAt: EDITED_AT }, notes: changes, products },
      token: await api.tokenFor('sam'),
    });
  }

  #count({
    results,
    attempts,
  }: {
    readonly results: readonly Acknowledged[];
    readonly attempts: number;
  }): void {
    this.pushCount += 1;
    this.acknowledged.push(...results);
    if (results.some(({ replayed }) => replayed)) this.replayedCount += 1;
    else if (attempts > 1) this.lostCount += 1;
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const EDITED_AT = '2026-01-31T12:00:00.000Z';

function resultsOf({ data }: GraphqlAnswer): readonly Acknowledged[] {
  type Payload = {
    readonly results: readonly (Omit<Acknowledged, 'version'> & {
      readonly record: { readonly version: number } | null;
    })[];
  };
  return Object.values(data ?? {}).flatMap((payload) =>
    (payload as Payload).results.map(({ record, ...result }) => ({
      ...result,
      version: record?.version ?? null,
    })),
  );
}

/** Nothing is known, or nothing was written: the same numbers again. */
function isPassing({ status, errors }: GraphqlAnswer): boolean {
  return status >= 500 || errors.every(({ extensions }) => extensions.retry !== 'NEVER');
}
