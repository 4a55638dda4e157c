import {
  StorageError,
  type ChangesSince,
  type Durability,
  type KeyValue,
  type Snapshot,
  type SyncStorage,
  type WriteTransaction,
} from '../sync/storage-port.ts';
import type { AheadRow, Meta, OutboxRow, ScopeRow, Segment } from '../sync/stored.ts';
import { foldAll, foldRuns, parseSegments, type Fold } from './fold.ts';
import { keyValueOf } from './key-value.ts';
import { LoggedTransaction } from './logged-transaction.ts';
import type { Backend, LogRow, Named, Tables } from './tables.ts';

/** Rows of the log read in one slice while loading. */
const SLICE_ROWS = 4;
/** The newest transactions are never folded, so that a tab that lags a little reads only what is new. */
const KEEP_RECENT = 64;
/** Folding begins when this many transactions are unfolded. */
const FOLD_AFTER = 256;

const START = [0, 0] as const;
const END = [Infinity, Infinity] as const;

/** Begins the names of numbers that the storage keeps for itself in the meta table; no engine sees them. */
const INTERNAL = 'log.';

interface Internal {
  readonly counter: number;
  /** The log is folded up to here. */
  readonly folded: number;
  /** Whoever has read less than this must load afresh. */
  readonly base: number;
  /** Live copies when everything was folded last, and copies folded in since. */
  readonly live: number;
  readonly stored: number;
}

/** The log and its tables over one backend. */
export class LogStorage implements SyncStorage {
  readonly kind: SyncStorage['kind'];
  readonly problem: SyncStorage['problem'];
  readonly keyValue: KeyValue;
  private isFull = false;

  constructor(private readonly backend: Backend) {
    this.kind = backend.kind;
    this.problem = backend.problem;
    this.keyValue = keyValueOf(backend, () => this.isFull);
  }

  async write<T>(
    durability: Durability,
    work: (tx: WriteTransaction) => Promise<T>,
    area: 'engine' | 'engineAndAhead' = 'engine',
  ): Promise<{ readonly value: T; readonly counter: number }> {
    const logged = async (tables: Tables) => {
      const before = await internal(tables, 'counter');
      const tx = new LoggedTransaction(tables, before + 1);
      const value = await work(tx);
      const isTouched = tx.finish();
      if (isTouched) putInternal(tables, 'counter', before + 1);
      return { value, counter: isTouched ? before + 1 : before };
    };
    try {
      return await this.backend.run(durability, logged, area);
    } catch (error) {
      if (!isQuota(error) || !(await this.makeRoom())) throw error;
      return this.backend.run(durability, logged, area);
    }
  }

  async writeAhead(row: AheadRow): Promise<void> {
    await this.backend.run('strict', (tables) => Promise.resolve(tables.put('ahead', row)), 'ahead');
  }

  writtenAhead(): Promise<readonly AheadRow[]> {
    return this.backend.run('read', (tables) => tables.all('ahead'), 'ahead');
  }

  /**
   * What others keep can be fetched again; what a person wrote cannot. False when there was nothing to give up. Nothing is taken in
   * again until the page is opened anew: the next save would fill the room that was made.
   */
  private async makeRoom(): Promise<boolean> {
    this.isFull = true;
    try {
      return await this.backend.run(
        'relaxed',
        async (tables) => {
          const rows = await tables.all('keyValue');
          for (const { key } of rows) tables.delete('keyValue', key);
          return rows.length > 0;
        },
        'keyValue',
      );
    } catch {
      return false;
    }
  }

  /** A sign-out was begun and not completed. */
  async isLeaving(): Promise<boolean> {
    const row = await this.backend.run('read', (tables) => tables.get('meta', 'leaving'));
    return row?.value === true;
  }

  snapshot(): Promise<Snapshot> {
    const read = async (tables: Tables): Promise<Snapshot> => {
      // All at once: each would otherwise wait for the one before it to come back.
      const [counter, meta, scopes, changes, history, ahead] = await Promise.all([
        internal(tables, 'counter'),
        tables.all('meta'),
        tables.all('scopes'),
        tables.all('outbox'),
        tables.all('history'),
        tables.all('ahead'),
      ]);
      const byOrder = <T extends { readonly order: number }>(rows: readonly T[]): readonly T[] =>
        [...rows].sort((a, b) => a.order - b.order);
      return {
        counter,
        meta: metaOf(meta),
        scopes,
        changes: byOrder(changes),
        history: byOrder(history),
        ahead,
      };
    };
    return this.backend.run('read', read, 'engineAndAhead');
  }

  async loadRecords(counter: number, onSlice: (segments: readonly Segment[]) => void): Promise<boolean> {
    const read = (from: readonly number[]): Promise<readonly [base: number, rows: readonly LogRow[]]> => {
      const range = { from, to: [counter, Infinity], limit: SLICE_ROWS };
      return this.backend.run('read', (tables) =>
        Promise.all([internal(tables, 'base'), tables.range('log', range)]),
      );
    };
    let reading = read(START);
    const [begunAt] = await reading;
    for (;;) {
      const [base, rows] = await reading;
      if (base !== begunAt) return false;
      const last = rows.at(-1);
      if (last === undefined) return true;
      // The next slice is on its way while this one is taken in.
      reading = read([last.counter, last.part + 1]);
      onSlice(rows.flatMap(parseSegments));
    }
  }

