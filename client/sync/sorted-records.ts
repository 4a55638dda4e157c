import { bulkLoad } from 'sorted-btree/extended/bulkLoad.js';
import type { Order, RecordRef, VisibleRecord } from './model.ts';
import { compareRecords } from './order.ts';

const NODE_SIZE = 32;

/** Records in a list's order, kept in it as they come and go: one of them costs the logarithm of their number. */
export class SortedRecords {
  private readonly tree: ReturnType<typeof bulkLoad<VisibleRecord, undefined>>;

  /** `records` is sorted in place, and belongs to this object from here on. */
  constructor(orderBy: readonly Order[], records: VisibleRecord[]) {
    const compare = compareRecords(orderBy);
    records.sort(compare);
    this.tree = bulkLoad(records, Array<undefined>(records.length).fill(undefined), NODE_SIZE, compare);
  }

  add(record: VisibleRecord): void {
    this.tree.set(record, undefined);
  }

  /** `record` as it was added. */
  remove(record: VisibleRecord): void {
    this.tree.delete(record);
  }

  slice(offset: number, limit: number): readonly RecordRef[] {
    const refs: RecordRef[] = [];
    let place = 0;
    for (const { type, scope, id } of this.tree.keys()) {
      if (place >= offset + limit) break;
      if (place++ >= offset) refs.push({ type, scope, id });
    }
    return refs;
  }
}
