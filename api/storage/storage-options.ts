import type { EntityDefinition } from '../entity/definition.ts';
import type { EntityModel } from '../sync/model.ts';

/** What the storage reads of an entity. */
export type StoredEntity = EntityModel & Pick<EntityDefinition, 'target' | 'table' | 'columns'>;

/** A TypeORM migration class whose name ends in its time stamp. */
export type MigrationClass = new () => {
  up(runner: { query(sql: string): Promise<unknown> }): Promise<unknown>;
  down(runner: { query(sql: string): Promise<unknown> }): Promise<unknown>;
};

export interface StorageOptions {
  /** `postgres://user:password@host:port/database`; the user owns the tables or may become their owner. */
  readonly databaseUrl: string;
  readonly entities: readonly StoredEntity[];
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
