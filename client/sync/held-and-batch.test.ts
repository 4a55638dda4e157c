import { expect, test } from 'vitest';
import { changeRow } from '../testing/change-row.ts';
import { testManifest } from '../testing/test-manifest.ts';
import { nextBatch } from './batch.ts';
import { findHeld } from './held.ts';
import type { ChangeRow } from './stored.ts';

const NONE = new Map<string, string>();
const wide = { maxChanges: 500, maxBytes: 512 * 1024 };

function rows(...parts: readonly Partial<ChangeRow>[]): readonly ChangeRow[] {
  return parts.map((part, index) =>
    changeRow({ change: `c${index}`, order: index, id: `r${index}`, ...part }),
  );
}

const names = (list: readonly { readonly change: string }[] | undefined) => list?.map((row) => row.change);

test('I15 held are: later changes of the record, its group, what references a creation that failed, and theirs in turn', () => {
  const list = rows(
    { type: 'Notebook', id: 'b', version: null, state: 'failed' },
    { type: 'Notebook', id: 'b', version: 0 },
    { group: 'g' },
    { values: { notebookId: 'b' }, group: 'g' },
    { id: 'r3' },
    { values: { notebookId: 'other' } },
    { seq: 9, values: { notebookId: 'b' } },
  );
  expect([...findHeld(list, testManifest).keys()].sort()).toEqual(['c1', 'c2', 'c3', 'c4']);
});

test('I15 a failed edit of an existing record does not hold what references it', () => {
  const list = rows(
    { type: 'Notebook', id: 'b', version: 3, state: 'failed' },
    { values: { notebookId: 'b' } },
  );
  expect(findHeld(list, testManifest).size).toBe(0);
});

test('I10 numbered changes go first, in the order of their numbers, one device a batch', () => {
  const list = rows(
    { seq: 8, device: 'd', frozen: '{}' },
    { seq: 7, device: 'd', frozen: '{}' },
    {},
    { seq: 9, device: 'e', frozen: '{}' },
  );
  expect(nextBatch(list, NONE, wide)).toMatchObject({ kind: 'numbered', hasMore: true });
  expect(names(nextBatch(list, NONE, wide)?.rows)).toEqual(['c1', 'c0']);
});

test('R11 a batch ends by count or bytes, and never cuts a group', () => {
  const list = rows({}, { group: 'g' }, { group: 'g' }, {});
  expect(names(nextBatch(list, NONE, { ...wide, maxChanges: 2 })?.rows)).toEqual(['c0']);
  expect(names(nextBatch(list.slice(1), NONE, { ...wide, maxChanges: 1 })?.rows)).toEqual(['c1', 'c2']);
  expect(names(nextBatch(list, NONE, { ...wide, maxBytes: 450 })?.rows)).toEqual(['c0', 'c1', 'c2']);
  expect(names(nextBatch(list, NONE, { ...wide, maxBytes: 10 })?.rows)).toEqual(['c0']);
});

test('R11 the parts of an interrupted group never stand in one push', () => {
  const list = rows({ group: 'g' }, {}, { group: 'g' });
  expect(names(nextBatch(list, NONE, wide)?.rows)).toEqual(['c0', 'c1']);
});

test('I15 a deletion does not go out beside the creation of its record, unless one group holds both', () => {
  const list = rows({ version: null }, {}, { id: 'r0', deleted: true }, {});
  expect(names(nextBatch(list, NONE, wide)?.rows)).toEqual(['c0', 'c1']);
  expect(names(nextBatch(list.slice(1), NONE, wide)?.rows)).toEqual(['c1', 'c2', 'c3']);
  const group = rows({ version: null, group: 'g' }, { id: 'r0', deleted: true, group: 'g' });
  expect(names(nextBatch(group, NONE, wide)?.rows)).toEqual(['c0', 'c1']);
});

test('nothing is sent when all that waits is held or refused', () => {
  const list = rows({ state: 'failed' }, { id: 'r0' });
  expect(nextBatch(list, findHeld(list, testManifest), wide)).toBeNull();
});
