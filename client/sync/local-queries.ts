import { knownScopes, openScopes, type Core } from './core.ts';
import { KeptQuery } from './kept-query.ts';
import type { ListQuery, LocalAnswer, Order, RecordRef, VisibleRecord } from './model.ts';
import { DEFAULT_ORDER } from './order.ts';
import { refKey } from './outbox.ts';
import type { PlacedCopy } from './replica.ts';

type Readiness =
  | { readonly status: 'ready'; readonly scopes: readonly string[] }
  | Exclude<LocalAnswer<never>, { status: 'ready' }>;

/** Of one type, those asked for last come last. */
type KeptQueries = Map<string, KeptQuery>;

const QUERIES_KEPT = 64;
const LOADING = { status: 'loading' } as const;

/** An answer by the question as JSON: a list's records, or their number. */
export type PresetAnswer = readonly [question: string, answer: readonly RecordRef[] | number];

/** What is asked of records that are there, with what the question leaves out. */
interface Asked {
  readonly query: ListQuery;
  readonly scopes: readonly string[];
  /** Null: only how many. */
  readonly page: { readonly order: readonly Order[]; readonly offset: number; readonly limit: number } | null;
}

/** Questions and single records remembered as what is on the screen. */
const RECENT_LISTS = 8;
const RECENT_SINGLES = 64;
/** A longer list is more than a screen. */
const RECENT_LIMIT = 100;

/** Answers from memory. Queries that were asked are kept, and follow what changes record by record. */
export class LocalQueries {
  private readonly queries = new Map<string, KeptQueries>();
  private readonly recentLists = new Map<string, Asked>();
  private readonly recentSingles = new Map<string, RecordRef>();
  private presets: ReadonlyMap<string, PresetAnswer[1]> = new Map();

  /** `isReachable`: a first pull may still come. */
  constructor(
    private readonly core: Core,
    private readonly isReachable: () => boolean,
  ) {}

  single(type: string, id: string, scope?: string): LocalAnswer<VisibleRecord | null> {
    const { manifest, ownScope, replica, store } = this.core;
    const ref = { type, scope: scope ?? manifest.types[type]?.scope ?? ownScope, id };
    if (!store.isLoaded && !replica.isPreloaded(ref)) return LOADING;
    const visible = replica.visible(ref);
    if (visible !== undefined) {
      putLast(this.recentSingles, { key: refKey(ref), value: ref, limit: RECENT_SINGLES });
      return { status: 'ready', value: visible.deletedAt === null ? visible : null };
    }
    const readiness = this.readiness([ref.scope]);
    return readiness.status === 'ready' ? { status: 'ready', value: null } : readiness;
  }

  list(query: ListQuery): LocalAnswer<readonly RecordRef[]> {
    const { offset = 0, limit = 50, orderBy = [] } = query;
    const order = orderBy.length === 0 ? DEFAULT_ORDER : orderBy;
    return this.answer(query, { order, offset, limit }) as LocalAnswer<readonly RecordRef[]>;
  }

  count(query: Omit<ListQuery, 'orderBy' | 'limit' | 'offset'>): LocalAnswer<number> {
    return this.answer(query, null) as LocalAnswer<number>;
  }

  /**
   * Named scopes have to be synced. Without names: once all open ones were, those that are; a scope gained later joins when it is
   * there. Before that the answer waits for all, unless nothing can come.
   */
  readiness(scopes?: readonly string[]): Readiness {
    return this.core.store.isLoaded ? this.scopeReadiness(scopes) : LOADING;
  }

  /** What was last on the screen, to be preset in the next page; and the copies behind it. */
  recent(): { readonly answers: readonly PresetAnswer[]; readonly copies: readonly PlacedCopy[] } {
    const answers = [...this.recentLists].map(([key, asked]) => [key, this.find(asked)] as const);
    const listed = answers.flatMap(([, answer]) => (typeof answer === 'number' ? [] : answer));
    const refs = new Map(listed.map((ref) => [refKey(ref), ref]));
    const copies = [...new Map([...refs, ...this.recentSingles]).values()].flatMap((ref) => {
      const copy = this.core.replica.copy(ref);
      return copy === undefined ? [] : { type: ref.type, scope: ref.scope, copy };
    });
    return { answers, copies };
  }

  /** Answers that hold until the records are loaded. */
  preset(answers: readonly PresetAnswer[]): void {
    this.presets = new Map(answers);
  }

  /** Brings what is kept up to date with the records. */
  catchUp(): void {
    this.core.replica.eachReplaced(this.queries, (type, before, after) => {
      for (const query of this.queries.get(type)?.values() ?? []) query.replace(before, after);
    });
  }

  private answer(query: ListQuery, page: Asked['page']): LocalAnswer<readonly RecordRef[] | number> {
    const readiness = this.scopeReadiness(query.scopes);
    const { isLoaded } = this.core.store;
    if (readiness.status !== 'ready') {
      // Somebody waits for it: it grows with each page of the first download, too.
      if (readiness.status === 'loading')
        this.find({ query, scopes: query.scopes ?? openScopes(this.core), page });
      return isLoaded ? readiness : LOADING;
    }
    const asked = { query, scopes: readiness.scopes, page };
    const value = this.find(asked);
    const key = JSON.stringify([query.type, query.filter ?? null, readiness.scopes, page]);
    if (page === null || page.limit <= RECENT_LIMIT)
      putLast(this.recentLists, { key, value: asked, limit: RECENT_LISTS });
    if (isLoaded) return { status: 'ready', value };
    // From now on it grows with the records, slice by slice.
    const preset = this.presets.get(key);
    return preset === undefined ? LOADING : { status: 'ready', value: preset };
  }

  private find({ query, scopes, page }: Asked): readonly RecordRef[] | number {
    const kept = this.kept(query, scopes);
    return page === null ? kept.count : kept.list(page.order, page);
  }

  private scopeReadiness(scopes: readonly string[] | undefined): Readiness {
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
    putLast(ofType, { key, value: query, limit: QUERIES_KEPT });
    return query;
  }

  private records(type: string, scopes: Iterable<string>): readonly VisibleRecord[] {
    return [...scopes].flatMap((scope) => this.core.replica.visibleOf(type, scope));
  }
}

/** What was used last stands last; the first goes when there are too many. */
function putLast<T>(
  map: Map<string, T>,
  { key, value, limit }: { key: string; value: T; limit: number },
): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > limit ? map.keys().next() : undefined;
  if (oldest !== undefined && oldest.done !== true) map.delete(oldest.value);
}

function neverSynced(scopes: readonly string[]): Readiness {
  const message = `This device has not been online with ${scopes.join(', ')} yet: connect once to load it`;
  return { status: 'error', code: 'NEVER_SYNCED', message };
}
