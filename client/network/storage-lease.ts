import type { Clock } from '../sync/ports.ts';
import type { SyncStorage } from '../sync/storage-port.ts';
import type { LeaseStore } from './lease-leadership.ts';

/** The lease as a row of the device's database, whose write transactions happen one after another. */
export function createStorageLease(storage: SyncStorage, clock: Clock): LeaseStore {
  return {
    async take({ owner, durationMs, steal }) {
      const { value } = await storage.write('relaxed', async (tx) => {
        const lease = await tx.meta('lease');
        const nowMs = clock.now();
        // A wall clock that jumped back must not leave a lease standing for hours.
        const untilMs = lease?.untilMs ?? 0;
        const stands = untilMs > nowMs && untilMs <= nowMs + durationMs;
        if (stands && lease?.owner !== owner && !steal) return false;
        tx.putMeta('lease', { owner, untilMs: nowMs + durationMs });
        return true;
      });
      return value;
    },
    async release(owner) {
      await storage.write('relaxed', async (tx) => {
        const lease = await tx.meta('lease');
        if (lease?.owner === owner) tx.putMeta('lease', null);
      });
    },
  };
}
