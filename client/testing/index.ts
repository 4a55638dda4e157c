/** `@holdfast/client/testing`. */
export { ManualClock } from './manual-clock.ts';
