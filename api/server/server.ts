import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { defineEntities } from '../entity/define-entities.ts';
import type { SyncedRecord } from '../entity/synced-record.ts';
import { buildHoldfastSchema, type SchemaOptions } from '../graphql/build-schema.ts';
import type { GraphqlContext } from '../graphql/context.ts';
import { syncDocuments } from '../graphql/sync-documents.ts';
import { createExecuteSync } from '../graphql/whole-records.ts';
import { openStorage, type MigrationClass, type Storage } from '../storage/storage.ts';
import { sha256, systemClock } from '../storage/system-ports.ts';
import { createSyncEngine } from '../sync/engine.ts';
import type { HoldfastEngine } from '../sync/engine.ts';
import type { Viewer } from '../sync/model.ts';
import { startApollo } from './apollo.ts';
import { createApp } from './app.ts';
import { createTokenVerifier } from './authentication.ts';
import { demoTokenRules, seedDemo, seedRecords } from './demo.ts';
import type { DemoRecords } from './demo.ts';
import { documentLimitRules } from './document-limits.ts';
import { createGate } from './gate.ts';
import { GRAPHQL_PATH } from './graphql-path.ts';
import { headStream } from './head-stream.ts';
import { startHousekeeping, type Housekeeping } from './housekeeping.ts';
import { createHttpServer, drain, listen } from './http-listener.ts';
import { createLogger } from './logger.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { rememberTokens } from './remember-tokens.ts';
import { serveSockets, type Sockets } from './sockets.ts';

/** What a server serves, and from where. */
export interface ServerOptions {
  readonly config: Config;
  /** Where the data is: the configured one, or the embedded Postgres's. */
  readonly databaseUrl: string;
  /** The synced types. */
  readonly entities: readonly (new () => SyncedRecord)[];
  /** The migrations of their tables; the engine's own are always included. */
  readonly migrations?: readonly MigrationClass[];
  /** GraphQL resolvers of your own. */
  readonly resolvers?: SchemaOptions['resolvers'];
  /** Records to begin with in demo mode. */
  readonly demoRecords?: DemoRecords;
  /** Default: JSON lines on standard output, at the configured level. */
  readonly logger?: Logger;
}

/** A server that listens. */
export interface RunningServer {
  /** `http://host:port`, without a path. */
  readonly url: string;
  readonly port: number;
  readonly storage: Storage;
  /** Writes synced records as the server; devices hear of it like of any other change (R29). */
  readonly write: HoldfastEngine['write'];
  /**
   * Stops in order: not ready any more, no new connections, requests under way end, sockets are told to come back (1001),
   * transactions end. Requests that are left after the configured time are cut; their transactions end all the same.
   */
  close(): Promise<void>;
}

/** Goodbyes to WebSocket clients are spread, so that they do not all come back at once. */
const GOODBYE_MS_PER_SOCKET = 2;
/** A probe of readiness gets its answer within this time, also from a database that gives none. */
const READY_MS = 2_000;

/**
 * Migrates the database, in demo mode makes the demo accounts, and serves HTTP and WebSocket on one port.
 *
 * @throws PortTakenError, ConfigError, and what the storage says about a database that will not do.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const logger = options.logger ?? createLogger(options.config.logLevel);
  const entities = defineEntities(options.entities);
  const metrics = createMetrics({ process: options.config.metricsToken !== null });
  const { poolSize, connectTimeoutMs, statementTimeoutMs } = options.config;
  const storage = openStorage({
    databaseUrl: options.databaseUrl,
    entities,
    ...{ poolSize, connectTimeoutMs, statementTimeoutMs },
    ...(options.migrations === undefined ? {} : { migrations: options.migrations }),
    log: ({ level, message, error }) => logger[level]({ err: error }, message),
  });
  const ports = { store: storage, pokes: storage.notifier, hash: sha256, clock: systemClock };
  const engine = metrics.measure(createSyncEngine({ entities, ...ports }));
  try {
    await storage.migrate();
    await storage.start();
    if (options.config.demo) await seed({ ...options, storage, engine });
    return await serve({ ...options, entities, storage, engine, metrics, logger });
  } catch (error) {
    await storage.close();
    throw error;
  }
}

async function seed({ storage, engine, demoRecords }: Pick<Parts, 'storage' | 'engine' | 'demoRecords'>) {
  await seedDemo(storage.access);
  if (demoRecords !== undefined) await seedRecords(engine, demoRecords);
}

interface Parts extends Omit<ServerOptions, 'entities' | 'logger'> {
  readonly entities: ReturnType<typeof defineEntities>;
  readonly storage: Storage;
  readonly engine: HoldfastEngine;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** What executes operations, over whatever transport. */
