import { expect, test } from 'vitest';
import { coalesce, isEmpty, trimmed } from './outbox.ts';
import { changeRow as row } from '../testing/change-row.ts';

const MINUTE = 60_000;

test('two edits of one record become one: fields united, first base kept', () => {
  const first = row({ values: { title: 'b' }, base: { title: 'a' } });
  const second = row({
    values: { title: 'c', pinned: true },
    base: { title: 'b', pinned: false },
    editedAt: 2_000,
  });
  expect(coalesce(first, second, MINUTE)).toMatchObject({
    change: first.change,
    values: { title: 'c', pinned: true },
    base: { title: 'a', pinned: false },
    editedAt: 2_000,
    firstEditedAt: 1_000,
  });
});

test('fields back at their base leave the change', () => {
  const first = row({ values: { title: 'b', pinned: true }, base: { title: 'a', pinned: false } });
  const back = row({ values: { title: 'a' }, base: { title: 'b' } });
  const joined = coalesce(first, back, MINUTE);
  expect(joined).toMatchObject({ values: { pinned: true }, base: { pinned: false } });
  const all = coalesce(
    first,
    row({ values: { title: 'a', pinned: false }, base: { title: 'b', pinned: true } }),
    MINUTE,
  );
  expect(all !== null && isEmpty(all)).toBe(true);
});

test('a create followed by an edit keeps all it names', () => {
  const created = row({ version: null, epoch: null, base: {}, values: { title: '' } });
  const edited = coalesce(
    created,
    row({ version: 0, epoch: null, values: { title: 'x' }, base: { title: '' } }),
    MINUTE,
  );
  expect(edited).toMatchObject({ version: null, values: { title: 'x' }, base: { title: '' } });
});

test('I12 R24 a create and its deletion stay two, so that the server holds what may be restored', () => {
  const created = row({ version: null, epoch: null, base: {}, values: { title: 'x' } });
  const deleted = row({ version: 0, epoch: null, values: {}, base: {}, deleted: true });
  expect(coalesce(created, deleted, MINUTE)).toBeNull();
});

test('a delete taken back is no change', () => {
  const deleted = row({ values: {}, base: {}, deleted: true });
  const restored = row({ values: {}, base: {}, deleted: false, wasDeleted: true });
  const joined = coalesce(deleted, restored, MINUTE);
  expect(joined?.deleted).toBeUndefined();
  expect(joined !== null && isEmpty(joined)).toBe(true);
});

test.each([
  ['has a number', row({ seq: 1 }), row({})],
  ['was refused', row({ state: 'failed' }), row({})],
  ['is in conflict', row({ state: 'conflict' }), row({})],
  ['is of another record', row({ id: 'other' }), row({})],
  ['is of another scope', row({ scope: 'other' }), row({})],
  ['is of another group', row({ group: 'g' }), row({})],
  ['is older than a minute', row({}), row({ editedAt: 61_001 })],
  ['names another version', row({ version: 4 }), row({})],
  ['names another epoch', row({ epoch: 'e0' }), row({})],
  ['left another value than the edit was made on', row({}), row({ base: { title: 'stale' } })],
  ['left a value that the edit did not see', row({}), row({ base: {} })],
  ['left the record deleted, unseen by the edit', row({ deleted: true }), row({ base: { title: 'b' } })],
])('I9 an edit does not join a change that %s', (_why, last, edit) => {
  expect(coalesce(last, edit, MINUTE)).toBeNull();
});

test('the same pair joins when none of that is so', () => {
  expect(coalesce(row({}), row({ values: { title: 'c' }, base: { title: 'b' } }), MINUTE)).not.toBeNull();
});

test('R20 a field whose new value equals its base is no change', () => {
  expect(
    trimmed(row({ values: { title: 'a', tags: ['x'] }, base: { title: 'b', tags: ['x'] } })).values,
  ).toEqual({ title: 'a' });
});
