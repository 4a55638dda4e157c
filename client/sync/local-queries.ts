import { knownScopes, openScopes, type Core } from './core.ts';
import { matches } from './filter.ts';
import type { ListQuery, LocalAnswer, RecordRef, VisibleRecord } from './model.ts';
import { compareRecords, DEFAULT_ORDER } from './order.ts';

type Readiness =
  | { readonly status: 'ready'; readonly scopes: readonly string[] }
  | Exclude<LocalAnswer<never>, { status: 'ready' }>;

const LISTS_KEPT = 64;
const LOADING = { status: 'loading' } as const;

/** Answers from memory. A sorted list is kept until something of its type changes. */
export class LocalQueries {
  private readonly sorted = new Map<string, Map<string, readonly RecordRef[]>>();

  /** `isReachable`: a first pull may still come. */
  constructor(
    private readonly core: Core,
    private readonly isReachable: () => boolean,
  ) {}

  forgetType(type: string): void {
    this.sorted.delete(type);
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
    return { status: 'ready', value: this.all(query, readiness.scopes).slice(offset, offset + limit) };
  }

  count(query: Omit<ListQuery, 'orderBy' | 'limit' | 'offset'>): LocalAnswer<number> {
    const readiness = this.readiness(query.scopes);
    if (readiness.status !== 'ready') return readiness;
    return { status: 'ready', value: this.all(query, readiness.scopes).length };
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

  private all(query: ListQuery, scopes: readonly string[]): readonly RecordRef[] {
    const lists = this.sorted.get(query.type) ?? new Map<string, readonly RecordRef[]>();
    this.sorted.set(query.type, lists);
    const key = JSON.stringify([scopes, query.filter ?? null, query.orderBy ?? null]);
    const known = lists.get(key);
    if (known !== undefined) return known;
    const list = this.compute(query, scopes);
    const oldest = lists.size >= LISTS_KEPT ? lists.keys().next() : undefined;
    if (oldest !== undefined && oldest.done !== true) lists.delete(oldest.value);
    lists.set(key, list);
    return list;
  }

  private compute({ type, filter, orderBy }: ListQuery, scopes: readonly string[]): readonly RecordRef[] {
    const records: VisibleRecord[] = [];
    for (const scope of new Set(scopes)) {
      for (const record of this.core.replica.visibleOf(type, scope)) {
        if (record.deletedAt === null && (filter === undefined || matches(record, filter)))
          records.push(record);
      }
    }
    const order = orderBy === undefined || orderBy.length === 0 ? DEFAULT_ORDER : orderBy;
    return records.sort(compareRecords(order)).map(({ scope, id }) => ({ type, scope, id }));
  }
}

function neverSynced(scopes: readonly string[]): Readiness {
  const message = `This device has not been online with ${scopes.join(', ')} yet: connect once to load it`;
  return { status: 'error', code: 'NEVER_SYNCED', message };
}
