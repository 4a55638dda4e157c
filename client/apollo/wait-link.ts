import { ApolloLink } from '@apollo/client';
import LinkQueue from 'apollo-link-queue';
import { Observable } from 'rxjs';
import type { SyncEngine, SyncStatus, Unsubscribe } from '../sync/model.ts';
import { OfflineClientError } from './errors.ts';
import type {} from './offline-context.ts';

type Operation = ApolloLink.Operation;
type Forward = ApolloLink.ForwardFunction;
type Result = ApolloLink.Result;

/** What this link uses of apollo-link-queue, whose types belong to an older Apollo. */
interface Queue {
  open(): void;
  close(): void;
  request(operation: Operation, forward: Forward): Subscribable;
}

/** An rxjs Observable, or that of the Apollo which apollo-link-queue brought along. */
interface Subscribable {
  subscribe(observer: { next(value: Result): void; error(error: unknown): void; complete(): void }): {
    unsubscribe(): void;
  };
}

/** Holds mutations marked `context: { offline: 'wait' }` in apollo-link-queue until the connection is back. */
export class WaitLink extends ApolloLink {
  readonly #queue: Queue = createQueue();
  readonly #held = new Set<object>();
  readonly #engine: Pick<SyncEngine, 'setWaiting'>;
  readonly #stopListening: Unsubscribe;
  #isOpen = true;

  constructor(engine: Pick<SyncEngine, 'setWaiting' | 'status' | 'onStatus'>) {
    super();
    this.#engine = engine;
    this.#follow(engine.status());
    this.#stopListening = engine.onStatus((status) => this.#follow(status));
  }

  override request(operation: Operation, forward: Forward): Observable<Result> {
    const { offline } = operation.getContext();
    switch (offline) {
      case undefined:
        return forward(operation);
      case 'wait':
        return this.#heldUntilOpen(operation, forward);
      default:
        throw new OfflineClientError(
          'BAD_OFFLINE_OPTION',
          `\`offline: '${String(offline)}'\` means nothing: write 'queue', 'wait', or leave it out.`,
        );
    }
  }

  /** Stops following the connection. What is held stays held, and is gone with the page. */
  close(): void {
    this.#stopListening();
  }

  #heldUntilOpen(operation: Operation, forward: Forward): Observable<Result> {
    return new Observable((observer) => {
      const held = this.#isOpen ? undefined : {};
      if (held !== undefined) this.#count(() => this.#held.add(held));
      // Wrapped by hand: `from` of rxjs refuses the observables of the other Apollo, depending on load order.
      const subscription = this.#queue
        .request(operation, (released) => {
          if (held !== undefined) this.#count(() => this.#held.delete(held));
          return forward(released);
        })
        .subscribe({
          next: (result) => observer.next(result),
          error: (error) => observer.error(error),
          complete: () => observer.complete(),
        });
      return () => {
        if (held !== undefined) this.#count(() => this.#held.delete(held));
        subscription.unsubscribe();
      };
    });
  }

  #count(change: () => void): void {
    const before = this.#held.size;
    change();
    if (this.#held.size !== before) this.#engine.setWaiting(this.#held.size);
  }

  #follow(status: SyncStatus): void {
    const isOpen = canSend(status);
    if (isOpen === this.#isOpen) return;
    this.#isOpen = isOpen;
    if (isOpen) this.#queue.open();
    else this.#queue.close();
  }
}

function canSend({ online, phase }: SyncStatus): boolean {
  return online && phase !== 'offline' && phase !== 'paused' && phase !== 'signedOut';
}

function createQueue(): Queue {
  // Some bundlers hand over the module, others its default export.
  const library = LinkQueue as unknown as (new () => Queue) & { readonly default?: new () => Queue };
  return new (library.default ?? library)();
}
