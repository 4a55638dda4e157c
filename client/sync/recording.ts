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

/** What a tab knows of the database without asking it. */
export interface KnownRows {
  /** The change counter at which this is all there is. */
  readonly counter: number;
  readonly meta: Partial<Meta>;
  readonly scopes: ReadonlyMap<string, ScopeRow>;
  readonly outbox: ReadonlyMap<string, OutboxRow>;
  /** By order. */
  changes(): readonly OutboxRow[];
  /** What this tab wrote ahead for this transaction. */
  readonly ahead?: AheadRow;
}

/**
 * Passes everything on and remembers it, so that this tab need not read back what it just wrote; nor anything at all, when its
 * number shows that no other tab stored something since.
 */
export class RecordingTransaction implements WriteTransaction {
  private readonly changed = new Map<string, OutboxRow | null>();
  private readonly scopesPut = new Map<string, ScopeRow | null>();
  private readonly historyChanged = new Map<string, HistoryRow | null>();
  private readonly metaPut: { [K in MetaKey]?: Meta[K] } = {};
  private readonly segments: Segment[] = [];
  private readonly settled: Settlement[] = [];
  private readonly known: KnownRows | null;

  constructor(
    private readonly tx: WriteTransaction,
    known?: KnownRows,
  ) {
    this.known = known !== undefined && tx.counter === known.counter + 1 ? known : null;
  }

  get counter(): number {
    return this.tx.counter;
  }

  meta<K extends MetaKey>(key: K): Promise<Meta[K] | undefined> {
    if (this.known === null) return this.tx.meta(key);
    return Promise.resolve(key in this.metaPut ? this.metaPut[key] : this.known.meta[key]);
  }

  putMeta<K extends MetaKey>(key: K, value: Meta[K]): void {
    this.tx.putMeta(key, value);
    Object.assign(this.metaPut, { [key]: value });
  }

  scope(id: string): Promise<ScopeRow | undefined> {
    if (this.known === null) return this.tx.scope(id);
    const put = this.scopesPut.get(id);
    return Promise.resolve(put === undefined ? this.known.scopes.get(id) : (put ?? undefined));
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
    if (this.known === null) return this.tx.change(change);
    const put = this.changed.get(change);
    return Promise.resolve(put === undefined ? this.known.outbox.get(change) : (put ?? undefined));
  }

  lastChange(scope: string): Promise<OutboxRow | undefined> {
    if (this.known === null) return this.tx.lastChange(scope);
    return Promise.resolve(
      overlaid(this.known.changes(), this.changed).findLast((row) => row.scope === scope),
    );
  }

  changes(scope: string, from: number, limit: number): Promise<readonly OutboxRow[]> {
    if (this.known === null) return this.tx.changes(scope, from, limit);
    const rows = overlaid(this.known.changes(), this.changed).filter(
      (row) => row.scope === scope && row.order >= from,
    );
    return Promise.resolve(rows.slice(0, limit));
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
    if (this.known?.ahead?.key === key) return Promise.resolve(this.known.ahead);
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

/** With what this transaction put. */
function overlaid(
  rows: readonly OutboxRow[],
  changed: ReadonlyMap<string, OutboxRow | null>,
): readonly OutboxRow[] {
  if (changed.size === 0) return rows;
  const others = rows.filter((row) => !changed.has(row.change));
  return [...others, ...present(changed)].sort((a, b) => a.order - b.order);
}

function present<T>(map: ReadonlyMap<string, T | null>): readonly T[] {
  return [...map.values()].filter((row) => row !== null);
}

function absent(map: ReadonlyMap<string, unknown>): readonly string[] {
  return [...map].filter(([, row]) => row === null).map(([key]) => key);
}
