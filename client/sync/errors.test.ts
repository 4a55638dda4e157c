import { expect, test } from 'vitest';
import type { TransportAnswer } from './ports.ts';
import { classify } from './errors.ts';
import { retryDelayMs } from './retry.ts';

type Body = Extract<TransportAnswer, { kind: 'answered' }>['body'];
const answer = (status: number, body: Body, retryAfterMs: number | null = null): TransportAnswer => ({
  kind: 'answered',
  status,
  retryAfterMs,
  body,
});
const error = (code: string, retry = 'NEVER'): Body => ({
  errors: [{ message: 'a message nobody reads', extensions: { code, retry } }],
});

test.each<[string, TransportAnswer, string]>([
  ['no answer', { kind: 'unreachable', message: 'cut' }, 'unknown'],
  ['502', answer(502, null), 'unknown'],
  ['503', answer(503, null), 'unknown'],
  ['503 with Retry-After', answer(503, null, 1_000), 'wait'],
  ['504', answer(504, null), 'unknown'],
  ['a body that was cut', answer(200, null), 'unknown'],
  ['an empty body', answer(200, {}), 'unknown'],
  ['429', answer(429, null, 5_000), 'wait'],
  ['TOO_MANY_REQUESTS', answer(200, error('TOO_MANY_REQUESTS')), 'wait'],
  ['401', answer(401, null), 'signedOut'],
  ['UNAUTHENTICATED', answer(200, error('UNAUTHENTICATED')), 'signedOut'],
  ['WRONG_VIEWER', answer(200, error('WRONG_VIEWER')), 'signedOut'],
  ['SCOPE_FORBIDDEN', answer(200, error('SCOPE_FORBIDDEN')), 'scopeForbidden'],
  ['EPOCH_CHANGED', answer(200, error('EPOCH_CHANGED', 'NOW')), 'epochChanged'],
  ['BAD_CURSOR', answer(200, error('BAD_CURSOR')), 'badCursor'],
  ['413', answer(413, null), 'tooLarge'],
  ['TOO_LARGE', answer(200, error('TOO_LARGE')), 'tooLarge'],
  ['an unknown document', answer(400, error('GRAPHQL_VALIDATION_FAILED')), 'upgradeNeeded'],
  ['bad variables', answer(400, error('BAD_USER_INPUT')), 'badVariables'],
  ['500', answer(500, error('INTERNAL')), 'serverError'],
  ['an error without a code', answer(200, { errors: [{ message: 'x' }] }), 'serverError'],
  ['a name from the prototype as code', answer(200, error('constructor')), 'serverError'],
  ['data', answer(200, { data: { Note: {} } }), 'answered'],
  ['data beside errors', answer(200, { data: { Note: {} }, errors: [{ message: 'delta' }] }), 'answered'],
  [
    'data of nulls beside errors',
    answer(200, { data: { Note: null }, ...error('SCOPE_FORBIDDEN') }),
    'scopeForbidden',
  ],
])('%s', (_title, given, expected) => {
  expect(classify(given).class).toBe(expected);
});

test('a retry waits between nothing and twice as long each time, up to the cap, and as long as it was told', () => {
  const limits = { retryBaseMs: 500, retryCapMs: 60_000 };
  expect(retryDelayMs(0, 0, limits)).toBe(0);
  expect(retryDelayMs(0, 0.999, limits)).toBe(500);
  expect(retryDelayMs(3, 0.5, limits)).toBe(2_000);
  expect(retryDelayMs(100, 0.999, limits)).toBe(59_940);
  expect(retryDelayMs(0, 0, { ...limits, atLeastMs: 9_000 })).toBe(9_000);
});
