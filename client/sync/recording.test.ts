import { expect, test } from 'vitest';
import { MemoryDatabase, memoryStorage } from '../storage/memory-storage.ts';
import { changeRow } from '../testing/change-row.ts';
import { RecordingTransaction, type KnownRows } from './recording.ts';
import type { OutboxRow } from './stored.ts';

const rows = [changeRow({ change: 'c1', order: 1 }), changeRow({ change: 'c2', order: 2 })];

function known(counter: number, list: readonly OutboxRow[] = rows): KnownRows {
  const outbox = new Map(list.map((row) => [row.change, row]));
  return { counter, meta: { fence: 7 }, scopes: new Map(), outbox, changes: () => list };
}

/** What a transaction finds in an empty database of which this tab believes to know something. */
async function found(counter: number, before: (tx: RecordingTransaction) => void = () => undefined) {
  const { value } = await memoryStorage(new MemoryDatabase()).write('strict', async (inner) => {
    const tx = new RecordingTransaction(inner, known(counter));
    before(tx);
    const changes = await tx.changes('s', 1, 10);
    const last = await tx.lastChange('s');
    return {
      fence: await tx.meta('fence'),
      first: (await tx.change('c1'))?.change,
      last: last?.change,
      changes: changes.map((row) => row.change),
    };
  });
  return value;
}

test('I9 a transaction asks the database when another tab stored something that this one has not read', async () => {
  expect(await found(-1)).toEqual({ fence: undefined, first: undefined, last: undefined, changes: [] });
  expect(await found(1)).toEqual({ fence: undefined, first: undefined, last: undefined, changes: [] });
});

test('a transaction that follows right after what this tab has read answers from memory', async () => {
  expect(await found(0)).toEqual({ fence: 7, first: 'c1', last: 'c2', changes: ['c1', 'c2'] });
});

test('a transaction that answers from memory reads its own writes', async () => {
  const answer = await found(0, (tx) => {
    tx.putMeta('fence', 8);
    tx.deleteChange('c1');
    tx.putChange(changeRow({ change: 'c0', order: 1 }));
    tx.putChange(changeRow({ change: 'c3', order: 3 }));
  });
  expect(answer).toEqual({ fence: 8, first: undefined, last: 'c3', changes: ['c0', 'c2', 'c3'] });
});
