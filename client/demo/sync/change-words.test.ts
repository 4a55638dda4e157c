import { expect, test } from 'vitest';
import { reasonWords, valueWords } from './change-words.ts';

test.each([
  [null, 'Nothing'],
  ['', 'Nothing'],
  [[], 'Nothing'],
  [true, 'Yes'],
  [['soil', 'spring'], 'soil, spring'],
  ['As it is', 'As it is'],
  [3, '3'],
])('%j is said as "%s"', (value, words) => {
  expect(valueWords(value)).toBe(words);
});

test('a reason is a sentence; what a rule of the server says is passed on with its field', () => {
  expect(reasonWords({ code: 'GONE', message: 'row is gone', field: null })).toBe(
    'It was deleted in the meantime.',
  );
  expect(reasonWords({ code: 'BAD_INPUT', message: 'At most 200 characters.', field: 'title' })).toBe(
    'Title: At most 200 characters.',
  );
  expect(reasonWords({ code: 'RULE_VIOLATED', message: 'Closed on Sundays.', field: null })).toBe(
    'Closed on Sundays.',
  );
});
