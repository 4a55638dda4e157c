import type { SyncStatus } from '../sync/model.ts';
import type { EngineValue } from './use-engine-value.ts';
import { useEngineValue } from './use-engine-value.ts';

const STATUS: EngineValue<SyncStatus> = {
  read: (engine) => engine.status(),
  listen: (engine, changed) => engine.onStatus(changed),
  isSame: (before, now) => before === now || JSON.stringify(before) === JSON.stringify(now),
};

/** The state of everything: what is pending, what syncs, what went wrong. The same in every tab, but for `leader`. */
export function useSyncStatus(): SyncStatus {
  return useEngineValue(STATUS);
}
