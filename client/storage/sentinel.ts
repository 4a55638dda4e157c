/** Remembers, outside the database, that there is one: where it is missing then, it was lost. */
export interface Sentinel {
  isSet(): boolean;
  set(): void;
  clear(): void;
}

/**
 * In localStorage, which browsers do not evict together with databases. Where it cannot be used, a lost database looks like a
 * first run.
 */
export function localSentinel(name: string, storage: () => Storage = () => localStorage): Sentinel {
  const attempt = (use: (store: Storage) => unknown): unknown => {
    try {
      return use(storage());
    } catch {
      // Forbidden by the browser's settings, or full.
      return null;
    }
  };
  return {
    isSet: () => attempt((store) => store.getItem(name)) !== null,
    set: () => void attempt((store) => store.setItem(name, '1')),
    clear: () => void attempt((store) => store.removeItem(name)),
  };
}
