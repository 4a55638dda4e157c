import { deleteDB, openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';
import { StorageError } from '../sync/storage-port.ts';
import { beginFreshLog } from './fresh-log.ts';
import { LogStorage } from './log-storage.ts';
import {
  KEY_FIELDS,
  type Area,
  type Backend,
  type Key,
  type LogRow,
  type Mode,
  type Range,
  type TableName,
  type TableRows,
  type Tables,
} from './tables.ts';
import type { Sentinel } from './sentinel.ts';

const VERSION = 3;

/** Of version 2: it made each put of a change cost twice. */
const FORMER_INDEX = 'byScope';

interface Schema extends DBSchema {
  meta: { key: string; value: TableRows['meta'] };
  scopes: { key: string; value: TableRows['scopes'] };
  outbox: { key: string; value: TableRows['outbox'] };
  ahead: { key: string; value: TableRows['ahead'] };
  history: { key: string; value: TableRows['history'] };
  log: { key: [number, number]; value: TableRows['log'] };
  keyValue: { key: string; value: TableRows['keyValue'] };
}

type Database = IDBPDatabase<Schema>;
type Transaction = IDBPTransaction<Schema, TableName[], 'readonly' | 'readwrite'>;
type Upgrade = IDBPTransaction<Schema, TableName[], 'versionchange'>;

const ENGINE_TABLES: TableName[] = ['meta', 'scopes', 'outbox', 'history', 'log'];
const AREAS: Readonly<Record<Area, TableName[]>> = {
  engine: ENGINE_TABLES,
  ahead: ['ahead'],
  engineAndAhead: [...ENGINE_TABLES, 'ahead'],
  keyValue: ['keyValue'],
};
const ALL_TABLES: TableName[] = [...AREAS.engineAndAhead, ...AREAS.keyValue];

export interface IndexedDbOptions {
  /** Of the tables; a higher one than is stored upgrades them. */
  readonly version?: number;
  /** Given up after this long when an old tab holds an older version open; default 3,000. */
  readonly blockedMs?: number;
  /** Whether the browser promised not to evict it. Awaited while the database is opened. */
  readonly isPersistent?: boolean | Promise<boolean>;
  /** Opens what is there, and rejects (reason GONE) rather than make an empty one. */
  readonly mustExist?: boolean;
  readonly sentinel?: Sentinel;
}

/** Opens (or creates) the database. Rejects with `StorageError` when IndexedDB is missing, refuses, or is blocked too long. */
export async function openIndexedDb(name: string, options: IndexedDbOptions = {}): Promise<LogStorage> {
  const backend = new IndexedDbBackend(name, options);
  // Beside the opening: nothing is written until that is done.
  void beginFreshLog();
  const [isPersistent] = await Promise.all([options.isPersistent, backend.open()]);
  if (isPersistent === true) backend.kind = 'persistent';
  return new LogStorage(backend);
}

/** Of the person's work only what had been sent comes back: that must not look like a first run. */
const LOST = {
  code: 'STORAGE_LOST',
  message:
    'The browser had deleted what this device kept. What the server has is fetched again; changes that were not sent are lost',
} as const;

class IndexedDbBackend implements Backend {
  problem: Backend['problem'] = null;
  kind: Backend['kind'] = 'bestEffort';
  private database: Promise<Database> | undefined;
  private state: 'open' | 'closed' | 'gone' = 'open';
  /** From the first connection on an empty database is a lost one. */
  private mustExist: boolean;
  private readonly goneListeners = new Set<() => void>();

  constructor(
    private readonly name: string,
    private readonly options: IndexedDbOptions,
  ) {
    this.mustExist = options.mustExist === true;
  }

  open(): Promise<Database> {
    if (this.state === 'gone') return Promise.reject(new StorageError('GONE', 'The database was deleted'));
    if (this.state === 'closed') return Promise.reject(new StorageError('CLOSED', 'The storage was closed'));
    this.database ??= this.connect().then(
      (database) => {
        this.mustExist = true;
        this.options.sentinel?.set();
        return database;
      },
      (error: unknown) => {
        this.database = undefined;
        throw storageError(error);
      },
    );
    return this.database;
  }

  async run<T>(mode: Mode, work: (tables: Tables) => Promise<T>, area: Area = 'engine'): Promise<T> {
    const transaction = await this.begin(mode, area);
    const done = transaction.done.then(
      () => null,
      (error: unknown) => ({ error }),
    );
    try {
      const value = await work(new IndexedDbTables(transaction));
      // Nothing more is asked for: said so, it need not wait for this page to hear of the last answer.
      if (mode !== 'read') commit(transaction);
      const failure = await done;
      if (failure === null) return value;
      throw storageError(failure.error);
    } catch (error) {
      abort(transaction);
      await done;
      throw isDomException(error) ? storageError(transaction.error ?? error) : error;
    }
  }

  onGone(listener: () => void): () => void {
    this.goneListeners.add(listener);
    if (this.state === 'gone') listener();
    return () => this.goneListeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.state === 'open') this.state = 'closed';
    const database = await this.database?.catch(() => undefined);
    this.database = undefined;
    database?.close();
  }

  async destroy(): Promise<void> {
    const database = await this.database?.catch(() => undefined);
    // Another tab deletes it, or has: what has this name next is not ours.
    if (this.state === 'gone') return;
    this.options.sentinel?.clear();
    const deletion = new Promise<void>((resolve, reject) => {
      // A blocked deletion happens as soon as the frozen tab that blocks it closes its connection: nothing can undo it.
      deleteDB(this.name, { blocked: () => resolve() }).then(resolve, reject);
    });
    // Only now: until then nobody's deletion can have been completed, and nothing new have taken the name.
    this.vanish();
    database?.close();
    await deletion;
  }

  /** A connection that the browser closed (out of memory, cleared data, another version) is opened again, once. */
  private async begin(mode: Mode, area: Area): Promise<Transaction> {
    try {
      return startTransaction(await this.open(), mode, area);
    } catch (error) {
      if (error instanceof StorageError) throw error;
      this.database = undefined;
      return startTransaction(await this.open(), mode, area);
    }
  }

  private connect(): Promise<Database> {
    const { blockedMs = 3_000, version = VERSION } = this.options;
    return new Promise<Database>((resolve, reject) => {
      let isLate = false;
      const giveUp = (): void => {
        isLate = true;
        reject(new StorageError('CLOSED', 'Another tab holds an older version of the database open'));
      };
      let timer: ReturnType<typeof setTimeout> | undefined;
      let isMissing = false;
      const opening = openDB<Schema>(this.name, version, {
        upgrade: (database, from, ...[, transaction]) => {
          isMissing = this.mustExist && from === 0;
          if (isMissing) return abort(transaction);
          if (from === 0 && this.options.sentinel?.isSet() === true) this.problem = LOST;
          createTables(database);
          dropFormerIndex(transaction);
        },
        blocked: () => void (timer ??= setTimeout(giveUp, blockedMs)),
        blocking: (_current, next, event) => this.yieldTo(next, event.target as IDBDatabase),
        terminated: () => this.lookAgain(),
      });
      opening
        .finally(() => clearTimeout(timer))
        .then(
          (database) => {
            if (isLate) database.close();
            else resolve(database);
          },
          (error: unknown) => reject(isMissing ? this.missing() : error),
        );
    });
  }

  /** It was deleted while nobody of us was connected, so that nobody was told. */
  private missing(): StorageError {
    this.vanish();
    return new StorageError('GONE', 'The database was deleted');
  }

  /** Another tab deletes (`next` null) or upgrades the database: it must not wait for this one. */
  private yieldTo(next: number | null, database: IDBDatabase): void {
    database.close();
    this.database = undefined;
    if (next === null) this.vanish();
  }

  /** The browser closed the connection by itself, because it deletes the database, say: whoever writes has to hear of that before. */
  private lookAgain(): void {
    this.database = undefined;
    this.open().catch(() => undefined);
  }

  private vanish(): void {
    if (this.state === 'gone') return;
    this.state = 'gone';
    this.database = undefined;
    for (const listener of [...this.goneListeners]) listener();
  }
}