  changesSince(counter: number): Promise<ChangesSince> {
    return this.backend.run('read', async (tables) => {
      const now = await internal(tables, 'counter');
      if ((await internal(tables, 'base')) > counter) return { ...NOTHING, counter: now, reload: true };
      if (now === counter) return { ...NOTHING, counter: now };
      const rows = await tables.range('log', { from: [counter + 1, 0], to: END });
      return { ...(await gather(tables, rows)), counter: now, reload: false };
    });
  }

  async compact(): Promise<void> {
    const counter = await this.backend.run('read', (tables) => internal(tables, 'counter'));
    const folded = await this.backend.run('read', (tables) => internal(tables, 'folded'));
    if (counter - folded < FOLD_AFTER + KEEP_RECENT) return;
    await this.backend.run('relaxed', (tables) => foldLog(tables));
  }

  onGone(listener: () => void): () => void {
    return this.backend.onGone(listener);
  }

  close(): Promise<void> {
    return this.backend.close();
  }

  destroy(): Promise<void> {
    return this.backend.destroy();
  }
}

const NOTHING: ChangesSince = {
  counter: 0,
  reload: false,
  segments: [],
  changes: [],
  removedChanges: [],
  scopes: [],
  removedScopes: [],
  history: null,
  meta: {},
  settled: [],
};

async function internal(tables: Tables, key: keyof Internal): Promise<number> {
  return ((await tables.get('meta', `${INTERNAL}${key}`))?.value as number | undefined) ?? 0;
}

function putInternal(tables: Tables, key: keyof Internal, value: number): void {
  tables.put('meta', { key: `${INTERNAL}${key}`, value });
}

function metaOf(rows: readonly Named[]): Partial<Meta> {
  const own = rows.filter((row) => !row.key.startsWith(INTERNAL));
  return Object.fromEntries(own.map((row) => [row.key, row.value]));
}

/** What the rows of the log touched, as it stands now. */
async function gather(tables: Tables, rows: readonly LogRow[]): Promise<ChangesSince> {
  const changes: OutboxRow[] = [];
  const removedChanges: string[] = [];
  for (const change of new Set(rows.flatMap((row) => row.changes))) {
    const found = await tables.get('outbox', change);
    if (found === undefined) removedChanges.push(change);
    else changes.push(found);
  }
  const scopes: ScopeRow[] = [];
  const removedScopes: string[] = [];
  for (const scope of new Set(rows.flatMap((row) => row.scopes))) {
    const found = await tables.get('scopes', scope);
    if (found === undefined) removedScopes.push(scope);
    else scopes.push(found);
  }
  const keys = [...new Set(rows.flatMap((row) => row.meta))];
  const meta = await Promise.all(keys.map((key) => tables.get('meta', key)));
  const history = rows.some((row) => row.history) ? [...(await tables.all('history'))] : null;
  return {
    ...NOTHING,
    segments: rows.flatMap(parseSegments),
    changes,
    removedChanges,
    scopes,
    removedScopes,
    history: history?.sort((a, b) => a.order - b.order) ?? null,
    meta: metaOf(meta.filter((row) => row !== undefined)),
    settled: rows.flatMap((row) => row.settled),
  };
}

/**
 * Folds runs of small rows; when the log holds more than twice what lives, all of it. Each copy is thus rewritten a bounded number
 * of times per write, whatever is stored.
 */
async function foldLog(tables: Tables): Promise<void> {
  const upTo = (await internal(tables, 'counter')) - KEEP_RECENT;
  const folded = await internal(tables, 'folded');
  const fresh = await tables.range('log', { from: [folded + 1, 0], to: [upTo, Infinity] });
  const runs = foldRuns(fresh);
  const added = fresh.reduce((sum, row) => sum + row.weight, 0);
  const stored = (await internal(tables, 'stored')) + added;
  const put = (key: keyof Internal, value: number): void => putInternal(tables, key, value);
  put('folded', upTo);
  if (stored < 2 * (await internal(tables, 'live')) + 4 * FOLD_AFTER) {
    perform(tables, runs);
    put('stored', stored);
    return;
  }
  const whole = foldAll(await tables.range('log', { from: START, to: [upTo, Infinity] }), true);
  perform(tables, whole);
  const live = whole.put.reduce((sum, row) => sum + row.weight, 0);
  put('live', live);
  put('stored', live);
  put('base', upTo);
}

function perform(tables: Tables, fold: Fold): void {
  for (const row of fold.remove) tables.delete('log', [row.counter, row.part]);
  for (const row of fold.put) tables.put('log', row);
}

function isQuota(error: unknown): boolean {
  return error instanceof StorageError && error.reason === 'QUOTA';
}
