import { parseValue } from 'graphql';
import { expect, it } from 'vitest';
import { DateTime, JsonScalar, Position, SyncCursor } from './scalars.ts';

it.each([
  ['2026-01-31T12:00:00.000Z', '2026-01-31T12:00:00.000Z'],
  ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
  ['2026-01-31T13:30:00.5+01:30', '2026-01-31T12:00:00.500Z'],
  ['2024-02-29T00:00:00.123456Z', '2024-02-29T00:00:00.123Z'],
])('takes the time %s as %s', (text, canonical) => {
  expect(DateTime.parseValue(text)).toBe(canonical);
  expect(DateTime.parseLiteral(parseValue(JSON.stringify(text)))).toBe(canonical);
});

it.each([
  '2026-02-30T12:00:00.000Z',
  '2026-13-01T12:00:00.000Z',
  '2026-01-31T24:00:00.000Z',
  '2026-01-31T12:00:00.000',
  '2026-01-31',
  'yesterday',
  '',
  1_769_860_800_000,
  null,
  {},
])('refuses %j as a time and shows what one looks like', (value) => {
  expect(() => DateTime.parseValue(value)).toThrow('2026-01-31T12:00:00.000Z');
});

it.each([-1, 1.5, 2 ** 53, '7', null, Number.NaN])('refuses %j as a position', (value) => {
  expect(() => Position.parseValue(value)).toThrow('whole number');
});

it('takes whole numbers to 2^53 as positions, in variables and in literals', () => {
  expect(Position.parseValue(2 ** 53 - 1)).toBe(2 ** 53 - 1);
  expect(Position.parseLiteral(parseValue('7'))).toBe(7);
  expect(() => Position.parseLiteral(parseValue('"7"'))).toThrow('whole number');
});

it('takes a cursor as text only, and leaves what is in it to the engine', () => {
  expect(SyncCursor.parseValue('anything')).toBe('anything');
  expect(() => SyncCursor.parseValue(1)).toThrow('cursor');
});

it('takes any JSON in literals and variables', () => {
  const value = { a: [1, null, 'x', true], b: { c: 1.5 } };
  expect(JsonScalar.parseValue(value)).toBe(value);
  expect(JsonScalar.parseLiteral(parseValue('{a: [1, null, "x", true], b: {c: 1.5}}'))).toEqual(value);
});
