import { SyncError } from '../sync/errors.ts';
import type { ScopeHead, Viewer } from '../sync/model.ts';

/** Subscribes to every poke of this process; the returned function ends that. */
export type ListenToHeads = (listener: (head: ScopeHead) => void) => () => void;

/**
 * The pokes of these scopes, all the viewer's when undefined, until the consumer returns. A slow consumer gets the
 * latest of each scope and not one after the other (R30). News about the viewer's own access always comes.
 *
 * @throws SyncError `SCOPE_FORBIDDEN` for a scope that the viewer may not read, whether it exists or not.
 */
export function headStream(
  listen: ListenToHeads,
  viewer: Viewer,
  scopes: readonly string[] | undefined,
): AsyncIterable<ScopeHead> {
  const readable = new Set(viewer.scopes.map((scope) => scope.id));
  const wanted = new Set(scopes ?? readable);
  if ([...wanted].some((scope) => !readable.has(scope))) {
    throw new SyncError('SCOPE_FORBIDDEN', 'NEVER', 'You have no access to one of these scopes.');
  }
  const concerns = (head: ScopeHead) =>
    wanted.has(head.scope) || (head.accessChanged && head.scope === viewer.ownScope);
  return { [Symbol.asyncIterator]: () => new HeadIterator(listen, concerns) };
}

class HeadIterator implements AsyncIterator<ScopeHead> {
  readonly #latest = new Map<string, ScopeHead>();
  readonly #stop: () => void;
  #waiting: ((result: IteratorResult<ScopeHead>) => void) | null = null;
  #ended = false;

  constructor(listen: ListenToHeads, concerns: (head: ScopeHead) => boolean) {
    this.#stop = listen((head) => {
      if (concerns(head)) this.#offer(head);
    });
  }

  next(): Promise<IteratorResult<ScopeHead>> {
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#serve();
    });
  }

  return(): Promise<IteratorResult<ScopeHead>> {
    this.#ended = true;
    this.#stop();
    this.#waiting?.({ done: true, value: undefined });
    this.#waiting = null;
    return Promise.resolve({ done: true, value: undefined });
  }

  #offer(head: ScopeHead): void {
    const before = this.#latest.get(head.scope);
    this.#latest.set(head.scope, {
      ...head,
      accessChanged: head.accessChanged || before?.accessChanged === true,
    });
    this.#serve();
  }

  #serve(): void {
    const [first] = this.#latest.values();
    if (this.#waiting === null || first === undefined) return;
    this.#latest.delete(first.scope);
    this.#waiting({ done: false, value: first });
    this.#waiting = null;
  }
}
