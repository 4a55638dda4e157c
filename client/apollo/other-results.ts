import type { NormalizedCacheObject, StoreObject } from '@apollo/client';
import { fieldNameFromStoreName } from '@apollo/client/cache';
import { CachePersistor } from 'apollo3-cache-persist';
import type { Manifest } from '../sync/manifest.ts';
import type { Unsubscribe } from '../sync/model.ts';
import type { Timers } from '../sync/ports.ts';
import type { KeyValue } from '../sync/storage-port.ts';
import { syncedRootFields } from './device-fields.ts';
import type { Changed, Entities } from './result-buckets.ts';
import { ResultBuckets } from './result-buckets.ts';
import type { SyncedCache } from './synced-cache.ts';

const KEY = 'apollo-cache';
/** A save waits until nothing was written for this long … */
const QUIET_MS = 500;
/** … and at most this long after the first write, so that a live feed cannot put it off for ever. */
const MAX_WAIT_MS = 2_000;

export interface OtherResultsOptions {
  readonly cache: SyncedCache;
  readonly manifest: Manifest;
  readonly storage: KeyValue;
  readonly timers: Timers;
  /** False in tabs that do not lead: one tab saves. */
  readonly maySave: () => boolean;
  /** Told when a save or a restore failed. The results concerned are saved again with the next change. */
  readonly onError: (error: unknown) => void;
}

/**
 * Keeps the results of queries that do not sync on the device, by apollo3-cache-persist: what it is given as a cache
 * leaves the synced records out and extracts only what changed since the last save.
 */
export class OtherResults {
  readonly #options: OtherResultsOptions;
  readonly #syncedQueries: ReadonlySet<string>;
  readonly #persistor: CachePersistor<Changed>;
  readonly #stopListening: Unsubscribe;
  /** What the device holds by now, by cache id. */
  #saved = new Map<string, StoreObject>();
  #isPaused = false;
  #cancelQuiet: Unsubscribe | undefined;
  #cancelMaximum: Unsubscribe | undefined;

  constructor(options: OtherResultsOptions) {
    this.#options = options;
    this.#syncedQueries = new Set(syncedRootFields(options.manifest).query.keys());
    this.#persistor = createPersistor({
      cache: { extract: () => this.#extract(), restore: (data) => this.#restore(data) },
      storage: new ResultBuckets(options.storage, options.onError),
    });
    this.#stopListening = options.cache.onOtherChange(() => this.#schedule());
  }

  /** Puts the saved results into the cache, dropping what it held: to be called before anything else uses it. */
  async restore(): Promise<void> {
    try {
      await this.#persistor.restore();
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** Saves now what changed. */
  async save(): Promise<void> {
    this.#cancel();
    if (this.#isPaused || !this.#options.maySave()) return;
    try {
      await this.#persistor.persist();
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** Writes nothing until `resume`. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  /** Ends saving; nothing more is written. */
  stop(): void {
    this.#isPaused = true;
    this.#stopListening();
    this.#cancel();
  }

  #schedule(): void {
    const save = (): void => void this.save();
    this.#cancelQuiet?.();
    this.#cancelQuiet = this.#options.timers.after(QUIET_MS, save);
    this.#cancelMaximum ??= this.#options.timers.after(MAX_WAIT_MS, save);
  }

  #cancel(): void {
    this.#cancelQuiet?.();
    this.#cancelMaximum?.();
    this.#cancelQuiet = undefined;
    this.#cancelMaximum = undefined;
  }

  #extract(): Changed {
    const now = this.#others();
    const set: Record<string, StoreObject> = {};
    for (const [id, object] of now) if (!isSame(this.#saved.get(id), object)) set[id] = object;
    const removed = [...this.#saved.keys()].filter((id) => !now.has(id));
    this.#saved = now;
    return { set, removed };
  }

  #restore(data: Entities): void {
    this.#options.cache.restore(data as NormalizedCacheObject);
    this.#saved = this.#others();
  }

  /** The cache without what syncs, and without the results of mutations and subscriptions. */
  #others(): Map<string, StoreObject> {
    const others = new Map<string, StoreObject>();
    for (const [id, object] of Object.entries(this.#options.cache.extract())) {
      if (object === undefined || id === '__META' || this.#isSynced(id)) continue;
      others.set(id, id === 'ROOT_QUERY' ? this.#withoutSynced(object) : object);
    }
    return others;
  }

  #isSynced(id: string): boolean {
    if (id === 'ROOT_MUTATION' || id === 'ROOT_SUBSCRIPTION') return true;
    return Object.hasOwn(this.#options.manifest.types, id.slice(0, Math.max(0, id.indexOf(':'))));
  }

  #withoutSynced(root: StoreObject): StoreObject {
    const kept = Object.entries(root).filter(
      ([name]) => !this.#syncedQueries.has(fieldNameFromStoreName(name)),
    );
    return Object.fromEntries(kept) as StoreObject;
  }
}

/** Entities are replaced, never changed, so that comparing fields by identity tells whether one changed. */
function isSame(before: StoreObject | undefined, now: StoreObject): boolean {
  if (before === now) return true;
  if (before === undefined) return false;
  const names = Object.keys(now);
  return names.length === Object.keys(before).length && names.every((name) => before[name] === now[name]);
}

/** What apollo3-cache-persist calls of a cache. */
interface PersistedCache {
  extract(): Changed;
  restore(data: Entities): void;
}

function createPersistor(parts: {
  readonly cache: PersistedCache;
  readonly storage: ResultBuckets;
}): CachePersistor<Changed> {
  // `serialize: false` does not type-check with a cache that is not Apollo's own: cast, here only.
  return new CachePersistor({
    ...parts,
    key: KEY,
    serialize: false,
    maxSize: false,
    trigger: false,
  } as unknown as ConstructorParameters<typeof CachePersistor<Changed>>[0]);
}
