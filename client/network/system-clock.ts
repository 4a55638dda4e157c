import type { Clock, Random, Timers } from '../sync/ports.ts';
import { newId } from './new-id.ts';

/** The longest delay a host keeps; longer ones would fire at once. */
const LONGEST_DELAY_MS = 2_147_483_647;

/** A longer gap is no sleep but a clock that was set, such as one that had lost its battery. */
const LONGEST_SLEEP_MS = 30 * 24 * 3_600_000;
/** What the two clocks of a host may differ by from one reading to the next. */
const TOLERANCE_MS = 500;

/**
 * Most browsers stop `performance.now()` while the machine sleeps, and a sleep cannot be told from a wall clock that was set forward.
 * Sleep is what happens every day: so a forward gap of up to 30 days counts as time that has passed, and only a clock that was set
 * back, or further forward than that, shows as a jump. Edits before a night in the bag keep the time at which they were made.
 */
export function createSystemClock(wall: () => number, running: () => number): Clock {
  let sleptMs = 0;
  let offset = wall() - running();
  return {
    now: wall,
    monotonic() {
      const gap = wall() - running() - offset;
      if (Math.abs(gap) > TOLERANCE_MS) offset += gap;
      if (gap > TOLERANCE_MS && gap <= LONGEST_SLEEP_MS) sleptMs += gap;
      return running() + sleptMs;
    },
  };
}

export const systemClock: Clock = createSystemClock(
  () => Date.now(),
  () => performance.now(),
);

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
