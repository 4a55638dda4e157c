import { knownScopes, openScopes, type Core } from './core.ts';
import { matches } from './filter.ts';
import type { ListQuery, LocalAnswer, RecordRef, VisibleRecord } from './model.ts';
import { compareRecords, DEFAULT_ORDER } from './order.ts';

type Readiness =
  | { readonly status: 'ready'; readonly scopes: readonly string[] }
  | Exclude<LocalAnswer<never>, { status: 'ready' }>;

type Searched = Pick<ListQuery, 'type' | 'filter'>;

/** By type, then by what was asked. */
type KeptLists<T> = Map<string, Map<string, readonly T[]>>;

const LISTS_KEPT = 64;
const LOADING = { status: 'loading' } as const;

/** Answers from memory. What was found, and in which order, is kept until something of its type changes. */
export class LocalQueries {
  private readonly foundRecords: KeptLists<VisibleRecord> = new Map();
  private readonly sortedRefs: KeptLists<RecordRef> = new Map();

  /** `isReachable`: a first pull may still come. */
  constructor(
    private readonly core: Core,
    private readonly isReachable: () => boolean,
  ) {}

  forgetType(type: string): void {
    this.foundRecords.delete(type);
    this.sortedRefs.delete(type);
  }

  single(type: string, id: string, scope?: string): LocalAnswer<VisibleRecord | null> {
    const { manifest, ownScope, replica } = this.core;
    const at = scope ?? manifest.types[type]?.scope ?? ownScope;
    const visible = replica.visible({ type, scope: at, id });
    if (visible !== undefined) return { status: 'ready', value: visible.deletedAt === null ? visible : null };
    const readiness = this.readiness([at]);
    return readiness.status === 'ready' ? { status: 'ready', value: null } : readiness;
  }

  list(query: ListQuery): LocalAnswer<readonly RecordRef[]> {
    const readiness = this.readiness(query.scopes);
    if (readiness.status !== 'ready') return readiness;
    const { offset = 0, limit = 50 } = query;
    return { status: 'ready', value: this.sorted(query, readiness.scopes).slice(offset, offset + limit) };
  }

  count(query: Omit<ListQuery, 'orderBy' | 'limit' | 'offset'>): LocalAnswer<number> {
    const readiness = this.readiness(query.scopes);
    if (readiness.status !== 'ready') return readiness;
    return { status: 'ready', value: this.found(query, readiness.scopes).length };
  }

  /**
   * Named scopes have to be synced. Without names: once all open ones were, those that are; a scope gained later joins when it is
   * there. Before that the answer waits for all, unless nothing can come.
   */
  readiness(scopes?: readonly string[]): Readiness {
    if (!this.core.store.isLoaded) return LOADING;
    return scopes === undefined ? this.openReadiness() : this.namedReadiness(scopes);
  }

  private openReadiness(): Readiness {
    const open = openScopes(this.core);
    const synced = open.filter((id) => this.isSynced(id));
    const isEnough = synced.length === open.length || this.core.replica.meta.complete === true;
    if (isEnough && (synced.length > 0 || this.core.replica.meta.viewer !== undefined)) {
      return { status: 'ready', scopes: synced };
    }
    if (this.isReachable()) return LOADING;
    return synced.length > 0 ? { status: 'ready', scopes: synced } : neverSynced(open);
  }

  private namedReadiness(scopes: readonly string[]): Readiness {
    const known = knownScopes(this.core).map((scope) => scope.id);
    const missing = scopes.filter((id) => !this.isSynced(id));
    const foreign = missing.find((id) => !known.includes(id));
    if (missing.length === 0) return { status: 'ready', scopes };
    if (foreign !== undefined && this.core.replica.meta.viewer !== undefined) {
      return { status: 'error', code: 'SCOPE_FORBIDDEN', message: `The viewer has no scope ${foreign}` };
    }
    return this.isReachable() ? LOADING : neverSynced(missing);
  }

  private isSynced(scope: string): boolean {
    return this.core.replica.scopes.get(scope)?.synced === true;
  }

  /** In no order: a count needs none, and lists of different orders share it. */
  private found({ type, filter }: Searched, scopes: readonly string[]): readonly VisibleRecord[] {
    const key = JSON.stringify([scopes, filter ?? null]);
    return kept(this.foundRecords, { type, key }, () => {
      const records: VisibleRecord[] = [];
      for (const scope of new Set(scopes)) {
        for (const record of this.core.replica.visibleOf(type, scope)) {
          if (record.deletedAt === null && (filter === undefined || matches(record, filter)))
            records.push(record);
        }
      }
      return records;
    });
  }

  private sorted(query: ListQuery, scopes: readonly string[]): readonly RecordRef[] {
    const { type, filter, orderBy } = query;
    const key = JSON.stringify([scopes, filter ?? null, orderBy ?? null]);
    return kept(this.sortedRefs, { type, key }, () => {
      const order = orderBy === undefined || orderBy.length === 0 ? DEFAULT_ORDER : orderBy;
      const records = [...this.found(query, scopes)].sort(compareRecords(order));
      return records.map(({ scope, id }) => ({ type, scope, id }));
    });
  }
}

/** The list of this key, made when it is not there; the oldest of its type goes when there are too many. */
function kept<T>(
  lists: KeptLists<T>,
  { type, key }: { readonly type: string; readonly key: string },
  make: () => readonly T[],
): readonly T[] {
  const ofType = lists.get(type) ?? new Map<string, readonly T[]>();
  lists.set(type, ofType);
  const known = ofType.get(key);
  if (known !== undefined) return known;
  const list = make();
  const oldest = ofType.size >= LISTS_KEPT ? ofType.keys().next() : undefined;
  if (oldest !== undefined && oldest.done !== true) ofType.delete(oldest.value);
  ofType.set(key, list);
  return list;
}

function neverSynced(scopes: readonly string[]): Readiness {
  const message = `This device has not been online with ${scopes.join(', ')} yet: connect once to load it`;
  return { status: 'error', code: 'NEVER_SYNCED', message };
}
