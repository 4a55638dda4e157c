import { StorageError, type SyncStorage } from '../sync/storage-port.ts';
import { LogStorage } from './log-storage.ts';
import {
  KEY_FIELDS,
  type Backend,
  type Key,
  type LogRow,
  type Mode,
  type Range,
  type TableName,
  type TableRows,
  type Tables,
} from './tables.ts';

/** What a test may make go wrong. */
export interface MemoryFaults {
  /** Called when a write is about to complete; a throw aborts it. */
  beforeCommit?: (() => void) | undefined;
}

/**
 * A device database that lives as long as this object. Several storages over one of them behave as several tabs of one browser.
 */
export class MemoryDatabase {
  readonly faults: MemoryFaults = {};
  readonly tables: Partial<Record<TableName, Map<string, unknown>>> = {};
  private readonly goneListeners = new Set<() => void>();
  private tail: Promise<unknown> = Promise.resolve();
  private unflushed: (() => void)[] = [];
  isGone = false;

  /** Transactions happen one after another, reads included. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.tail.then(work);
    this.tail = turn.catch(() => undefined);
    return turn;
  }

  onGone(listener: () => void): () => void {
    this.goneListeners.add(listener);
    if (this.isGone) listener();
    return () => this.goneListeners.delete(listener);
  }

  /** A transaction completed: a relaxed one reaches the disk with the next strict one. */
  completed(mode: Mode, undo: () => void): void {
    if (mode === 'relaxed') this.unflushed.push(undo);
    if (mode === 'strict') this.unflushed = [];
  }

  /** The machine loses power: what no strict transaction flushed is gone. Close the storages first. */
  powerCut(): void {
    for (const undo of this.unflushed.splice(0).reverse()) undo();
  }

  wipe(): void {
    for (const table of Object.values(this.tables)) table.clear();
    this.isGone = true;
    for (const listener of [...this.goneListeners]) listener();
  }
}

/** Memory storage: complete, but gone with the page. `problem` says why it is used, when that was not wanted. */
export function memoryStorage(
  database: MemoryDatabase = new MemoryDatabase(),
  problem: SyncStorage['problem'] = null,
): SyncStorage {
  return new LogStorage(new MemoryBackend(database, problem));
}

class MemoryBackend implements Backend {
  readonly kind = 'memory';
  private isClosed = false;

  constructor(
    private readonly database: MemoryDatabase,
    readonly problem: Backend['problem'],
  ) {}

  run<T>(mode: Mode, work: (tables: Tables) => Promise<T>): Promise<T> {
    return this.database.inTurn(async () => {
      if (this.isClosed) throw new StorageError('CLOSED', 'The storage was closed');
      if (this.database.isGone) throw new StorageError('GONE', 'The database was deleted');
      const tables = new MemoryTables(this.database);
      try {
        const value = await work(tables);
        if (mode !== 'read') this.database.faults.beforeCommit?.();
        this.database.completed(mode, () => tables.undo());
        return value;
      } catch (error) {
        tables.undo();
        throw error;
      }
    });
  }

  onGone(listener: () => void): () => void {
    return this.database.onGone(listener);
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  destroy(): Promise<void> {
    return this.database.inTurn(() => Promise.resolve(this.database.wipe()));
  }
}

/** Applies at once and can take everything back. */
class MemoryTables implements Tables {
  private readonly undoLog: (() => void)[] = [];

  constructor(private readonly database: MemoryDatabase) {}

  get<T extends TableName>(table: T, key: Key): Promise<TableRows[T] | undefined> {
    return Promise.resolve(this.table(table).get(JSON.stringify(key)));
  }

  all<T extends TableName>(table: T): Promise<readonly TableRows[T][]> {
    return Promise.resolve([...this.table(table).values()]);
  }

  range(table: 'log', { from, to, limit = Infinity }: Range): Promise<readonly LogRow[]> {
    const keyed = [...this.table(table).values()]
      .map((row) => ({ row, key: [row.counter, row.part] }))
      .filter(({ key }) => compare(key, from) >= 0 && compare(key, to) <= 0)
      .sort((a, b) => compare(a.key, b.key));
    return Promise.resolve(keyed.slice(0, limit).map(({ row }) => row));
  }

  put<T extends TableName>(table: T, row: TableRows[T]): void {
    const fields: readonly (keyof TableRows[T] & string)[] = KEY_FIELDS[table];
    const parts = fields.map((field) => row[field]);
    this.set(table, JSON.stringify(parts.length === 1 ? parts[0] : parts), row);
  }

  delete(table: TableName, key: Key): void {
    this.set(table, JSON.stringify(key), undefined);
  }

  undo(): void {
    for (const step of this.undoLog.splice(0).reverse()) step();
  }

  private set<T extends TableName>(table: T, key: string, row: TableRows[T] | undefined): void {
    const rows = this.table(table);
    const before = rows.get(key);
    this.undoLog.push(() => void (before === undefined ? rows.delete(key) : rows.set(key, before)));
    if (row === undefined) rows.delete(key);
    else rows.set(key, row);
  }

  private table<T extends TableName>(table: T): Map<string, TableRows[T]> {
    const known = this.database.tables[table] as Map<string, TableRows[T]> | undefined;
    if (known !== undefined) return known;
    const created = new Map<string, TableRows[T]>();
    this.database.tables[table] = created;
    return created;
  }
}

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined || left > right) return 1;
    if (left < right) return -1;
  }
  return a.length - b.length;
}