function createTables(database: Database): void {
  for (const table of ALL_TABLES) {
    if (database.objectStoreNames.contains(table)) continue;
    const fields = KEY_FIELDS[table];
    const keyPath = fields.length === 1 ? (fields[0] ?? '') : [...fields];
    database.createObjectStore(table, { keyPath });
  }
}

function dropFormerIndex(transaction: Upgrade): void {
  const outbox = transaction.objectStore('outbox');
  if (([...outbox.indexNames] as string[]).includes(FORMER_INDEX)) outbox.deleteIndex(FORMER_INDEX);
}

function startTransaction(database: Database, mode: Mode, area: Area): Transaction {
  const tables = AREAS[area];
  if (mode === 'read') return database.transaction(tables, 'readonly') as Transaction;
  return database.transaction(tables, 'readwrite', { durability: mode }) as Transaction;
}

class IndexedDbTables implements Tables {
  constructor(private readonly transaction: Transaction) {}

  get<T extends TableName>(table: T, key: Key): Promise<TableRows[T] | undefined> {
    return this.store(table).get(key as IDBValidKey) as Promise<TableRows[T] | undefined>;
  }

  all<T extends TableName>(table: T): Promise<readonly TableRows[T][]> {
    return this.store(table).getAll() as Promise<TableRows[T][]>;
  }

  range(table: 'log', { from, to, limit }: Range): Promise<readonly LogRow[]> {
    const keys = IDBKeyRange.bound([...from], [...to]);
    return this.store(table).getAll(keys, limit) as Promise<LogRow[]>;
  }

  put<T extends TableName>(table: T, row: TableRows[T]): void {
    // A failure aborts the transaction, whose completion reports it.
    this.store(table)
      .put(row)
      .catch(() => undefined);
  }

  delete(table: TableName, key: Key): void {
    this.store(table)
      .delete(key as IDBValidKey)
      .catch(() => undefined);
  }

  /** One loosely typed store: the tables' own types are checked at this class's methods. */
  private store(table: TableName): LooseStore {
    return this.transaction.objectStore(table) as unknown as LooseStore;
  }
}

interface LooseStore {
  get(key: IDBValidKey): Promise<unknown>;
  getAll(range?: IDBKeyRange, count?: number): Promise<unknown[]>;
  put(row: unknown): Promise<unknown>;
  delete(key: IDBValidKey): Promise<void>;
}

function commit(transaction: Transaction): void {
  try {
    transaction.commit();
  } catch {
    // It ended by itself already, or an answer aborted it: its completion tells.
  }
}

function abort(transaction: Pick<Transaction, 'abort' | 'done'>): void {
  transaction.done.catch(() => undefined);
  try {
    transaction.abort();
  } catch {
    // It had ended by itself already.
  }
}

function isDomException(error: unknown): error is DOMException {
  return error instanceof DOMException;
}

function storageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const name = error instanceof Error ? error.name : '';
  const text = error instanceof Error && error.message !== '' ? error.message : 'no reason given';
  if (name === 'QuotaExceededError') return new StorageError('QUOTA', 'The device has no room left');
  return new StorageError('ABORTED', `The database did not complete the transaction (${name}: ${text})`);
}
