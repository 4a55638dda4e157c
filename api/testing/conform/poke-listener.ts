import { createClient } from 'graphql-ws';
import type { Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Actor, Wire } from './wire.ts';

export interface Poke {
  readonly scope: string;
  readonly head: number;
  readonly accessChanged: boolean;
}

/** A server that does not even shake hands must not hold the run up. */
class ImpatientWebSocket extends WebSocket {
  constructor(url: string, protocols: string) {
    super(url, protocols, { handshakeTimeout: 5_000 });
  }
}

/** A subscription to pokes over WebSocket. */
export class PokeListener {
  readonly pokes: Poke[] = [];
  readonly #closed: Promise<number>;
  /** What the subscription ended with, if it was refused. */
  failure: unknown = null;
  readonly #client: Client;
  readonly #arrivals = new Set<() => void>();

  constructor(wire: Wire, actor: Pick<Actor, 'token'>, scopes: readonly string[]) {
    let close: (code: number) => void = () => undefined;
    this.#closed = new Promise((resolve) => (close = resolve));
    this.#client = createClient({
      url: wire.url.replace(/^http/, 'ws'),
      webSocketImpl: ImpatientWebSocket,
      connectionParams: { token: actor.token },
      retryAttempts: 0,
      on: { closed: (event) => close((event as { readonly code: number }).code) },
    });
    const { name, text } = wire.documents.pokes;
    this.#client.subscribe<{ readonly scopeHeads: Poke }>(
      { operationName: name, query: text, variables: { scopes } },
      {
        next: ({ data, errors }) => {
          if (data) this.pokes.push(data.scopeHeads);
          if (errors) this.failure = errors;
          this.#arrive();
        },
        error: (error) => {
          this.failure = error ?? true;
          this.#arrive();
        },
        complete: () => undefined,
      },
    );
  }

  /** Until something arrives, or for that time. */
  async next(timeoutMs: number): Promise<void> {
    await within(new Promise<void>((resolve) => this.#arrivals.add(resolve)), timeoutMs);
  }

  /** The code that the server closes the socket with; null: it does not in that time. */
  closedWithin(timeoutMs: number): Promise<number | null> {
    return within(this.#closed, timeoutMs);
  }

  async close(): Promise<void> {
    await this.#client.dispose();
  }

  #arrive(): void {
    for (const arrived of this.#arrivals) arrived();
    this.#arrivals.clear();
  }
}

async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), timeoutMs)));
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
