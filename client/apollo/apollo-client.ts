import { ApolloClient, ApolloLink } from '@apollo/client';
import { LocalState } from '@apollo/client/local-state';
import type { SyncEngine } from '../sync/model.ts';
import { createViewerLink } from './http-link.ts';
import { QueueLink } from './queue-link.ts';
import { SyncLink } from './sync-link.ts';
import type { SyncedCache } from './synced-cache.ts';
import { WaitLink } from './wait-link.ts';

export interface ApolloClientOptions {
  readonly engine: SyncEngine;
  readonly cache: SyncedCache;
  /** Takes what does not sync to a server. */
  readonly link: ApolloLink;
  readonly userId: string;
  /** The app's own options; `cache` and `link` are not among them. */
  readonly clientOptions?: Omit<ApolloClient.Options, 'cache' | 'link'> | undefined;
}

/** An ordinary ApolloClient whose synced types are answered by the engine, and what ends its following of the engine. */
export function createApolloClient({ engine, cache, link, userId, clientOptions }: ApolloClientOptions): {
  readonly client: ApolloClient;
  readonly close: () => void;
} {
  const stopShowing = engine.onChange((changes) => cache.apply(changes));
  const wait = new WaitLink(engine);
  const viewer = createViewerLink(userId, engine.manifest.protocol);
  const client = new ApolloClient({
    // Any `@client` field needs a LocalState, be it empty.
    localState: new LocalState(),
    ...clientOptions,
    cache,
    link: ApolloLink.from([new SyncLink(engine), new QueueLink(engine), wait, viewer, link]),
  });
  const close = (): void => {
    stopShowing();
    wait.close();
    client.stop();
  };
  return { client, close };
}
