import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Json } from '../model.ts';
import { entity } from '../resolve-fixture.ts';
import { mergeField, MergeBudget } from './merge-field.ts';
import { mergeText } from './merge-text.ts';

describe('merging text', () => {
  it.each([
    ['both append', 'milk', 'milk\nbread', 'milk\neggs', 'milk\neggs\nbread'],
    ['both prepend', 'milk', 'bread\nmilk', 'eggs\nmilk', 'eggs\nbread\nmilk'],
    ['both write into the empty', '', 'mine', 'theirs', 'theirsmine'],
    [
      'different words of a line',
      'the cat sat here',
      'the dog sat here',
      'the cat sat there',
      'the dog sat there',
    ],
    ['the same word: yours stands', 'the cat', 'the dog', 'the cow', 'the dog'],
    ['the same edit on both sides', 'a b', 'a c', 'a c', 'a c'],
    ['one deletes a line, the other edits another', 'a\nb\nc\nd', 'a\nc\nd', 'a\nb\nc\nD', 'a\nc\nD'],
    ['words of another script', 'кот сидит тут', 'пёс сидит тут', 'кот сидит там', 'пёс сидит там'],
    ['names of Object.prototype', '__proto__ x', '__proto__ y', 'constructor x', 'constructor y'],
  ])('%s', (_, ...texts) => {
    const [base, yours, row, merged] = texts;
    expect(mergeText(base, yours, row)).toBe(merged);
  });

  it('R22 gives up on text over 64,000, and on one whose diff would cost too much', () => {
    const long = 'x'.repeat(64_001);
    expect(mergeText(long, `${long}a`, `b${long}`)).toBeNull();
    const same = 'word\n'.repeat(6_000);
    expect(mergeText(same, `${same}a\n`, `b\n${same}`)).toBeNull();
  });

  it('never cuts a surrogate pair', () => {
    expect(mergeText('a 😀 b', 'a 😁 b', 'a 😀 c')).toBe('a 😁 c');
  });
});

describe('schema/merge-cases.json', () => {
  interface MergeCase {
    readonly title: string;
    readonly merger: 'text' | 'set' | 'counter';
    readonly base: Json;
    readonly yours: Json;
    readonly theirs: Json;
    readonly merged?: Json;
  }
  const file = new URL('../../../schema/merge-cases.json', import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly MergeCase[] };
  const model = entity('merge');

  it.each(cases)('R22 $merger, $title', ({ merger, base, yours, theirs, merged }) => {
    const field = model.fields.find((each) => each.merger === merger);
    const budget = new MergeBudget({ now: () => 0, monotonic: () => 0 });
    expect(field && mergeField(model, field, { base, yours, row: theirs, budget })).toEqual(merged);
  });
});