function createExecution({ config, entities, resolvers, storage, engine }: Parts) {
  const createContext = (viewer: Viewer, requestId: string): GraphqlContext => ({
    viewer,
    engine,
    requestId,
    heads: (scopes) => headStream((listener) => storage.notifier.listen(listener), viewer, scopes),
  });
  const { pull, push, heads, pokes } = syncDocuments(entities);
  const trusted = new Set([pull, push, heads, pokes].map((document) => document.sha256));
  const schema = buildHoldfastSchema({ entities, ...(resolvers === undefined ? {} : { resolvers }) });
  return {
    engine,
    schema,
    executeSync: createExecuteSync(schema, entities, [pull, push]),
    rules: documentLimitRules({
      trusted,
      tokens: config.limits.documentTokens,
      introspection: config.demo,
    }),
    createContext,
  };
}

async function serve(parts: Parts): Promise<RunningServer> {
  const { config, storage, metrics, logger } = parts;
  const execution = createExecution(parts);
  const tokens = config.tokens ?? (await demoTokenRules(config.dataFolder));
  const gate = createGate(rememberTokens(await createTokenVerifier(tokens)), (userId) =>
    storage.access.viewer(userId),
  );
  const apollo = await startApollo<GraphqlContext>({ ...execution, open: config.demo, logger });

  let stopping = false;
  const isReady = async () =>
    !stopping && (await Promise.race([storage.ready(), pause(READY_MS, false, { ref: false })]));
  const app = createApp({ ...execution, config, tokens, gate, apollo, isReady, metrics, logger });
  const server = createHttpServer(config, app);
  const port = await listen(server, config);
  const sockets = serveSockets({
    ...execution,
    ...{ server, path: GRAPHQL_PATH, gate, logger },
    ...{ origin: config, limits: config.limits, accessCheckMs: config.accessCheckMs },
  });
  const unwatch = watchAccess(storage, sockets);
  const housekeeping = keepHouse(parts);
  observe(parts, sockets);
  const close = async () => {
    stopping = true;
    // Load balancers need a while to notice, and until they do, what they send is served.
    await pause(config.unreadyMs);
    const drained = drain(server, config.shutdownMs);
    await sockets.close(Math.min(config.shutdownMs, sockets.registry.count * GOODBYE_MS_PER_SOCKET));
    unwatch();
    await drained;
    await housekeeping.close();
    await apollo.stop();
    await storage.close();
  };
  const host = config.host === '0.0.0.0' || config.host === '127.0.0.1' ? 'localhost' : config.host;
  const { write } = parts.engine;
  return { url: `http://${host}:${port}`, port, storage, write, close: once(close) };
}

function keepHouse({ config, storage, metrics, logger }: Parts): Housekeeping {
  const { retentionDays, purgeIntervalMs } = config;
  const onPurged = metrics.purged;
  return startHousekeeping({
    retention: storage.retention,
    ...{ retentionDays, intervalMs: purgeIntervalMs, onPurged, logger },
  });
}

function observe({ storage, metrics }: Parts, { registry }: Sockets): void {
  storage.notifier.listen(metrics.poked);
  metrics.observe({ socketCount: () => registry.count, pool: () => storage.pool() });
}

/** A membership that changed is acted on at once; the registry's own checks catch what this misses. */
function watchAccess(storage: Storage, { registry }: Sockets): () => void {
  return storage.notifier.listen(({ scope, accessChanged }) => {
    if (!accessChanged) return;
    void registry.recheck((viewer) => viewer.scopes.some(({ id }) => id === scope));
  });
}

function once(action: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => (result ??= action());
}
