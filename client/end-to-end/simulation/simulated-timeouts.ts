import type { Scheduler } from './scheduler.ts';

/**
 * While this work goes on, the machine's `setTimeout` is the scheduler's: Apollo Client sets timers of its own, to notify a query, and
 * such a query may ask the engine to pull. Otherwise the machine's load would have a say in a run. One work at a time.
 */
export async function withSimulatedTimeouts<T>(scheduler: Scheduler, work: () => Promise<T>): Promise<T> {
  const { setTimeout, clearTimeout } = globalThis;
  const cancels = new WeakMap<object, () => void>();
  Object.assign(globalThis, {
    setTimeout: (run: (...args: readonly unknown[]) => void, delayMs = 0, ...args: readonly unknown[]) => {
      const cancel = scheduler.after({ owner: null, label: 'timeout', delayMs, run: () => run(...args) });
      const handle = {};
      cancels.set(handle, cancel);
      return handle;
    },
    // Those that were set before are the machine's still.
    clearTimeout: (handle?: NodeJS.Timeout) => {
      const cancel = handle === undefined ? undefined : cancels.get(handle);
      if (cancel === undefined) clearTimeout(handle);
      else cancel();
    },
  });
  try {
    return await work();
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }
}
