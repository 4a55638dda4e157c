import { knownScopes, openScopes, type Core } from './core.ts';
import { KeptQuery } from './kept-query.ts';
import type { ListQuery, LocalAnswer, RecordRef, VisibleRecord } from './model.ts';
import { DEFAULT_ORDER } from './order.ts';

type Readiness =
  | { readonly status: 'ready'; readonly scopes: readonly string[] }
  | Exclude<LocalAnswer<never>, { status: 'ready' }>;

/** Of one type, those asked for last come last. */
type KeptQueries = Map<string, KeptQuery>;

const QUERIES_KEPT = 64;
const LOADING = { status: 'loading' } as const;

/** Answers from memory. Queries that were asked are kept, and follow what changes record by record. */
export class LocalQueries {
  private readonly queries = new Map<string, KeptQueries>();

  /** `isReachable`: a first pull may still come. */
  constructor(
    private readonly core: Core,
    private readonly isReachable: () => boolean,
  ) {}

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
    const { offset = 0, limit = 50, orderBy = [] } = query;
    const order = orderBy.length === 0 ? DEFAULT_ORDER : orderBy;
    return { status: 'ready', value: this.kept(query, readiness.scopes).list(order, { offset, limit }) };
  }

  count(query: Omit<ListQuery, 'orderBy' | 'limit' | 'offset'>): LocalAnswer<number> {
    const readiness = this.readiness(query.scopes);
    if (readiness.status !== 'ready') return readiness;
    return { status: 'ready', value: this.kept(query, readiness.scopes).count };
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

  private kept({ type, filter }: Pick<ListQuery, 'type' | 'filter'>, scopes: readonly string[]): KeptQuery {
    this.catchUp();
    const ofType = this.queries.get(type) ?? new Map<string, KeptQuery>();
    this.queries.set(type, ofType);
    const key = JSON.stringify([scopes, filter ?? null]);
    const query =
      ofType.get(key) ?? new KeptQuery({ scopes, filter }, (wanted) => this.records(type, wanted));
    ofType.delete(key);
    ofType.set(key, query);
    const oldest = ofType.size > QUERIES_KEPT ? ofType.keys().next() : undefined;
    if (oldest !== undefined && oldest.done !== true) ofType.delete(oldest.value);
    return query;
  }

  /** Brings what is kept up to date with the records. */
  private catchUp(): void {
    this.core.replica.eachReplaced((type, before, after) => {
      for (const query of this.queries.get(type)?.values() ?? []) query.replace(before, after);
    });
  }

  private *records(type: string, scopes: Iterable<string>): Iterable<VisibleRecord> {
    for (const scope of scopes) yield* this.core.replica.visibleOf(type, scope);
  }
}

function neverSynced(scopes: readonly string[]): Readiness {
  const message = `This device has not been online with ${scopes.join(', ')} yet: connect once to load it`;
  return { status: 'error', code: 'NEVER_SYNCED', message };
}
