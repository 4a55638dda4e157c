import { expect, test } from 'vitest';
import { shiftCaret } from './caret.ts';

test.each([
  { what: 'text that grows behind it leaves it alone', before: 'abc| def', after: 'abc| def ghi' },
  { what: 'text that grows before it moves it along', before: 'abc def|', after: 'new abc def|' },
  { what: 'text that shrinks before it moves it back', before: 'abc def|', after: 'def|' },
  {
    what: 'text replaced around it puts it behind the new text',
    before: 'abc d|ef ghi',
    after: 'abc XYZW| ghi',
  },
  { what: 'the same text changes nothing', before: 'abc |def', after: 'abc |def' },
  { what: 'repeated letters are not counted twice', before: 'aa|', after: 'aa|a' },
  { what: 'everything gone puts it at the start', before: 'abc|', after: '|' },
])('$what', ({ before, after }) => {
  const text = (marked: string) => marked.replace('|', '');
  expect(shiftCaret(before.indexOf('|'), text(before), text(after))).toBe(after.indexOf('|'));
});
