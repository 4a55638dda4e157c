import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { SyncEngine, Unsubscribe } from '../sync/model.ts';
import { useHoldfast } from './offline-provider.tsx';

/** What a component wants to know of the engine. Defined outside of the component, or memoized. */
export interface EngineValue<T> {
  read(engine: SyncEngine): T;
  /** Calls `changed` whenever `read` may answer differently. */
  listen(engine: SyncEngine, changed: () => void): Unsubscribe;
  isSame(before: T, now: T): boolean;
}

/** Follows a value of the engine. The same object is returned until it differs by `isSame`. */
export function useEngineValue<T>(value: EngineValue<T>): T {
  const { sync } = useHoldfast();
  const snapshot = useMemo(() => createSnapshot(sync, value), [sync, value]);
  const subscribe = useCallback(
    (notify: () => void) => {
      const look = (): void => {
        if (snapshot.refresh()) notify();
      };
      const stop = value.listen(sync, look);
      // What happened since it was drawn was told to nobody here.
      look();
      return stop;
    },
    [sync, value, snapshot],
  );
  return useSyncExternalStore(subscribe, snapshot.get, snapshot.get);
}

function createSnapshot<T>(
  sync: SyncEngine,
  value: EngineValue<T>,
): { get: () => T; refresh: () => boolean } {
  let current = value.read(sync);
  const refresh = (): boolean => {
    const now = value.read(sync);
    if (value.isSame(current, now)) return false;
    current = now;
    return true;
  };
  return { get: () => current, refresh };
}

/** Status and changes together: whatever the person could see move. */
export function listenToAll(engine: SyncEngine, changed: () => void): Unsubscribe {
  const stops = [engine.onStatus(changed), engine.onChange(changed)];
  return () => stops.forEach((stop) => stop());
}

/** Lists of the same elements in the same order, an element compared as JSON when it is another object. */
export function isSameList<T>(before: readonly T[], now: readonly T[]): boolean {
  return (
    before.length === now.length &&
    before.every((item, index) => item === now[index] || JSON.stringify(item) === JSON.stringify(now[index]))
  );
}
