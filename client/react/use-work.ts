import type { Conflict, FailedWrite, PendingChange, SupersededChange, SyncEngine } from '../sync/model.ts';
import type { EngineValue } from './use-engine-value.ts';
import { isSameList, listenToAll, useEngineValue } from './use-engine-value.ts';

/** Conflicts that wait for a person's decision; `sync.resolve` takes it. */
export function useConflicts(): readonly Conflict[] {
  return useEngineValue(CONFLICTS);
}

/** Changes that the server refused; `sync.retry`, `sync.edit` or `sync.discard` settles one. */
export function useFailedWrites(): readonly FailedWrite[] {
  return useEngineValue(FAILED);
}

/** Changes that the server has not answered yet. */
export function usePendingChanges(): readonly PendingChange[] {
  return useEngineValue(PENDING);
}

/** Values of this device that lost against another edit, newest first; `sync.restore` writes one again, `sync.dismiss` drops it. */
export function useHistory(): readonly SupersededChange[] {
  return useEngineValue(HISTORY);
}

const CONFLICTS = listOf((engine) => engine.conflicts());
const FAILED = listOf((engine) => engine.failed());
const PENDING = listOf((engine) => engine.pending());
const HISTORY = listOf((engine) => engine.history());

function listOf<T>(read: (engine: SyncEngine) => readonly T[]): EngineValue<readonly T[]> {
  return { read, listen: listenToAll, isSame: isSameList };
}
