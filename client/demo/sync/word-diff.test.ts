import { expect, test } from 'vitest';
import { lineDiff, wordDiff } from './word-diff.ts';

test('what was put in and what was taken out is told from what stayed', () => {
  expect(wordDiff('Bread and milk', 'Bread and butter too')).toEqual([
    { kind: 'same', text: 'Bread and ' },
    { kind: 'removed', text: 'milk' },
    { kind: 'added', text: 'butter too' },
  ]);
});

test.each([
  ['', 'New'],
  ['Old', ''],
  ['Same', 'Same'],
])('from %j to %j both texts can be read from it', (before, after) => {
  const diff = wordDiff(before, after);
  const read = (kinds: readonly string[]) =>
    diff
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ text }) => text)
      .join('');
  expect([read(['same', 'removed']), read(['same', 'added'])]).toEqual([before, after]);
});

test('a very long text is shown as it is', () => {
  const long = 'word '.repeat(5_000);
  expect(wordDiff('', long)).toEqual([{ kind: 'same', text: long }]);
});

test('of a list, whole entries are new or gone', () => {
  expect(lineDiff('1 × Tea\n1 × Glass', '1 × Glass\n2 × Mug')).toEqual([
    { kind: 'removed', text: '1 × Tea\n' },
    { kind: 'same', text: '1 × Glass\n' },
    { kind: 'added', text: '2 × Mug\n' },
  ]);
});
