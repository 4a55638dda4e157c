import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { FieldManifest, Json } from './manifest.ts';
import { mergeText } from './merge-text.ts';
import { mergeValue } from './merge-values.ts';

interface MergeCase {
  readonly title: string;
  readonly merger: 'text' | 'set' | 'counter';
  readonly base: Json;
  readonly yours: Json;
  readonly theirs: Json;
  readonly merged?: Json;
  readonly combined?: false;
}

const file = new URL('../../schema/merge-cases.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly MergeCase[] };

const field = (merger: FieldManifest['merger']): FieldManifest => ({
  kind: 'string',
  list: false,
  nullable: true,
  writable: true,
  ...(merger === undefined ? {} : { merger }),
});

test.each(cases)(
  'R22 merges as the server does: $merger, $title',
  ({ merger, base, yours, theirs, ...end }) => {
    const expected = end.combined === false ? yours : end.merged;
    expect(mergeValue(field(merger), { base, yours }, theirs)).toEqual(expected);
  },
);

test('R22 gives up on text over 64,000, and on one whose diff would cost too much: yours stands', () => {
  const long = 'x'.repeat(64_001);
  expect(mergeText({ base: long, yours: `${long}a`, theirs: `b${long}` })).toBeNull();
  const same = 'word\n'.repeat(6_000);
  expect(mergeText({ base: same, yours: `${same}a\n`, theirs: `b\n${same}` })).toBeNull();
  expect(mergeValue(field('text'), { base: long, yours: `${long}a` }, `b${long}`)).toBe(`${long}a`);
});

test('without a merger that the device knows, or without a base, yours stands', () => {
  expect(mergeValue(field(undefined), { base: 'a', yours: 'b' }, 'c')).toBe('b');
  expect(mergeValue(field('custom'), { base: 'a', yours: 'b' }, 'c')).toBe('b');
  expect(mergeValue(field('text'), { base: undefined, yours: 'b' }, 'c')).toBe('b');
});
