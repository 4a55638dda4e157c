/** `@holdfast/client/worker`: for the app's service worker. Sends what is unsent while no page is open. */
export { flushInBackground } from './worker/flush-in-background.ts';
export type { BackgroundOptions } from './worker/flush-in-background.ts';
