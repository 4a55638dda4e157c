import imported from 'sorted-btree';
import type { Order, RecordRef, VisibleRecord } from './model.ts';
import { compareRecords } from './order.ts';

/** Node hands over the package's `exports` as a whole, bundlers the class in it. */
const BTree = 'default' in imported ? (imported.default as typeof imported) : imported;

/** Making a tree pays only for lists that go on changing; most filters are looked at once. */
const CHANGES_BEFORE_TREE = 32;

/** Records in a list's order, kept in it as they come and go: one of them costs the logarithm of their number. */
export class SortedRecords {
  private readonly compare: (a: VisibleRecord, b: VisibleRecord) => number;
  /** Null once there is a tree. */
  private list: VisibleRecord[] | null;
  private tree: InstanceType<typeof BTree<VisibleRecord, undefined>> | null = null;
  private changes = 0;

  /** `records` is sorted in place, and belongs to this object from here on. */
  constructor(orderBy: readonly Order[], records: VisibleRecord[]) {
    this.compare = compareRecords(orderBy);
    this.list = records.sort(this.compare);
  }

  add(record: VisibleRecord): void {
    const list = this.listToChange();
    if (list === null) this.tree?.set(record, undefined);
    else list.splice(this.placeOf(record, list), 0, record);
  }

  /** `record` as it was added. */
  remove(record: VisibleRecord): void {
    const list = this.listToChange();
    if (list === null) this.tree?.delete(record);
    else list.splice(this.placeOf(record, list), 1);
  }

  slice(offset: number, limit: number): readonly RecordRef[] {
    return this.records(offset, limit).map(({ type, scope, id }) => ({ type, scope, id }));
  }

  private records(offset: number, limit: number): readonly VisibleRecord[] {
    if (this.list !== null) return this.list.slice(offset, offset + limit);
    const records: VisibleRecord[] = [];
    let place = 0;
    for (const record of this.tree?.keys() ?? []) {
      if (place >= offset + limit) break;
      if (place++ >= offset) records.push(record);
    }
    return records;
  }

  private listToChange(): VisibleRecord[] | null {
    if (this.list === null || this.changes++ < CHANGES_BEFORE_TREE) return this.list;
    this.tree = new BTree<VisibleRecord, undefined>(undefined, this.compare);
    for (const record of this.list) this.tree.set(record, undefined);
    this.list = null;
    return null;
  }

  /** Where it stands, or would stand. */
  private placeOf(record: VisibleRecord, list: readonly VisibleRecord[]): number {
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = list[middle];
      if (other !== undefined && this.compare(other, record) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
