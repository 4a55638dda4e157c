/**
 * Everything the engine needs from outside, as the guarantees an implementer owes. The engine itself has no clock, no
 * randomness, no timer and no network. Storage is in storage-port.ts.
 */
import type { SyncDocument, Json } from './manifest.ts';
import type { SyncStatus, Unsubscribe } from './model.ts';

export interface Clock {
  /** Wall clock, milliseconds since 1970. May jump. */
  now(): number;
  /** Milliseconds since some start; never goes back, goes on while the machine sleeps, and does not follow a clock that is set. */
  monotonic(): number;
}

export interface Timers {
  /** Calls `run` once, not before `delayMs`. The returned function cancels it. */
  after(delayMs: number, run: () => void): Unsubscribe;
}

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A new UUIDv7. */
  id(): string;
}

/** The number under which an operation runs exactly once (R32); it goes into the request's `extensions.holdfast`. */
export interface OperationClaim {
  readonly device: { readonly id: string; readonly epoch?: string; readonly acknowledged: number };
  readonly scope: string;
  readonly seq: number;
}

/** One request: a document, of syncing or of an operation, and its variables. */
export interface TransportRequest {
  readonly document: Pick<SyncDocument, 'name' | 'text'>;
  readonly variables: Readonly<Record<string, Json>>;
  readonly claim?: OperationClaim;
  /** The user this request is meant for; the server refuses another one (WRONG_VIEWER). */
  readonly viewer: string;
  /** Send even if the page is going away; the body is then at most 60 kB, else it is sent normally. */
  readonly keepalive?: boolean;
}

/** What came back, unjudged: errors.ts classifies it. */
export type TransportAnswer =
  | {
      readonly kind: 'answered';
      /** HTTP status. */
      readonly status: number;
      /** From `Retry-After`, milliseconds; null without it. */
      readonly retryAfterMs: number | null;
      /** The parsed GraphQL response; null when the body was cut, was no JSON or had another content type. */
      readonly body: {
        readonly data?: Json;
        readonly errors?: readonly TransportError[];
        readonly extensions?: Json;
      } | null;
    }
  /** No answer: refused, cut, timed out. The outcome is unknown. */
  | { readonly kind: 'unreachable'; readonly message: string };

export interface TransportError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: {
    readonly code?: string;
    readonly retry?: string;
    readonly [key: string]: Json | undefined;
  };
}

/** Sends one request, once: retrying is the engine's. Never rejects. Gives up after `timeoutMs` (30 s by default). */
export interface Transport {
  send(request: TransportRequest): Promise<TransportAnswer>;
  /** Asks the app for a fresh token; false when there is none. The next `send` uses it. */
  refreshToken(): Promise<boolean>;
}

export interface Poke {
  readonly scope: string;
  readonly head: number;
  readonly accessChanged: boolean;
}

/** Hints that something changed; may be lost, doubled, late (R30). Reconnects by itself, for ever, with full jitter. */
export interface PokeSource {
  /** Opens when someone listens; the returned function closes. `onConnected` is called at each (re)connection. */
  listen(listener: { onPoke(poke: Poke): void; onConnected(): void }): Unsubscribe;
}

export type HostEvent = 'online' | 'offline' | 'visible' | 'hidden' | 'resumed';

/** What the page or process is told by its host. A hint: reachability is what requests show. */
export interface Host {
  isOnline(): boolean;
  isVisible(): boolean;
  listen(listener: (event: HostEvent) => void): Unsubscribe;
}

/** Who of several tabs syncs. */
export interface Leadership {
  /**
   * Waits for its turn. `onGained` when this tab leads, `onLost` when another one took over (also after a freeze).
   * The returned function gives it up. A visible tab calls `steal` when the leader's heartbeat, kept in storage, stopped.
   */
  campaign(listener: { onGained(): void; onLost(): void }): { steal(): void; resign: Unsubscribe };
}

/** Sends unsent work while no page is open. */
export interface BackgroundFlush {
  /** `off`: the app has no worker that could. `unsupported`: the browser lacks it or forbids it. */
  readonly state: SyncStatus['backgroundSync'];
  /** Called when `state` changed. */
  listen(listener: () => void): Unsubscribe;
  /**
   * Asks for a flush once there is a connection, and once there is a worker. `isRenewal`: it may have been asked for already, and is
   * not asked for twice; to find that out takes a moment that a page on its way out may not have.
   */
  request(isRenewal: boolean): void;
}

/** A message to this database's other tabs: only a hint to look into storage. */
export interface TabChannel {
  announce(): void;
  listen(listener: () => void): Unsubscribe;
  close(): void;
}
