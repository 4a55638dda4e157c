import type { ApolloClient, ApolloLink, InMemoryCacheConfig } from '@apollo/client';
import type { SyncEngine, Unsubscribe } from '../sync/model.ts';
import type { Timers } from '../sync/ports.ts';
import type { KeyValue } from '../sync/storage-port.ts';
import { createApolloClient } from './apollo-client.ts';
import type { Holdfast } from './holdfast.ts';
import { fragmentRef } from './holdfast.ts';
import type { Credentials } from './http-link.ts';
import { createHttpLink } from './http-link.ts';
import { OtherResults } from './other-results.ts';
import { SyncedCache } from './synced-cache.ts';

/** What an app may set of its Apollo client. */
export interface ApolloSettings {
  /** Takes what does not sync to a server, in place of the HTTP link to `uri`. */
  readonly link?: ApolloLink | undefined;
  /** Type policies and other settings for what does not sync. */
  readonly cache?: InMemoryCacheConfig | undefined;
  readonly clientOptions?: Omit<ApolloClient.Options, 'cache' | 'link'> | undefined;
}

export interface HoldfastParts {
  readonly engine: SyncEngine;
  readonly uri: string;
  readonly userId: string;
  readonly credentials: Credentials;
  /** Keeps the results of queries that do not sync. */
  readonly storage: KeyValue;
  readonly timers: Timers;
  readonly settings: ApolloSettings;
  /** Told of what went wrong without stopping anything. */
  readonly onWarning: (error: unknown) => void;
}

/** Puts Apollo on top of an engine. Resolves when the saved results of other queries are back in the cache. */
export async function createHoldfast(parts: HoldfastParts): Promise<Holdfast> {
  const { engine, settings, uri, userId, credentials } = parts;
  const cache = new SyncedCache(engine, settings.cache);
  const others = new OtherResults({
    cache,
    manifest: engine.manifest,
    storage: parts.storage,
    timers: parts.timers,
    maySave: () => engine.status().leader,
    onError: parts.onWarning,
  });
  // Before the client exists: restoring drops what the cache holds, without telling those who watch it.
  await others.restore();
  const stopFollowing = followLeadership(engine, others);
  const { client, close } = createApolloClient({
    engine,
    cache,
    link: settings.link ?? createHttpLink({ uri, credentials }),
    userId,
    clientOptions: settings.clientOptions,
  });
  return {
    client,
    sync: engine,
    ref: (type, id, scope) => fragmentRef(cache, engine, { type, id, scope }),
    async close() {
      await others.save();
      others.stop();
      stopFollowing();
      close();
      await engine.stop();
    },
  };
}

/** Saves what this tab alone holds when it begins to lead, and nothing more once its user has signed out. */
function followLeadership(engine: SyncEngine, others: OtherResults): Unsubscribe {
  let { leader: wasLeader } = engine.status();
  return engine.onStatus(({ leader, phase }) => {
    if (phase === 'signedOut') others.pause();
    else others.resume();
    if (leader && !wasLeader) void others.save();
    wasLeader = leader;
  });
}
