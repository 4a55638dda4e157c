import { parse, type DocumentNode } from 'graphql';
import { createHoldfast } from '../../apollo/create-holdfast.ts';
import type { Holdfast } from '../../apollo/holdfast.ts';
import type { TypeManifest, Values } from '../../sync/manifest.ts';
import type { RecordState, SyncEngine } from '../../sync/model.ts';
import type { KeyValue } from '../../sync/storage-port.ts';
import type { Draw } from './plan.ts';
import type { InTab } from './surroundings.ts';

type Row = Values & {
  readonly id: string;
  readonly scope: string;
  readonly version: number;
  readonly syncState: RecordState;
};

const SCOPES = (tab: InTab): readonly string[] => ['team:demo', `user:${tab.device.user}`];

/** What a page shows when it reads by queries: each list watched through Apollo's cache, and what else pages do to that cache. */
export class ApolloPage {
  private readonly queries: readonly { readonly type: TypeManifest; readonly query: DocumentNode }[];

  private constructor(
    private readonly tab: InTab,
    private readonly engine: SyncEngine,
    private readonly holdfast: Holdfast,
  ) {
    this.queries = Object.values(engine.manifest.types).map((type) => ({ type, query: listOf(type) }));
    for (const { type, query } of this.queries)
      for (const scope of SCOPES(tab))
        this.holdfast.client
          .watchQuery({ query, variables: { scopes: [scope] } })
          .subscribe(({ data }) => this.showed(type, scope, rowsOf(type, data)));
  }

  static async open(tab: InTab, engine: SyncEngine, storage: KeyValue): Promise<ApolloPage> {
    const holdfast = await createHoldfast({
      engine,
      // What does not sync is never asked for here.
      uri: 'http://127.0.0.1:9/graphql',
      userId: tab.device.user,
      credentials: { current: () => Promise.resolve(null), refresh: () => Promise.resolve(false) },
      storage,
      timers: tab.world.scheduler.timersOf(tab),
      settings: {},
      onWarning: () => undefined,
    });
    return new ApolloPage(tab, engine, holdfast);
  }

  /** What pages do beside reading. None of it may change what is visible. */
  disturb(draw: Draw): void {
    const { client } = this.holdfast;
    const { rare } = this.tab.world;
    const { type, query } = draw.pick(this.queries);
    const variables = { scopes: [draw.pick(SCOPES(this.tab))] };
    const acts: readonly (() => unknown)[] = [
      () => (rare.hit('apollo: gc'), client.cache.gc()),
      () => (rare.hit('apollo: refetch'), client.query({ query, variables, fetchPolicy: 'network-only' })),
      () => (rare.hit('apollo: no-cache'), client.query({ query, variables, fetchPolicy: 'no-cache' })),
      () => {
        // As the synced part of a mixed document, or a page of fetchMore, that the server answered long ago.
        rare.hit('apollo: a stale result was written');
        const [row] = this.read(type, variables.scopes[0] ?? '');
        if (row === undefined) return;
        const stale = { ...row, __typename: type.name, version: 0, ...staleValues(type) };
        client.cache.writeQuery({ query, variables, data: { [type.list]: [stale] } });
      },
    ];
    void Promise.resolve(draw.pick(acts)()).catch(() => undefined);
  }

  /** Where queries and the engine do not say the same. */
  check(): readonly string[] {
    return this.queries.flatMap(({ type }) =>
      SCOPES(this.tab).flatMap((scope) => {
        const listed = this.engine.list({ type: type.name, scopes: [scope], limit: 100 });
        if (listed.status !== 'ready') return [];
        const wanted = listed.value.map((ref) => {
          const record = this.engine.read(ref);
          return `${ref.id} ${record?.version} ${record?.state} ${textOf(type, record?.values ?? {})}`;
        });
        const rows = this.read(type, scope);
        const found = rows.map((row) => `${row.id} ${row.version} ${row.syncState} ${textOf(type, row)}`);
        if (JSON.stringify(found) === JSON.stringify(wanted)) return [];
        return [`I6 ${this.tab.name} queries ${type.list} of ${scope}: ${found.join()} for ${wanted.join()}`];
      }),
    );
  }

  private read(type: TypeManifest, scope: string): readonly Row[] {
    const query = this.queries.find((other) => other.type === type)?.query;
    if (query === undefined) return [];
    return rowsOf(type, this.holdfast.client.cache.readQuery({ query, variables: { scopes: [scope] } }));
  }

  private showed(type: TypeManifest, scope: string, rows: readonly Row[]): void {
    if (!this.tab.isAlive) return;
    this.tab.device.recorder.note({
      kind: 'shown',
      tab: this.tab.name,
      scope,
      records: rows.map((row) => {
        const values = Object.fromEntries(Object.keys(type.fields).map((name) => [name, row[name] ?? null]));
        return {
          type: type.name,
          id: row.id,
          version: row.version,
          deleted: false,
          values,
          state: row.syncState,
        };
      }),
    });
  }
}

/** Each once, as an app has them: Apollo keeps what it makes of a document by the document. */
const LISTS = new Map<string, DocumentNode>();

function listOf({ list, fields }: TypeManifest): DocumentNode {
  const names = Object.keys(fields).join(' ');
  const text = `query List($scopes: [ID!]) { ${list}(scopes: $scopes, limit: 100) { __typename id scope version ${names} syncState @client } }`;
  const document = LISTS.get(text) ?? parse(text);
  LISTS.set(text, document);
  return document;
}

function rowsOf({ list }: TypeManifest, data: unknown): readonly Row[] {
  return ((data as Readonly<Record<string, readonly Row[]>> | null | undefined) ?? {})[list] ?? [];
}

function textOf({ fields }: TypeManifest, values: Values): string {
  return JSON.stringify(Object.keys(fields).map((name) => values[name] ?? null));
}

function staleValues({ fields }: TypeManifest): Values {
  const texts = Object.entries(fields).filter(([, { kind, list }]) => kind === 'string' && !list);
  return Object.fromEntries(texts.map(([name]) => [name, 'stale']));
}
