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

test('who was refused after sending is told why, and that it may have arrived', () => {
  const unknown = { code: 'OUTCOME_UNKNOWN', message: 'forbidden', field: null } as const;
  expect(reasonWords(unknown)).toBe('It was sent, but nobody can tell whether it arrived.');
  expect(reasonWords({ ...unknown, refusal: 'SCOPE_FORBIDDEN' })).toBe(
    'You are no longer a member of this team. It was sent, but nobody can tell whether it arrived.',
  );
});
