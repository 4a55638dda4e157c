/** `@holdfast/client/worker`: for the app's service worker. Sends what is unsent while no page is open. */
export { flushInBackground } from './worker/flush-in-background.ts';
export type { BackgroundOptions } from './worker/flush.ts';
export type { Migration, Migrations, StoredEdit } from './sync/engine-options.ts';
export type { QueuedOperation } from './sync/model.ts';
export type { GetToken } from './network/token-source.ts';
export type { Json, Manifest, Values } from './sync/manifest.ts';
