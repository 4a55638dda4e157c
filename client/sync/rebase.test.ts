import { expect, test } from 'vitest';
import { changeRow } from '../testing/change-row.ts';
import { testManifest } from '../testing/test-manifest.ts';
import type { TypeManifest } from './manifest.ts';
import { rebase } from './rebase.ts';
import type { Copy, ChangeRow } from './stored.ts';

const ref = { type: 'Note', scope: 's', id: 'n1' } as const;
const type = testManifest.types['Note'] as TypeManifest;
const AT = '1970-01-01T00:00:00.500Z';
const values = { title: 'a', content: '', tags: ['x'], stars: 5, notebookId: null };
const copy: Copy = {
  id: 'n1',
  version: 5,
  epoch: 'e1',
  cycle: 1,
  executed: 0,
  createdAt: AT,
  updatedAt: AT,
  deletedAt: null,
  values,
};
const visible = (changes: readonly ChangeRow[], held: Copy | undefined = copy, executed = 0) =>
  rebase({ ref, type, copy: held, changes, executed });

test('I6 without changes the confirmed copy is what is visible', () => {
  expect(visible([])).toEqual({
    ...ref,
    version: 5,
    createdAt: AT,
    updatedAt: AT,
    deletedAt: null,
    values,
    state: 'SYNCED',
  });
});

test('I6 changes are put over it in order, and the device’s time is shown until the server’s is known', () => {
  const second = changeRow({
    change: 'c2',
    order: 2,
    values: { title: 'c' },
    base: { title: 'b' },
    editedAt: 2_000,
  });
  expect(visible([changeRow({}), second])).toMatchObject({
    values: { title: 'c' },
    updatedAt: '1970-01-01T00:00:02.000Z',
    state: 'PENDING',
  });
});

test('I6 a creation shows the type’s defaults', () => {
  const shown = rebase({
    ref,
    type,
    copy: undefined,
    changes: [changeRow({ version: null, base: {} })],
    executed: 0,
  });
  expect(shown).toMatchObject({
    version: 0,
    values: { title: 'b', content: '', tags: [], stars: 0, notebookId: null },
  });
});

test('I6 a counter keeps its difference and a set its additions over what came from elsewhere', () => {
  const change = changeRow({
    values: { stars: 7, tags: ['x', 'mine'] },
    base: { stars: 4, tags: ['x', 'gone'] },
  });
  expect(visible([change])?.values).toMatchObject({ stars: 8, tags: ['x', 'mine'] });
});

test('R9 a change that the copy contains is not put over it again, unless it was refused', () => {
  const sent = changeRow({ seq: 3, values: { stars: 6 }, base: { stars: 5 } });
  expect(visible([sent], { ...copy, executed: 3 })).toMatchObject({ values: { stars: 5 }, state: 'PENDING' });
  expect(visible([sent], copy, 3)?.values['stars']).toBe(5);
  expect(visible([{ ...sent, state: 'failed' }], copy, 3)?.values['stars']).toBe(6);
  expect(visible([sent], copy, 2)?.values['stars']).toBe(6);
});

test('I5 an own change of a record that the server purged meanwhile stays shown until its answer is there', () => {
  const sent = changeRow({ seq: 3, values: { title: 'mine' }, base: { title: 'a' } });
  expect(visible([sent], { ...copy, missing: true }, 3)?.values['title']).toBe('mine');
  expect(rebase({ ref, type, copy: undefined, changes: [sent], executed: 3 })?.values['title']).toBe('mine');
});

test('a delete shows as one, and taking it back too', () => {
  expect(visible([changeRow({ values: {}, deleted: true })])?.deletedAt).toBe('1970-01-01T00:00:01.000Z');
  const buried = { ...copy, deletedAt: AT };
  expect(visible([changeRow({})], buried)?.deletedAt).toBe(AT);
  expect(visible([changeRow({ deleted: false })], buried)?.deletedAt).toBeNull();
});

test('CONFLICT comes before FAILED before PENDING before SYNCED', () => {
  const states = ['pending', 'failed', 'conflict'] as const;
  const rows = states.map((state, order) => changeRow({ change: state, order, state }));
  expect([1, 2, 3].map((count) => visible(rows.slice(0, count))?.state)).toEqual([
    'PENDING',
    'FAILED',
    'CONFLICT',
  ]);
});

test('the same object is returned while nothing in it changes', () => {
  const before = visible([changeRow({})]);
  const again = rebase(
    { ref, type, copy: { ...copy, cycle: 2 }, changes: [changeRow({ change: 'other' })], executed: 0 },
    before,
  );
  expect(again).toBe(before);
  const other = rebase(
    { ref, type, copy, changes: [changeRow({ values: { title: 'z' } })], executed: 0 },
    before,
  );
  expect(other).not.toBe(before);
});
