/** `@holdfast/client`: an Apollo client that reads and writes on the device first. */
import { createHoldfast } from './apollo/create-holdfast.ts';
import type { ApolloSettings } from './apollo/create-holdfast.ts';
import { OfflineClientError } from './apollo/errors.ts';
import type { Holdfast } from './apollo/holdfast.ts';
import { createBackgroundSync } from './network/background-sync.ts';
import { createBroadcastTabChannel } from './network/broadcast-channel.ts';
import { createBrowserHost } from './network/browser-host.ts';
import { createHttpTransport } from './network/http-transport.ts';
import { createLeaseLeadership } from './network/lease-leadership.ts';
import { newId } from './network/new-id.ts';
import { createPokeSocket, pokeUrl } from './network/poke-socket.ts';
import { sha256 } from './network/sha256.ts';
import { createStorageLease } from './network/storage-lease.ts';
import { systemClock, systemRandom, systemTimers } from './network/system-clock.ts';
import type { GetToken } from './network/token-source.ts';
import { createTokenSource } from './network/token-source.ts';
import { createWebLockLeadership } from './network/web-lock-leadership.ts';
import { memoryStorage } from './storage/memory-storage.ts';
import { databaseName, openStorage } from './storage/open-storage.ts';
import { createSyncEngine } from './sync/engine.ts';
import type { EngineOptions, EnginePorts, Migrations } from './sync/engine-options.ts';
import type { Manifest } from './sync/manifest.ts';
import type { Leadership } from './sync/ports.ts';
import type { SyncStorage } from './sync/storage-port.ts';

/** The protocol version that this client speaks. */
const PROTOCOL = 1;
/** A browser may ask the person whether to keep the data; the start does not wait for the answer longer than this. */
const PERSIST_WAIT_MS = 500;

/** Whose data, of which app, from which server, and what differs from the defaults. */
export interface OfflineClientOptions extends ApolloSettings {
  /** Names the app. Each app, tenant and user has a database of its own on the device. */
  readonly app: string;
  /** The GraphQL endpoint, absolute or relative to the page. Its socket is at the same path. */
  readonly uri: string;
  /** From codegen. */
  readonly manifest: Manifest;
  readonly user: {
    readonly id: string;
    readonly tenant?: string | undefined;
    /** A bearer token, asked for again when the server refuses it. Absent: the session cookie alone. */
    readonly getToken?: GetToken | undefined;
  };
  /**
   * Where records and unsent changes are kept. Default: IndexedDB. `memory`: gone with the page. A storage of one's own
   * is used as it is, and never shared with another client.
   */
  readonly storage?: 'memory' | SyncStorage | undefined;
  /**
   * True when the app's service worker calls `flushInBackground` of `@holdfast/client/worker` and has a session of its own there (a
   * cookie, or a `getToken`). What is unsent is then sent with the app closed, where the browser can. Default false.
   */
  readonly backgroundSync?: boolean | undefined;
  /** Rises with each release that renames or reshapes a field, or a document that is queued. Default 0. */
  readonly schemaVersion?: number | undefined;
  /**
   * By the version it leads to: how an unsent edit or operation that the version before stored reads now. What it throws at, or makes
   * an edit of that the manifest forbids, goes to the failed list. A version without a migration changed nothing.
   */
  readonly migrations?: Migrations | undefined;
  /** Times and sizes of syncing. */
  readonly sync?: Partial<EngineOptions> | undefined;
  /** For hosts without WebSocket of their own: the `ws` package's class. */
  readonly webSocketImpl?: unknown;
  /** Told of what went wrong without stopping anything, such as a full disk while a query's result was saved. */
  readonly onWarning?: ((error: unknown) => void) | undefined;
}

/**
 * Opens the offline client of one user. Resolves when the device's outbox is loaded and the ApolloClient can be used; lists
 * are `loading` until their records are there. A second call for the same app, tenant and user in one page gives the same
 * client, until that one is closed.
 *
 * @throws OfflineClientError `SSR_UNSUPPORTED` without a window, unless `storage` is given; `MANIFEST_MISMATCH` for a
 *   manifest of another protocol version. StorageError when the device's database cannot be read.
 */
export function createOfflineClient(options: OfflineClientOptions): Promise<Holdfast> {
  const name = databaseName({ app: options.app, tenant: options.user.tenant, user: options.user.id });
  if (typeof options.storage === 'object') return open(options, name);
  const instances = openInstances();
  const known = instances.get(name);
  if (known !== undefined) return known;
  const opening = open(options, name).then((holdfast) => ({
    ...holdfast,
    close: () => {
      if (instances.get(name) === opening) instances.delete(name);
      return holdfast.close();
    },
  }));
  instances.set(name, opening);
  opening.catch(() => instances.delete(name));
  return opening;
}

/** Kept on the global object, because a hot reload loads this module a second time. */
function openInstances(): Map<string, Promise<Holdfast>> {
  const key = Symbol.for('holdfast.instances');
  const host = globalThis as { [key]?: Map<string, Promise<Holdfast>> };
  return (host[key] ??= new Map());
}

