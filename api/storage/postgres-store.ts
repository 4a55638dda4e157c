import { setTimeout as pause } from 'node:timers/promises';
import type { ListRequest, RecordKey, RecordView, TypeDigest } from '../sync/model.ts';
import type { OperationScopes, OperationStore, OperationTransaction } from '../sync/operation-ports.ts';
import type {
  Reader,
  ReadTransaction,
  Selection,
  Store,
  TransactionScopes,
  WriteOutcome,
  WriteTransaction,
} from '../sync/ports.ts';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import { classify, unavailable } from './database-error.ts';
import { countRecords, digestOf, listRecords, recordsByKey } from './online-reads.ts';
import { PostgresOperationTransaction } from './operation-transaction.ts';
import { PostgresReadTransaction } from './read-transaction.ts';
import type { StorageEvent } from './storage-options.ts';
import type { SyncedTables } from './synced-table-model.ts';
import { CulpritsFound, PostgresWriteTransaction } from './write-transaction.ts';

const MAX_RERUNS = 5;
const RERUN_PAUSE_MS = 10;

export interface StoreParts {
  readonly database: Database;
  readonly tables: SyncedTables;
  /** An expression for the effective epoch; known after the start. */
  readonly epochSql: () => string;
  readonly log: (event: StorageEvent) => void;
}

/** The engine's store on Postgres. */
export class PostgresStore implements Store, OperationStore {
  constructor(private readonly parts: StoreParts) {}

  /**
   *   together ─► committed
   *      │ ▲ └──── 40001, 40P01, another transaction's insert: again after a jittered pause, at most 5 times (R28)
   *      ▼ │ no culprit any more
   *   isolated: each row behind a savepoint, rolled back as a whole ─► refused, with the culprits
   */
  async write<T>(
    scopes: TransactionScopes,
    work: (transaction: WriteTransaction) => Promise<T>,
  ): Promise<WriteOutcome<T>> {
    let isIsolating = false;
    for (let reruns = 0; reruns <= MAX_RERUNS; reruns += 1) {
      try {
        return { kind: 'committed', value: await this.attempt(scopes, work, isIsolating) };
      } catch (error) {
        if (error instanceof CulpritsFound && error.culprits.length > 0) {
          return { kind: 'refused', culprits: error.culprits };
        }
        isIsolating = isConstraint(error);
        if (!isIsolating && !isRerun(error)) {
          throw error;
        }
        this.parts.log({ level: 'info', message: 'A push is run again.', error });
        await pause(isIsolating ? 0 : Math.random() * RERUN_PAUSE_MS * 2 ** reruns);
      }
    }
    throw unavailable(new Error(`A push met other transactions ${MAX_RERUNS + 1} times.`));
  }

  async operate<T>(
    scopes: OperationScopes,
    work: (transaction: OperationTransaction) => Promise<T>,
  ): Promise<T> {
    const { database, tables, epochSql, log } = this.parts;
    for (let reruns = 0; reruns <= MAX_RERUNS; reruns += 1) {
      try {
        return await database.transaction({ kind: 'write', ...scopes }, (connection) =>
          work(new PostgresOperationTransaction(connection, { tables, scopes, epochSql: epochSql() })),
        );
      } catch (error) {
        if (!isRerun(error)) {
          throw error;
        }
        log({ level: 'info', message: 'An operation is run again.', error });
        await pause(Math.random() * RERUN_PAUSE_MS * 2 ** reruns);
      }
    }
    throw unavailable(new Error(`An operation met other transactions ${MAX_RERUNS + 1} times.`));
  }

  async read<T>(reader: Reader, work: (transaction: ReadTransaction) => Promise<T>): Promise<T> {
    const { tables, epochSql, database } = this.parts;
    const { user, scopes } = reader;
    return database.transaction({ kind: 'snapshot', user, readable: scopes, writable: [] }, (connection) =>
      work(new PostgresReadTransaction(connection, { tables, epochSql: epochSql(), reader })),
    );
  }

  async list(
    selection: Selection,
    page: Pick<ListRequest, 'orderBy' | 'limit' | 'offset'>,
  ): Promise<readonly RecordView[]> {
    const table = this.parts.tables.of(selection.type);
    return this.snapshot(selection.scopes, (connection) =>
      listRecords(connection, table, { ...selection, ...page }),
    );
  }

  async count(selection: Selection): Promise<number> {
    const table = this.parts.tables.of(selection.type);
    return this.snapshot(selection.scopes, (connection) => countRecords(connection, table, selection));
  }

  async records(type: string, keys: readonly RecordKey[]): Promise<readonly (RecordView | null)[]> {
    const scopes = [...new Set(keys.map(({ scope }) => scope))];
    return this.snapshot(scopes, (connection) => recordsByKey(connection, this.parts.tables.of(type), keys));
  }

  async digest(scope: string): Promise<readonly TypeDigest[]> {
    return this.snapshot([scope], (connection) => digestOf(connection, this.parts.tables.all, scope));
  }

  private attempt<T>(
    scopes: TransactionScopes,
    work: (transaction: WriteTransaction) => Promise<T>,
    isIsolating: boolean,
  ): Promise<T> {
    const { database, tables, epochSql } = this.parts;
    const { user, readable } = scopes;
    const writable = scopes.writable ? [scopes.scope] : [];
    return database.transaction({ kind: 'write', user, readable, writable }, (connection) =>
      work(new PostgresWriteTransaction(connection, { tables, scopes, epochSql: epochSql(), isIsolating })),
    );
  }

  private snapshot<T>(scopes: readonly string[], work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.parts.database.transaction(
      { kind: 'snapshot', user: null, readable: scopes, writable: [] },
      work,
    );
  }
}

function isRerun(error: unknown): boolean {
  return error instanceof CulpritsFound || classifyKnown(error) === 'rerun';
}

function isConstraint(error: unknown): boolean {
  return classifyKnown(error) === 'constraint';
}

/** Errors of our own say what they are; only the driver's are sorted by `classify`. */
function classifyKnown(error: unknown): ReturnType<typeof classify> {
  const kind = classify(error);
  return kind === 'away' ? 'other' : kind;
}
