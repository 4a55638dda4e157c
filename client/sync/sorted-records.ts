import imported from 'sorted-btree';
import type { Order, RecordRef, VisibleRecord } from './model.ts';
import { compareRecords } from './order.ts';

/** Node hands over the package's `exports` as a whole, bundlers the class in it. */
const BTree = 'default' in imported ? (imported.default as typeof imported) : imported;

/** Records in a list's order, kept in it as they come and go: one of them costs the logarithm of their number. */
export class SortedRecords {
  private readonly tree: InstanceType<typeof BTree<VisibleRecord, undefined>>;

  constructor(orderBy: readonly Order[], records: Iterable<VisibleRecord>) {
    const compare = compareRecords(orderBy);
    this.tree = new BTree<VisibleRecord, undefined>(undefined, compare);
    // In order, each one is put at the end of the last leaf.
    for (const record of [...records].sort(compare)) this.add(record);
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
