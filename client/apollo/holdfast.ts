import type { ApolloClient } from '@apollo/client';
import type { RecordRef, SyncEngine } from '../sync/model.ts';
import type { SyncedCache } from './synced-cache.ts';

/** A synced record for `from` of `useFragment`, and, through `cache.identify`, for `id` of `cache.modify`. */
export type FragmentRef = Readonly<Record<'__typename' | 'scope' | 'id', string>>;

/** An offline client: an ordinary ApolloClient, and the engine that answers it. */
export interface Holdfast {
  readonly client: ApolloClient;
  /** State of everything, conflicts, failed writes, history, `settled`, `catchUp`, `pause`, `signOut`. */
  readonly sync: SyncEngine;
  /** Names a record. `scope` absent: the type's fixed one, else the viewer's own. */
  ref(type: string, id: string, scope?: string): FragmentRef;
  /** Ends everything this client does in this page. Unsent changes stay stored and are sent by the next one. */
  close(): Promise<void>;
}

/** Names a record for Apollo, and puts it into the cache when the device holds it, so that a fragment finds it. */
export function fragmentRef(cache: SyncedCache, engine: SyncEngine, ref: PartialRef): FragmentRef {
  const scope = engine.manifest.types[ref.type]?.scope ?? ref.scope ?? engine.ownScope;
  cache.ensure({ type: ref.type, scope, id: ref.id });
  return { __typename: ref.type, scope, id: ref.id };
}

type PartialRef = Omit<RecordRef, 'scope'> & { readonly scope?: string | undefined };
