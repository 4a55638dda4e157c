import type {
  Cache,
  InMemoryCacheConfig,
  NormalizedCacheObject,
  OperationVariables,
  Reference,
  StoreObject,
} from '@apollo/client';
import { InMemoryCache } from '@apollo/client';
import { cacheSizes } from '@apollo/client/utilities';
import { __DEV__ } from '@apollo/client/utilities/environment';
import { invariant } from '@apollo/client/utilities/invariant';
import type { RecordRef, Unsubscribe, VisibleChanges } from '../sync/model.ts';
import { cacheId } from './cache-id.ts';
import { STATE_FIELD, syncedRootFields } from './device-fields.ts';
import { onlyRootFields } from './root-fields.ts';
import { storeObject } from './store-object.ts';
import type { LocalReads } from './type-policies.ts';
import { syncedTypePolicies } from './type-policies.ts';

/**
 * The part of Apollo's internal entity store that this cache uses. `merge` writes one entity and invalidates whoever
 * read a changed field, without broadcasting. Internal to Apollo, so pinned, and held to a contract test.
 */
interface EntityStore {
  readonly data: Readonly<Record<string, StoreObject | undefined>>;
  /** Set on optimistic layers: the store below. */
  readonly parent?: EntityStore;
  lookup(cacheId: string): StoreObject | undefined;
  merge(cacheId: string, incoming: StoreObject): void;
}

/** Rows of long lists are memoized one by one; Apollo's own limit of 50,000 would evict them in a circle. */
const MEMOIZED_SELECTIONS = 500_000;

/**
 * Apollo's cache with the device's answers in it. Lists, counts, single records, references and `syncState` of synced
 * types are read from the engine; a synced record in any written result is replaced at once by what the device shows
 * of it, so that no answer from the network covers an edit that is still to be sent.
 */
export class SyncedCache extends InMemoryCache {
  readonly #reads: LocalReads;
  readonly #upserts: ReadonlySet<string>;
  /** Records that restored results refer to, and that the device had not loaded yet. */
  readonly #awaited = new Set<string>();
  #willAnnounce = false;
  #hasWarned = false;
  #isApplying = false;
  readonly #otherChangeListeners = new Set<() => void>();

  constructor(reads: LocalReads, config: InMemoryCacheConfig = {}) {
    cacheSizes['inMemoryCache.executeSelectionSet'] ??= MEMOIZED_SELECTIONS;
    super(config);
    this.#reads = reads;
    this.#upserts = new Set(syncedRootFields(reads.manifest).mutation.keys());
    this.policies.addTypePolicies(syncedTypePolicies({ reads, ensure: (ref) => this.ensure(ref) }));
  }

