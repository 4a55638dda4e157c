import { matcher } from './filter.ts';
import type { Filter, Order, RecordRef, VisibleRecord } from './model.ts';
import { SortedRecords } from './sorted-records.ts';

/** What was asked of one type, but for the order. */
export interface Question {
  readonly scopes: readonly string[];
  readonly filter: Filter | undefined;
}

/** The records that answer one question: how many, and in the orders that were asked for. Updated record by record. */
export class KeptQuery {
  /** Null until somebody asked anything. */
  private size: number | null = null;
  private readonly scopes: ReadonlySet<string>;
  private readonly isMatch: (record: VisibleRecord) => boolean;
  private readonly orders = new Map<string, SortedRecords>();

  /** `all`: the type's visible records of these scopes. */
  constructor(
    { scopes, filter }: Question,
    private readonly all: (scopes: Iterable<string>) => Iterable<VisibleRecord>,
  ) {
    this.scopes = new Set(scopes);
    this.isMatch = matcher(filter ?? {});
  }

  get count(): number {
    return (this.size ??= this.found().length);
  }

  /** A record came (`before` undefined), went (`after` undefined) or changed. */
  replace(before: VisibleRecord | undefined, after: VisibleRecord | undefined): void {
    if (this.size === null) return;
    if (before !== undefined && this.has(before)) {
      this.size -= 1;
      for (const records of this.orders.values()) records.remove(before);
    }
    if (after !== undefined && this.has(after)) {
      this.size += 1;
      for (const records of this.orders.values()) records.add(after);
    }
  }

  list(
    orderBy: readonly Order[],
    { offset, limit }: { offset: number; limit: number },
  ): readonly RecordRef[] {
    const key = JSON.stringify(orderBy);
    const records = this.orders.get(key) ?? this.sorted(orderBy);
    this.orders.set(key, records);
    return records.slice(offset, limit);
  }

  private sorted(orderBy: readonly Order[]): SortedRecords {
    const found = this.found();
    this.size = found.length;
    return new SortedRecords(orderBy, found);
  }

  private has(record: VisibleRecord): boolean {
    return this.scopes.has(record.scope) && record.deletedAt === null && this.isMatch(record);
  }

  private found(): VisibleRecord[] {
    const found: VisibleRecord[] = [];
    for (const record of this.all(this.scopes))
      if (record.deletedAt === null && this.isMatch(record)) found.push(record);
    return found;
  }
}
