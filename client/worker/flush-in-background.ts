import { readDatabaseName } from '../storage/open-storage.ts';
import { flush, type BackgroundOptions } from './flush.ts';

/** The part of Background Sync's event that is needed; TypeScript's libraries do not have it. */
interface SyncEvent extends Event {
  readonly tag: string;
  waitUntil(work: Promise<unknown>): void;
}

/** Whose unsent work a service worker sends, and where to. */
/**
 * For a service worker: sends the unsent changes of every user of this app while no page is open, when the browser says that there
 * is a connection (Background Sync). Pages ask for it when they are created with `backgroundSync: true`. Requests carry the
 * session cookie or what `getToken` gives for that user; a user whom the server does not take for the one signed in keeps all and
 * sends nothing. To be called while the worker's script runs.
 */
export function flushInBackground(options: BackgroundOptions): void {
  addEventListener('sync', (event) => {
    const { tag, waitUntil } = event as SyncEvent;
    const name = readDatabaseName(tag);
    if (name?.app === options.app) waitUntil.call(event, flush(options, { name: tag, user: name.user }));
  });
}