  /** Writes a result, then puts what the device shows over every synced record in it, before anyone is told. */
  override write<TData = unknown>(options: Cache.WriteOptions<TData>): Reference | undefined {
    if (this.#isOptimisticUpsert(options)) {
      this.#warnAboutOptimism();
      return undefined;
    }
    // A queued mutation answers null when nothing was said of its result: there is nothing to write.
    if (options.result === null) return undefined;
    const written = super.write({ ...options, broadcast: false });
    if (written !== undefined) this.#restoreVisible(written.__ref);
    for (const id of syncedIds(options.result, this.#reads.manifest.types)) this.#restoreVisible(id);
    if (options.broadcast !== false) this.broadcastWatches();
    return written;
  }

  /** Reads for a watcher; one of a single record, as `useFragment` is, finds it although gc may have dropped it. */
  override diff<TData = unknown, TVariables extends OperationVariables = OperationVariables>(
    options: Cache.DiffOptions<TData, TVariables>,
  ): Cache.InternalDiffResultWithDataState<TData> {
    this.#ensureId(options.id);
    return super.diff(options) as Cache.InternalDiffResultWithDataState<TData>;
  }

  override read<TData = unknown>(options: Cache.ReadOptions<TData, OperationVariables>): TData | null {
    this.#ensureId(options.rootId);
    return super.read(options);
  }

  /** A reference to a synced record that the cache holds from now on; undefined when the device has no such record. */
  ensure(ref: RecordRef): Reference | undefined {
    const id = cacheId(ref);
    const root = this.#root();
    if (root.lookup(id) === undefined) {
      const visible = this.#visible(ref);
      if (visible === undefined) return undefined;
      root.merge(id, visible);
      this.#announceSoon();
    }
    return { __ref: id };
  }

  /** Takes over saved results. The synced records in them are put in as soon as the device has them. */
  override restore(data: NormalizedCacheObject): this {
    super.restore(data);
    for (const id of referredIds(data)) {
      if (refOf(id, this.#reads.manifest.types) !== undefined) this.#awaited.add(id);
    }
    this.#showAwaited();
    return this;
  }

  /** Shows what changed on the device: all of it in one batch, so that each watcher is told once. */
  apply(changes: VisibleChanges): void {
    this.#isApplying = true;
    try {
      this.batch({
        update: () => {
          for (const ref of changes.records) this.#show(ref);
          for (const name of changes.types) this.#forgetLists(name);
          this.#showAwaited();
        },
      });
    } finally {
      this.#isApplying = false;
    }
  }

  /** Tells when something may have been written that did not come from the device. */
  onOtherChange(listener: () => void): Unsubscribe {
    this.#otherChangeListeners.add(listener);
    return () => void this.#otherChangeListeners.delete(listener);
  }

  protected override broadcastWatches(...args: Parameters<InMemoryCache['broadcastWatches']>): void {
    super.broadcastWatches(...args);
    if (!this.#isApplying) for (const listener of this.#otherChangeListeners) listener();
  }

  #ensureId(id: string | undefined): void {
    const ref = id === undefined ? undefined : refOf(id, this.#reads.manifest.types);
    if (ref !== undefined) this.ensure(ref);
  }

  #showAwaited(): void {
    for (const id of this.#awaited) {
      const ref = refOf(id, this.#reads.manifest.types);
      if (ref !== undefined && this.ensure(ref) !== undefined) this.#awaited.delete(id);
    }
  }

  #show(ref: RecordRef): void {
    const id = cacheId(ref);
    const isGone = this.#reads.read(ref) === undefined;
    const holding = isGone ? [] : [...this.#stores()].filter((store) => store.data[id] !== undefined);
    // Of a first download nothing is held yet: then it need not be put into the cache's form either.
    const visible = holding.length === 0 ? undefined : this.#visible(ref);
    if (visible !== undefined) for (const store of holding) store.merge(id, visible);
    if (isGone) this.evict({ id, broadcast: false });
    // Touches whoever read the state, and references to the record, whether the cache holds it or not.
    this.evict({ id, fieldName: STATE_FIELD, broadcast: false });
  }

  #forgetLists(typeName: string): void {
    const type = this.#reads.manifest.types[typeName];
    if (type === undefined) return;
    for (const fieldName of [type.list, type.count, type.single]) {
      this.evict({ id: 'ROOT_QUERY', fieldName, broadcast: false });
    }
  }

  #restoreVisible(id: string): void {
    const ref = refOf(id, this.#reads.manifest.types);
    const visible = ref === undefined ? undefined : this.#visible(ref);
    if (visible !== undefined) this.#current().merge(id, visible);
  }

  #visible(ref: RecordRef): StoreObject | undefined {
    const type = this.#reads.manifest.types[ref.type];
    const record = type === undefined ? undefined : this.#reads.read(ref);
    return type === undefined || record === undefined ? undefined : storeObject(record, type);
  }

  /** A record that a read put in may be what another watcher was missing. */
  #announceSoon(): void {
    if (this.#willAnnounce) return;
    this.#willAnnounce = true;
    queueMicrotask(() => {
      this.#willAnnounce = false;
      this.broadcastWatches();
    });
  }

  #isOptimisticUpsert({ dataId, query }: { dataId?: string; query: Cache.WriteOptions['query'] }): boolean {
    return (
      dataId === 'ROOT_MUTATION' &&
      this.#current().parent !== undefined &&
      onlyRootFields(query, (name) => this.#upserts.has(name))
    );
  }

  #warnAboutOptimism(): void {
    if (!__DEV__ || this.#hasWarned) return;
    this.#hasWarned = true;
    invariant.warn('`optimisticResponse` of an upsert is ignored: the change shows at once without it.');
  }

  /** Where writes go now: the root, or an optimistic layer while one is being filled. */
  #current(): EntityStore {
    return (this as unknown as { data: EntityStore }).data;
  }

  #root(): EntityStore {
    let store = this.#current();
    while (store.parent !== undefined) store = store.parent;
    return store;
  }

  /** All layers, and the root last. */
  *#stores(): Generator<EntityStore> {
    let store: EntityStore | undefined = (this as unknown as { optimisticData: EntityStore }).optimisticData;
    while (store !== undefined) {
      yield store;
      store = store.parent;
    }
  }
}

/** The cache ids of all synced records in a result. */
function syncedIds(result: unknown, types: object, found = new Set<string>()): ReadonlySet<string> {
  if (typeof result !== 'object' || result === null) return found;
  const id = idOf(result as Readonly<Record<string, unknown>>, types);
  if (id !== undefined) found.add(id);
  for (const value of Object.values(result)) syncedIds(value, types, found);
  return found;
}

/** The ids that stored objects refer to. */
function referredIds(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (typeof value !== 'object' || value === null) return found;
  if ('__ref' in value && typeof value.__ref === 'string') found.add(value.__ref);
  else for (const inner of Object.values(value)) referredIds(inner, found);
  return found;
}

function idOf(
  { __typename: type, scope, id }: Readonly<Record<string, unknown>>,
  types: object,
): string | undefined {
  if (typeof type !== 'string' || typeof scope !== 'string' || typeof id !== 'string') return undefined;
  return Object.hasOwn(types, type) ? cacheId({ type, scope, id }) : undefined;
}

/** The record that a cache id names; undefined when it names none of a synced type. */
function refOf(id: string, types: object): RecordRef | undefined {
  const colon = id.indexOf(':');
  const type = id.slice(0, colon);
  if (colon < 0 || !Object.hasOwn(types, type) || id[colon + 1] !== '{') return undefined;
  const { scope, id: recordId } = JSON.parse(id.slice(colon + 1)) as { scope: string; id: string };
  return { type, scope, id: recordId };
}
