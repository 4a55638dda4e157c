/**
 * The Postgres side, opened. A composition root writes:
 *
 *   const storage = openStorage({ databaseUrl, entities, migrations });
 *   await storage.migrate();                     // as the owner; skip it where a deployment step migrates
 *   await storage.start();                       // as the app role; checks the database, connects, listens
 *   const engine = createSyncEngine({ entities, store: storage, pokes: storage.notifier, hash: sha256, clock: systemClock });
 *   … storage.access.viewer(userId) … storage.notifier.listen(…) … await storage.ready() …
 *   await storage.close();
 */
import type { EntityDefinition } from '../entity/definition.ts';
import type { Access, ScopeHead, Viewer } from '../sync/model.ts';
import type { Pokes, Store } from '../sync/ports.ts';

/** A TypeORM migration class whose name ends in its time stamp. */
export type MigrationClass = new () => {
  up(runner: { query(sql: string): Promise<unknown> }): Promise<unknown>;
  down(runner: { query(sql: string): Promise<unknown> }): Promise<unknown>;
};

export interface StorageOptions {
  /** `postgres://user:password@host:port/database`; the user owns the tables or may become their owner. */
  readonly databaseUrl: string;
  readonly entities: readonly EntityDefinition[];
  /** The domain's migrations. The engine's own are always included. */
  readonly migrations?: readonly MigrationClass[];
  /** Connections at most, beside the one that listens. Default 10. */
  readonly poolSize?: number;
  /** How long a request waits for a connection. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /** After this a statement is cancelled. Default 15,000. */
  readonly statementTimeoutMs?: number;
  /** Told about lost connections, reruns and the like; never holds row data. Default: nobody is told. */
  readonly log?: (event: StorageEvent) => void;
}

export interface StorageEvent {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly error?: unknown;
}

export interface Notifier extends Pokes {
  /**
   * Calls `listener` for each poke of this and of every other process, coalesced per scope, and with `accessChanged`
   * when a membership of the scope changed (told for the scope and for the user's own scope). Returns what ends it.
   */
  listen(listener: (head: ScopeHead) => void): () => void;
}

export interface AccessDirectory {
  /** The account with its scopes, the own one (`user:<id>`) first; null when it is unknown or disabled. */
  viewer(userId: string): Promise<Viewer | null>;
  /** Creates the account or renames it. */
  ensureAccount(account: { readonly id: string; readonly name: string }): Promise<void>;
  disable(userId: string): Promise<void>;
  grant(userId: string, scope: string, access: Access): Promise<void>;
  revoke(userId: string, scope: string): Promise<void>;
}

export interface Retention {
  /**
   * Deletes tombstones and receipts older than `days`, scope by scope, and raises the horizons (R5, R13). Returns how many
   * tombstones went.
   */
  purge(days: number): Promise<number>;
  /** Begins a new epoch, after a backup was restored; returns it. */
  rotateEpoch(): Promise<string>;
}

export interface Storage extends Store {
  /** Applies what is missing, as the connection's own user; one process at a time. Returns the names applied. */
  migrate(): Promise<readonly string[]>;
  /**
   * Connects as the app role and asserts what the guarantees rest on: Postgres 17 or newer, `synchronous_commit`, a role
   * that does not own the tables, row-level security forced. Throws with a sentence that says how to mend it.
   */
  start(): Promise<void>;
  /** True when the database answers now. */
  ready(): Promise<boolean>;
  /** Ends after running transactions are done. */
  close(): Promise<void>;
  readonly access: AccessDirectory;
  readonly notifier: Notifier;
  readonly retention: Retention;
}

export function openStorage(options: StorageOptions): Storage {
  throw new Error(`not there yet: ${options.databaseUrl}`);
}
