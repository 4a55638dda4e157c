import type { ChangesSince, WriteTransaction } from './storage-port.ts';
import type {
  AheadRow,
  HistoryRow,
  Meta,
  MetaKey,
  OutboxRow,
  ScopeRow,
  Segment,
  Settlement,
} from './stored.ts';

/** What was stored, in the form the replica takes it. `history` null: only `historyPut` and `historyRemoved` happened. */
export type StoredDelta = Omit<ChangesSince, 'counter' | 'reload'> & {
  readonly historyPut: readonly HistoryRow[];
  readonly historyRemoved: readonly string[];
};

export function deltaOf(since: ChangesSince): StoredDelta {
  return { ...since, historyPut: [], historyRemoved: [] };
}

/** Passes everything on and remembers it, so that this tab need not read back what it just wrote. */
export class RecordingTransaction implements WriteTransaction {
  private readonly changed = new Map<string, OutboxRow | null>();
  private readonly scopesPut = new Map<string, ScopeRow | null>();
  private readonly historyChanged = new Map<string, HistoryRow | null>();
  private readonly metaPut: { [K in MetaKey]?: Meta[K] } = {};
  private readonly segments: Segment[] = [];
  private readonly settled: Settlement[] = [];

  constructor(private readonly tx: WriteTransaction) {}

  get counter(): number {
    return this.tx.counter;
  }

  meta<K extends MetaKey>(key: K): Promise<Meta[K] | undefined> {
    return this.tx.meta(key);
  }

  putMeta<K extends MetaKey>(key: K, value: Meta[K]): void {
    this.tx.putMeta(key, value);
    Object.assign(this.metaPut, { [key]: value });
  }

  scope(id: string): Promise<ScopeRow | undefined> {
    return this.tx.scope(id);
  }

  putScope(row: ScopeRow): void {
    this.tx.putScope(row);
    this.scopesPut.set(row.id, row);
  }

  deleteScope(id: string): void {
    this.tx.deleteScope(id);
    this.scopesPut.set(id, null);
  }

  change(change: string): Promise<OutboxRow | undefined> {
    return this.tx.change(change);
  }

  lastChange(scope: string): Promise<OutboxRow | undefined> {
    return this.tx.lastChange(scope);
  }

  changes(scope: string, from: number, limit: number): Promise<readonly OutboxRow[]> {
    return this.tx.changes(scope, from, limit);
  }

  putChange(row: OutboxRow): void {
    this.tx.putChange(row);
    this.changed.set(row.change, row);
  }

  deleteChange(change: string): void {
    this.tx.deleteChange(change);
    this.changed.set(change, null);
  }

  ahead(key: string): Promise<AheadRow | undefined> {
    return this.tx.ahead(key);
  }

  putAhead(row: AheadRow): void {
    this.tx.putAhead(row);
  }

  deleteAhead(key: string): void {
    this.tx.deleteAhead(key);
  }

  putHistory(row: HistoryRow): void {
    this.tx.putHistory(row);
    this.historyChanged.set(row.id, row);
  }

  deleteHistory(id: string): void {
    this.tx.deleteHistory(id);
    this.historyChanged.set(id, null);
  }

  appendRecords(segment: Segment): void {
    this.tx.appendRecords(segment);
    this.segments.push(segment);
  }

  tellSettled(settlement: Settlement): void {
    this.tx.tellSettled(settlement);
    this.settled.push(settlement);
  }

  delta(): StoredDelta {
    return {
      segments: this.segments,
      changes: present(this.changed),
      removedChanges: absent(this.changed),
      scopes: present(this.scopesPut),
      removedScopes: absent(this.scopesPut),
      history: null,
      historyPut: present(this.historyChanged),
      historyRemoved: absent(this.historyChanged),
      meta: this.metaPut,
      settled: this.settled,
    };
  }
}

function present<T>(map: ReadonlyMap<string, T | null>): readonly T[] {
  return [...map.values()].filter((row) => row !== null);
}

function absent(map: ReadonlyMap<string, unknown>): readonly string[] {
  return [...map].filter(([, row]) => row === null).map(([key]) => key);
}
