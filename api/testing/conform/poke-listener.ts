import { createClient } from 'graphql-ws';
import type { Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Actor, Wire } from './wire.ts';

export interface Poke {
  readonly scope: string;
  readonly head: number;
  readonly accessChanged: boolean;
}

/** A subscription to pokes over WebSocket. */
export class PokeListener {
  readonly pokes: Poke[] = [];
  /** The code that the server closed the socket with. */
  readonly closed: Promise<number>;
  /** What the subscription ended with, if it was refused. */
  failure: unknown = null;
  readonly #client: Client;
  readonly #arrivals = new Set<() => void>();

  constructor(wire: Wire, actor: Pick<Actor, 'token'>, scopes: readonly string[]) {
    let close: (code: number) => void = () => undefined;
    this.closed = new Promise((resolve) => (close = resolve));
    this.#client = createClient({
      url: wire.url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
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

  /** Whether something arrives in that time. */
  async next(timeoutMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const arrived = new Promise<boolean>((resolve) => this.#arrivals.add(() => resolve(true)));
    const timeout = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), timeoutMs)));
    return Promise.race([arrived, timeout]).finally(() => clearTimeout(timer));
  }

  async close(): Promise<void> {
    await this.#client.dispose();
  }

  #arrive(): void {
    for (const arrived of this.#arrivals) arrived();
    this.#arrivals.clear();
  }
}