async function open(options: OfflineClientOptions, name: string): Promise<Holdfast> {
  check(options);
  const storage = await storageOf(options);
  const tokens = createTokenSource(options.user.getToken);
  const ports = enginePorts(options, { name, storage, tokens });
  const engine = await createSyncEngine({
    manifest: options.manifest,
    schema: { version: options.schemaVersion ?? 0, migrations: options.migrations ?? {} },
    user: { id: options.user.id },
    ports,
    ...(options.sync === undefined ? {} : { options: options.sync }),
  });
  return createHoldfast({
    engine,
    uri: options.uri,
    userId: options.user.id,
    credentials: tokens,
    storage: storage.keyValue,
    timers: systemTimers,
    settings: options,
    onWarning: options.onWarning ?? (() => undefined),
  });
}

function check({ storage, manifest }: OfflineClientOptions): void {
  if (typeof window === 'undefined' && storage === undefined) {
    throw new OfflineClientError(
      'SSR_UNSUPPORTED',
      "There is no device to keep data on here. Render the loading state on the server and create the client in the browser, or pass `storage: 'memory'`.",
    );
  }
  if (manifest.protocol !== PROTOCOL) {
    throw new OfflineClientError(
      'MANIFEST_MISMATCH',
      `The manifest speaks protocol ${String(manifest.protocol)}, this client ${String(PROTOCOL)}: update the package or run codegen.`,
    );
  }
}

async function storageOf({ app, user, storage }: OfflineClientOptions): Promise<SyncStorage> {
  if (typeof storage === 'object') return storage;
  if (storage === 'memory') return memoryStorage();
  return openStorage({ app, tenant: user.tenant, user: user.id }, { isPersistent: askToPersist() });
}

async function askToPersist(): Promise<boolean> {
  const asked = globalThis.navigator?.storage?.persist?.().catch(() => false) ?? Promise.resolve(false);
  const waited = new Promise<boolean>((resolve) => systemTimers.after(PERSIST_WAIT_MS, () => resolve(false)));
  return Promise.race([asked, waited]);
}

interface Wiring {
  readonly name: string;
  readonly storage: SyncStorage;
  readonly tokens: ReturnType<typeof createTokenSource>;
}

function enginePorts(options: OfflineClientOptions, { name, storage, tokens }: Wiring): EnginePorts {
  const { uri, manifest, webSocketImpl } = options;
  const host = createBrowserHost();
  const clock = systemClock;
  const timers = systemTimers;
  const random = systemRandom;
  return {
    storage,
    clock,
    timers,
    random,
    host,
    transport: createHttpTransport({ uri, protocol: manifest.protocol, tokens, clock }),
    pokes: createPokeSocket({
      url: pokeUrl(uri, globalThis.location?.href),
      document: manifest.documents.pokes,
      tokens,
      timers,
      random,
      host,
      ...(webSocketImpl === undefined ? {} : { webSocketImpl }),
    }),
    leadership: leadershipOf(storage, name),
    channel: createBroadcastTabChannel(name),
    ...(sha256 === undefined ? {} : { sha256 }),
    // A worker cannot see what is in this page's memory.
    ...(options.backgroundSync === true && storage.kind !== 'memory'
      ? { background: createBackgroundSync(name, globalThis.navigator?.serviceWorker) }
      : {}),
  };
}

function leadershipOf(storage: SyncStorage, name: string): Leadership {
  // What is in memory belongs to this page alone, so each page leads its own.
  if (storage.kind !== 'memory' && globalThis.navigator?.locks !== undefined) {
    return createWebLockLeadership(name);
  }
  const store = createStorageLease(storage, systemClock);
  return createLeaseLeadership({ store, timers: systemTimers, owner: newId() });
}

export { newId } from './network/new-id.ts';
export { memoryStorage } from './storage/memory-storage.ts';
export { OfflineClientError } from './apollo/errors.ts';
export type { OfflineClientErrorCode } from './apollo/errors.ts';
export { EngineError } from './sync/engine-error.ts';
export type { EngineErrorCode } from './sync/engine-error.ts';
export { StorageError } from './sync/storage-port.ts';
export type { FragmentRef, Holdfast } from './apollo/holdfast.ts';
export type { ApolloSettings } from './apollo/create-holdfast.ts';
export type { OfflineMode } from './apollo/offline-context.ts';
export type { QueuedAnswer } from './apollo/queue-link.ts';
export type { GetToken } from './network/token-source.ts';
export type { EngineOptions, Migration, Migrations, StoredEdit } from './sync/engine-options.ts';
export type {
  Constraint,
  FieldKind,
  FieldManifest,
  Json,
  Manifest,
  Policy,
  SyncDocument,
  TypeManifest,
  Values,
} from './sync/manifest.ts';
export type {
  ChangesSince,
  Durability,
  KeyValue,
  Snapshot,
  StorageReason,
  SyncStorage,
  WriteTransaction,
} from './sync/storage-port.ts';
export type * as Stored from './sync/stored.ts';
export type {
  ChangeError,
  Conflict,
  ConflictSide,
  Exchange,
  ExportedWork,
  FailedWrite,
  FieldCondition,
  FieldConflict,
  Filter,
  Inspection,
  Inspector,
  ListQuery,
  LocalAnswer,
  OperationInput,
  OperationResult,
  Order,
  Outcome,
  PendingChange,
  Phase,
  QueuedOperation,
  RecordRef,
  RecordState,
  RefusalCode,
  Repair,
  ScopeCheck,
  ScopeInspection,
  Settlement,
  SignOutChoice,
  SupersededChange,
  SyncEngine,
  SyncStatus,
  Unsubscribe,
  VisibleChanges,
  VisibleRecord,
  WriteInput,
  WriteResult,
} from './sync/model.ts';
