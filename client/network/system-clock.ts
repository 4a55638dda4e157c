import type { Clock, Random, Timers } from '../sync/ports.ts';
import { newId } from './new-id.ts';

/** The longest delay a host keeps; longer ones would fire at once. */
const LONGEST_DELAY_MS = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** Timers of the host. Delays of any length are kept; a negative one counts as 0. */
export const systemTimers: Timers = {
  after(delayMs, run) {
    let handle: ReturnType<typeof setTimeout>;
    const wait = (leftMs: number): void => {
      const stepMs = Math.min(leftMs, LONGEST_DELAY_MS);
      handle = setTimeout(() => (leftMs > stepMs ? wait(leftMs - stepMs) : run()), stepMs);
    };
    wait(Math.max(0, delayMs));
    return () => clearTimeout(handle);
  },
};

export const systemRandom: Random = {
  next: () => Math.random(),
  id: newId,
};
