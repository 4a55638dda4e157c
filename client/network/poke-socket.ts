import type { Client, ClientOptions } from 'graphql-ws/client';
import type { SyncDocument } from '../sync/manifest.ts';
import type { Unsubscribe } from '../sync/model.ts';
import type { Host, Poke, PokeSource, Random, Timers } from '../sync/ports.ts';
import type { TokenSource } from './token-source.ts';

type Listener = Parameters<PokeSource['listen']>[0];

const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 60_000;
const KEEP_ALIVE_MS = 15_000;
const PONG_TIMEOUT_MS = 10_000;
/** Closed because the token is missing, or because it ended and with it the socket's authority (R31). */
const AUTHORITY_ENDED: readonly unknown[] = [4401, 4403];

export interface PokeSocketOptions {
  /** `ws:` or `wss:` URL of the endpoint. */
  readonly url: string;
  /** The manifest's `pokes` document. */
  readonly document: SyncDocument;
  readonly tokens: TokenSource;
  readonly timers: Timers;
  readonly random: Random;
  /** When it comes back online or into view, a waiting attempt is made at once. */
  readonly host?: Host;
  /** For hosts without WebSocket of their own (Node 20): the `ws` package's class. */
  readonly webSocketImpl?: unknown;
  /** The first step of the backoff. Default 500, doubling to 60,000, full jitter. */
  readonly firstBackoffMs?: number;
}

/** Pokes over one WebSocket (graphql-transport-ws), which is opened while someone listens and opened again for ever. */
export function createPokeSocket(options: PokeSocketOptions): PokeSource {
  return {
    listen(listener) {
      const subscription = new PokeSubscription(options, listener);
      subscription.start();
      return () => subscription.stop();
    },
  };
}

/** The WebSocket URL of a GraphQL endpoint: the same path, as the same origin's `ws:` or `wss:`. */
export function pokeUrl(uri: string, pageUrl?: string): string {
  const url = new URL(uri, pageUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/**
 * ```
 * connecting ──ack──▶ listening ──any end──▶ waiting (full jitter) ──timer, online, visible──▶ connecting
 * ```
 * graphql-ws calls several ends fatal. Here none is: each attempt has a client of its own that never retries, and this
 * loop alone decides when the next one comes.
 */
class PokeSubscription {
  private attempts = 0;
  private isStopped = false;
  private cancelWait: Unsubscribe | null = null;
  private endAttempt: Unsubscribe = () => undefined;
  private unlistenHost: Unsubscribe = () => undefined;

  constructor(
    private readonly options: PokeSocketOptions,
    private readonly listener: Listener,
  ) {}

  start(): void {
    this.unlistenHost =
      this.options.host?.listen((event) => {
        if (event === 'offline' || event === 'hidden' || this.cancelWait === null) return;
        this.attempts = 0;
        this.connect();
      }) ?? this.unlistenHost;
    this.connect();
  }

  stop(): void {
    this.isStopped = true;
    this.unlistenHost();
    this.cancelWait?.();
    this.cancelWait = null;
    this.endAttempt();
  }

  private connect(): void {
    this.cancelWait?.();
    this.cancelWait = null;
    this.attempt().then(
      (reason) => this.waitThenConnect(reason),
      (reason: unknown) => this.waitThenConnect(reason),
    );
  }

  /** Resolves or rejects, with the reason, when the attempt is over. */
  private async attempt(): Promise<unknown> {
    // Loaded when first needed: an app that starts offline does not wait for it.
    const { createClient } = await import('graphql-ws/client');
    if (this.isStopped) return undefined;
    const client = this.createSocket(createClient);
    const { name, text } = this.options.document;
    return new Promise((resolve) => {
      const unsubscribe = client.subscribe(
        { operationName: name, query: text },
        {
          next: (result) => {
            this.attempts = 0;
            pokesOf(result.data).forEach((poke) => this.listener.onPoke(poke));
          },
          error: resolve,
          complete: () => resolve(undefined),
        },
      );
      this.endAttempt = () => {
        unsubscribe();
        resolve(undefined);
      };
    });
  }

  private createSocket(createClient: (options: ClientOptions) => Client): Client {
    let pongTimeout: Unsubscribe = () => undefined;
    const client: Client = createClient({
      url: this.options.url,
      webSocketImpl: this.options.webSocketImpl,
      retryAttempts: 0,
      keepAlive: KEEP_ALIVE_MS,
      connectionAckWaitTimeout: PONG_TIMEOUT_MS,
      connectionParams: async () => {
        const token = await this.options.tokens.current();
        return token === null ? {} : { token };
      },
      on: {
        connected: () => {
          if (!this.isStopped) this.listener.onConnected();
        },
        // A half-open connection looks alive until someone asks.
        ping: (received) => {
          if (received) return;
          pongTimeout = this.options.timers.after(PONG_TIMEOUT_MS, () => client.terminate());
        },
        pong: () => {
          // Only a connection that lasted ends the backoff: a server that acknowledges and closes is not hammered.
          this.attempts = 0;
          pongTimeout();
        },
        closed: () => pongTimeout(),
      },
    });
    return client;
  }

  private async waitThenConnect(reason: unknown): Promise<void> {
    if (this.isStopped) return;
    if (endedAuthority(reason)) await this.options.tokens.refresh();
    if (this.isStopped) return;
    const stepMs = (this.options.firstBackoffMs ?? FIRST_BACKOFF_MS) * 2 ** Math.min(this.attempts, 30);
    this.attempts += 1;
    const delayMs = this.options.random.next() * Math.min(stepMs, LONGEST_BACKOFF_MS);
    this.cancelWait = this.options.timers.after(delayMs, () => this.connect());
  }
}

function endedAuthority(reason: unknown): boolean {
  return (
    typeof reason === 'object' && reason !== null && 'code' in reason && AUTHORITY_ENDED.includes(reason.code)
  );
}

/** The pokes in one answer. It is a hint, so one of another shape is passed over. */
function pokesOf(data: Record<string, unknown> | null | undefined): Poke[] {
  return Object.values(data ?? {}).filter(isPoke);
}

function isPoke(value: unknown): value is Poke {
  if (typeof value !== 'object' || value === null) return false;
  const { scope, head, accessChanged } = value as Partial<Record<keyof Poke, unknown>>;
  return typeof scope === 'string' && typeof head === 'number' && typeof accessChanged === 'boolean';
}
