import type { StoreObject } from '@apollo/client';
import type { KeyValue } from '../sync/storage-port.ts';

/** Entities of Apollo's cache by cache id. */
export type Entities = Readonly<Record<string, StoreObject>>;

/** What changed in the cache since it was last asked. */
export interface Changed {
  readonly set: Entities;
  readonly removed: readonly string[];
}

/** The more buckets, the less is written when one entity changes, and the more reads a start takes. */
const BUCKET_COUNT = 16;

/**
 * A storage for apollo3-cache-persist that is given changes, not the whole cache: entities lie in a few rows, and only the
 * rows that a change touches are written. Saves run one after another and never reject; a row that could not be written is
 * written with the next save.
 */
export class ResultBuckets {
  readonly #storage: KeyValue;
  readonly #onError: (error: unknown) => void;
  readonly #buckets = Array.from({ length: BUCKET_COUNT }, () => new Map<string, StoreObject>());
  readonly #unsaved = new Set<number>();
  #lastSave: Promise<void> = Promise.resolve();

  constructor(storage: KeyValue, onError: (error: unknown) => void) {
    this.#storage = storage;
    this.#onError = onError;
  }

  /** Null when nothing was ever saved. A row that cannot be read is left out. */
  async getItem(key: string): Promise<Entities | null> {
    const rows = await Promise.all(
      this.#buckets.map((_, index) => this.#storage.getItem(rowKey(key, index))),
    );
    if (rows.every((row) => row === null)) return null;
    rows.forEach((row, index) => {
      for (const [id, object] of Object.entries(this.#parse(row))) this.#buckets[index]?.set(id, object);
    });
    return Object.fromEntries(this.#buckets.flatMap((bucket) => [...bucket]));
  }

  setItem(key: string, { set, removed }: Changed): Promise<void> {
    for (const [id, object] of Object.entries(set)) this.#touch(id).set(id, object);
    for (const id of removed) this.#touch(id).delete(id);
    this.#lastSave = this.#lastSave.then(() => this.#saveTouched(key));
    return this.#lastSave;
  }

  async removeItem(key: string): Promise<void> {
    for (const bucket of this.#buckets) bucket.clear();
    await Promise.all(this.#buckets.map((_, index) => this.#storage.removeItem(rowKey(key, index))));
  }

  #touch(id: string): Map<string, StoreObject> {
    const index = bucketOf(id);
    this.#unsaved.add(index);
    return this.#buckets[index] ?? new Map<string, StoreObject>();
  }

  async #saveTouched(key: string): Promise<void> {
    for (const index of [...this.#unsaved]) {
      this.#unsaved.delete(index);
      try {
        const entities = Object.fromEntries(this.#buckets[index] ?? []);
        await this.#storage.setItem(rowKey(key, index), JSON.stringify(entities));
      } catch (error) {
        this.#unsaved.add(index);
        this.#onError(error);
      }
    }
  }

  #parse(row: string | null): Entities {
    if (row === null) return {};
    try {
      return JSON.parse(row) as Entities;
    } catch (error) {
      this.#onError(error);
      return {};
    }
  }
}

function rowKey(key: string, index: number): string {
  return `${key}/${String(index)}`;
}

/** FNV-1a over UTF-16 units: which row an entity lies in, the same for ever. */
function bucketOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % BUCKET_COUNT;
}
