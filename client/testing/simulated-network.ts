import type {
  Host,
  HostEvent,
  OperationClaim,
  Poke,
  PokeSource,
  Transport,
  TransportAnswer,
  TransportRequest,
} from '../sync/ports.ts';
import type { ReferenceServer } from './reference-server.ts';

/**
 * What becomes of one request. `lost`: it takes effect, the answer is lost. `held`: its answer waits for `release`; `answered`: it never
 * reaches the server, and this answer comes, held or at once.
 */
export type Fate =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'held' }
  | { readonly kind: 'answered'; readonly answer: TransportAnswer; readonly isHeld?: boolean };

/** The network between one device and a reference server, with a person's hand on the plug. */
export class SimulatedNetwork implements Transport, Host, PokeSource {
  /** False: there is no connection. Set it by `plug`, which tells the device as a browser would. */
  isPlugged = true;
  /** False: the page is in the background. Tell the device by `tell('visible')` or `tell('hidden')`. */
  isShown = true;
  /**
   * Decides each request, by its `document.name` for instance: `HoldfastHeads`, `HoldfastPull`, `HoldfastPush`, or an operation's own.
   * By default all are delivered.
   */
  fate: (request: TransportRequest) => Fate = () => ({ kind: 'delivered' });
  /** Bodies as they left, by document name. */
  readonly sent: {
    readonly name: string;
    readonly body: string;
    readonly keepalive: boolean;
    /** Of an operation. */
    readonly claim: OperationClaim | undefined;
  }[] = [];
  /** Whether the app has a fresh token when the server refuses the old one. Default: no. */
  token: () => Promise<boolean> = () => Promise.resolve(false);
  private readonly hostListeners = new Set<(event: HostEvent) => void>();
  private readonly pokeListeners = new Set<{ onPoke(poke: Poke): void; onConnected(): void }>();
  private held: (() => void)[] = [];

  constructor(
    private readonly server: ReferenceServer,
    private readonly user: string,
  ) {}

  /** Called by the engine. Each request meets the `fate` that stands when it is made. */
  async send(request: TransportRequest): Promise<TransportAnswer> {
    const body = JSON.stringify(request.variables);
    const { keepalive = false, claim } = request;
    this.sent.push({ name: request.document.name, body, keepalive, claim });
    const fate = this.isPlugged ? this.fate(request) : ({ kind: 'refused' } as const);
    await Promise.resolve();
    if (fate.kind === 'refused') return { kind: 'unreachable', message: 'refused' };
    if (fate.kind === 'answered') {
      if (fate.isHeld === true) await this.untilReleased();
      return fate.answer;
    }
    const answer = this.server.answer(JSON.parse(JSON.stringify(request)) as TransportRequest, this.user);
    if (fate.kind === 'held') await this.untilReleased();
    if (fate.kind === 'lost') return { kind: 'unreachable', message: 'timed out' };
    return { kind: 'answered', status: 200, retryAfterMs: null, body: answer };
  }

  /** Called by the engine. */
  refreshToken(): Promise<boolean> {
    return this.token();
  }

  private untilReleased(): Promise<void> {
    return new Promise((resolve) => this.held.push(resolve));
  }

  /** Held answers arrive now, the oldest `count` of them. */
  release(count = Infinity): void {
    for (const resolve of this.held.splice(0, count)) resolve();
  }

  /** Takes the connection away, or gives it back, and tells the device so. */
  plug(isPlugged: boolean): void {
    this.isPlugged = isPlugged;
    this.tell(isPlugged ? 'online' : 'offline');
    if (isPlugged) for (const listener of [...this.pokeListeners]) listener.onConnected();
  }

  /** What a browser tells its page: `online`, `offline`, `visible`, `hidden`, `resumed`. */
  tell(event: HostEvent): void {
    for (const listener of [...this.hostListeners]) listener(event);
  }

  /** A hint that a scope has a new head; lost while unplugged. */
  poke(scope: string, head: number, accessChanged = false): void {
    if (!this.isPlugged) return;
    for (const listener of [...this.pokeListeners]) listener.onPoke({ scope, head, accessChanged });
  }

  /** Called by the engine. */
  isOnline(): boolean {
    return this.isPlugged;
  }

  /** Called by the engine. */
  isVisible(): boolean {
    return this.isShown;
  }

  /** Called by the engine, for what the host tells and for pokes. */
  listen(
    listener: ((event: HostEvent) => void) | { onPoke(poke: Poke): void; onConnected(): void },
  ): () => void {
    if (typeof listener === 'function') {
      this.hostListeners.add(listener);
      return () => this.hostListeners.delete(listener);
    }
    this.pokeListeners.add(listener);
    return () => this.pokeListeners.delete(listener);
  }
}
