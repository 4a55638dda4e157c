import { createHash } from 'node:crypto';
import { buildSchema, getIntrospectionQuery, parse, specifiedRules, validate } from 'graphql';
import { expect, test } from 'vitest';
import { documentLimitRules, type DocumentLimits } from './document-limits.ts';

const schema = buildSchema('type Query { a(x: Int): Query, b: Int }');
const LIMITS: DocumentLimits = { trusted: new Set(), tokens: 50, introspection: false };

function refusals(text: string, limits: Partial<DocumentLimits> = {}): number {
  const rules = documentLimitRules({ ...LIMITS, ...limits });
  return validate(schema, parse(text), [...specifiedRules, ...rules]).length;
}

const WIDE = `{ ${'b '.repeat(60)} }`;
const ALIASES = `{ ${Array.from({ length: 16 }, (_, at) => `x${at}: b`).join(' ')} }`;
const DEEP = `{ ${'a { '.repeat(16)} b ${'} '.repeat(16)} }`;

test('a document within the limits passes', () => {
  expect(refusals('{ a { b } }')).toBe(0);
});

test.each([
  ['tokens (security 17)', WIDE],
  ['aliases (security 1)', ALIASES],
  ['depth (security 15)', DEEP],
])('too much of %s is refused, unless the very text is trusted', (_, text) => {
  expect(refusals(text)).toBeGreaterThan(0);
  const trusted = new Set([createHash('sha256').update(text).digest('hex')]);
  expect(refusals(text, { trusted })).toBe(0);
  expect(refusals(`${text} `, { trusted })).toBeGreaterThan(0);
});

test('introspection is free where it is open, and only introspection', () => {
  const introspection = getIntrospectionQuery();
  expect(refusals(introspection)).toBeGreaterThan(0);
  expect(refusals(introspection, { introspection: true })).toBe(0);
  expect(refusals(WIDE.replace('{', '{ __schema { description }'), { introspection: true })).toBeGreaterThan(
    0,
  );
});
