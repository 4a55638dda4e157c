import type { WriteTransaction } from '../sync/storage-port.ts';
import type {
  AheadRow,
  HistoryRow,
  Meta,
  MetaKey,
  OutboxRow,
  ScopeRow,
  Segment,
  Settlement,
} from '../sync/stored.ts';
import { SEGMENT_COPIES, weightOf } from './fold.ts';
import type { LogRow, Tables } from './tables.ts';

/** A write transaction that remembers what it touched and leaves it in the log. */
export class LoggedTransaction implements WriteTransaction {
  private readonly touchedChanges = new Set<string>();
  private readonly touchedScopes = new Set<string>();
  private readonly touchedMeta = new Set<string>();
  private readonly settled: Settlement[] = [];
  private readonly segments: Segment[] = [];
  private isHistoryTouched = false;

  constructor(
    private readonly tables: Tables,
    readonly counter: number,
  ) {}

  async meta<K extends MetaKey>(key: K): Promise<Meta[K] | undefined> {
    return (await this.tables.get('meta', key))?.value as Meta[K] | undefined;
  }

  putMeta<K extends MetaKey>(key: K, value: Meta[K]): void {
    this.touchedMeta.add(key);
    this.tables.put('meta', { key, value });
  }

  scope(id: string): Promise<ScopeRow | undefined> {
    return this.tables.get('scopes', id);
  }

  putScope(row: ScopeRow): void {
    this.touchedScopes.add(row.id);
    this.tables.put('scopes', row);
  }

  deleteScope(id: string): void {
    this.touchedScopes.add(id);
    this.tables.delete('scopes', id);
  }

  change(change: string): Promise<OutboxRow | undefined> {
    return this.tables.get('outbox', change);
  }

  async lastChange(scope: string): Promise<OutboxRow | undefined> {
    return (await this.changes(scope, 0, Infinity)).at(-1);
  }

  /** All rows are read: tabs know them, and ask only after another one stored something. An index would cost each put twice. */
  async changes(scope: string, from: number, limit: number): Promise<readonly OutboxRow[]> {
    const rows = (await this.tables.all('outbox')).filter((row) => row.scope === scope && row.order >= from);
    return rows.sort((a, b) => a.order - b.order).slice(0, limit);
  }

  putChange(row: OutboxRow): void {
    this.touchedChanges.add(row.change);
    this.tables.put('outbox', row);
  }

  deleteChange(change: string): void {
    this.touchedChanges.add(change);
    this.tables.delete('outbox', change);
  }

  ahead(key: string): Promise<AheadRow | undefined> {
    return this.tables.get('ahead', key);
  }

  putAhead(row: AheadRow): void {
    this.tables.put('ahead', row);
  }

  deleteAhead(key: string): void {
    this.tables.delete('ahead', key);
  }

  putHistory(row: HistoryRow): void {
    this.isHistoryTouched = true;
    this.tables.put('history', row);
  }

  deleteHistory(id: string): void {
    this.isHistoryTouched = true;
    this.tables.delete('history', id);
  }

  appendRecords(segment: Segment): void {
    this.segments.push(segment);
  }

  tellSettled(settlement: Settlement): void {
    this.settled.push(settlement);
  }

  /** Leaves one row in the log; several when the segments are large. False when nothing was touched. */
  finish(): boolean {
    const rows = this.logRows();
    if (rows.length === 0) return false;
    for (const row of rows) this.tables.put('log', row);
    return true;
  }

  private logRows(): readonly LogRow[] {
    const touched = {
      changes: [...this.touchedChanges],
      scopes: [...this.touchedScopes],
      meta: [...this.touchedMeta],
      history: this.isHistoryTouched,
      settled: this.settled,
    };
    const size =
      touched.changes.length + touched.scopes.length + touched.meta.length + touched.settled.length;
    if (size === 0 && !touched.history && this.segments.length === 0) return [];
    const pieces = packed(this.segments);
    return (pieces.length === 0 ? [[]] : pieces).map((segments, part) => ({
      counter: this.counter,
      part,
      segments: segments.length === 0 ? '' : JSON.stringify(segments),
      weight: weightOf(segments),
      ...(part === 0 ? touched : UNTOUCHED),
    }));
  }
}

const UNTOUCHED = { changes: [], scopes: [], meta: [], history: false, settled: [] } as const;

/** Segments cut to a bounded size and packed into rows, so that a slice of rows never holds up a frame for long. */
function packed(segments: readonly Segment[]): readonly (readonly Segment[])[] {
  const rows: Segment[][] = [];
  let room = 0;
  for (const piece of segments.flatMap(cut)) {
    const weight = weightOf([piece]);
    const row = rows.at(-1);
    if (row === undefined || weight > room) {
      rows.push([piece]);
      room = SEGMENT_COPIES - weight;
    } else {
      row.push(piece);
      room -= weight;
    }
  }
  return rows;
}

function cut(segment: Segment): readonly Segment[] {
  if (segment.copies.length <= SEGMENT_COPIES) return [segment];
  const { type, scope, copies } = segment;
  const pieces: Segment[] = [];
  for (let start = SEGMENT_COPIES; start < copies.length; start += SEGMENT_COPIES) {
    pieces.push({ type, scope, copies: copies.slice(start, start + SEGMENT_COPIES), removed: [] });
  }
  return [{ ...segment, copies: copies.slice(0, SEGMENT_COPIES) }, ...pieces];
}
