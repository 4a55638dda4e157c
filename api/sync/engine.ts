import { BARE_CHANGE } from './bare-change.ts';
import { canRead, readableScope } from './access.ts';
import { readDeltas } from './delta.ts';
import { SyncError } from './errors.ts';
import { MAX_LIST_LIMIT } from './limits.ts';
import type {
  ChangeInput,
  ChangeResult,
  EntityModel,
  ListRequest,
  RecordKey,
  RecordView,
  ScopeAccess,
  SyncEngine,
  Viewer,
} from './model.ts';
import { executeOperation } from './operation.ts';
import type { OperationEngine, OperationStore } from './operation-ports.ts';
import type { Clock, Hash, Pokes, Selection, Store } from './ports.ts';
import { executePush } from './push.ts';
import { fixedScopesOf } from './references.ts';

export interface EnginePorts {
  readonly entities: readonly EntityModel[];
  readonly store: Store & OperationStore;
  readonly pokes: Pokes;
  readonly hash: Hash;
  readonly clock: Clock;
}

/** A change that server code makes: id, values and, for a deletion, `deleted`. */
export interface ServerChange {
  readonly type: string;
  readonly change: Partial<ChangeInput> & { readonly id: string };
}

/** What server code may do beyond what a client may (R29). */
export interface HoldfastEngine extends SyncEngine, OperationEngine {
  /**
   * Writes as the server: in one transaction, by the same rules, fields that clients may not set included, with no
   * receipts. Changes are stamped with the user `server`.
   */
  write(scope: string, changes: readonly ServerChange[]): Promise<readonly ChangeResult[]>;
}

export function createSyncEngine(ports: EnginePorts): HoldfastEngine {
  const { store } = ports;
  const entities = new Map(ports.entities.map((entity) => [entity.name, entity]));
  const parts = { ...ports, entities };
  const select = (request: Omit<ListRequest, 'orderBy' | 'limit' | 'offset'>): Selection =>
    selectionOf(entities, request);
  return {
    push: (request) => executePush(parts, request, false),
    write: async (scope, changes) => {
      const answer = await executePush(parts, serverPush(scope, changes, entities), true);
      return answer.results.flat();
    },
    operate: (request, work) => executeOperation(parts, request, work),
    deltas: (request) => readDeltas(parts, request),
    list: async (request) =>
      store.list(select(request), {
        orderBy: request.orderBy,
        limit: clamp(request.limit, MAX_LIST_LIMIT),
        offset: clamp(request.offset, Number.MAX_SAFE_INTEGER),
      }),
    count: async (request) => store.count(select(request)),
    records: (viewer, type, keys) =>
      readRecords(store, selectionOf(entities, { viewer, type }), { viewer, keys }),
    heads: async (viewer) => {
      const reader = { user: viewer.id, scopes: viewer.scopes.map(({ id }) => id) };
      const { epoch, scopes } = await store.read(reader, (transaction) => transaction.points([]));
      return viewer.scopes.map((scope) => ({ ...scope, head: scopes[scope.id]?.head ?? 0, epoch }));
    },
    digest: async (viewer, scope) => store.digest(readableScope(viewer, scope)),
  };
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(Math.trunc(value), 0), most);
}

interface Selected {
  readonly viewer: Viewer;
  readonly type: string;
  readonly scopes?: readonly string[] | undefined;
  readonly filter?: ListRequest['filter'];
}

function selectionOf(
  entities: ReadonlyMap<string, EntityModel>,
  { viewer, type, scopes, filter }: Selected,
): Selection {
  if (!entities.has(type)) {
    throw new SyncError('BAD_INPUT', 'NEVER', `There is no synced type ${type}.`);
  }
  const meant = scopes ?? viewer.scopes.map(({ id }) => id);
  return { type, scopes: [...new Set(meant)].map((scope) => readableScope(viewer, scope)), filter };
}

async function readRecords(
  store: Store,
  { type }: Selection,
  { viewer, keys }: { readonly viewer: Viewer; readonly keys: readonly RecordKey[] },
): Promise<readonly (RecordView | null)[]> {
  const readable = keys.filter(({ scope }) => canRead(viewer, scope));
  const found = readable.length === 0 ? [] : await store.records(type, readable);
  const answers = found.values();
  return keys.map(({ scope }) => (canRead(viewer, scope) ? (answers.next().value ?? null) : null));
}

function serverPush(
  scope: string,
  changes: readonly ServerChange[],
  entities: ReadonlyMap<string, EntityModel>,
): Parameters<SyncEngine['push']>[0] {
  const fixed = changes.flatMap(({ type }) => fixedScopesOf(entities.get(type)?.fields ?? []));
  const readable = [...new Set(fixed)].filter((id) => id !== scope);
  const viewer: Viewer = {
    id: 'server',
    name: 'server',
    ownScope: scope,
    scopes: [{ id: scope, access: 'WRITE' }, ...readable.map((id): ScopeAccess => ({ id, access: 'READ' }))],
  };
  return {
    viewer,
    fields: changes.map(({ type, change }) => ({
      type,
      scope,
      device: undefined,
      changes: [{ ...BARE_CHANGE, ...change }],
    })),
  };
}
