import { expect, test } from 'vitest';
import { shiftCaret } from './caret.ts';

test.each([
  ['text that grows behind it leaves it alone', 3, 'abc def', 'abc def ghi', 3],
  ['text that grows before it moves it along', 7, 'abc def', 'new abc def', 11],
  ['text that shrinks before it moves it back', 7, 'abc def', 'def', 3],
  ['text replaced around it puts it behind the new text', 5, 'abc def ghi', 'abc XYZW ghi', 8],
  ['the same text changes nothing', 4, 'abc def', 'abc def', 4],
  ['repeated letters are not counted twice', 2, 'aa', 'aaa', 2],
  ['everything gone puts it at the start', 3, 'abc', '', 0],
])('%s', (_what, caret, before, after, expected) => {
  expect(shiftCaret(caret, before, after)).toBe(expected);
});
