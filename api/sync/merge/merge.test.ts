import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../model.ts';
import { entity } from '../resolve-fixture.ts';
import { mergeField, MergeBudget } from './merge-field.ts';
import { mergeSet } from './merge-set.ts';
import { mergeText } from './merge-text.ts';

const texts = fc
  .array(fc.constantFrom('the ', 'cat ', 'sat', '\n', '\n\n', 'ä', '🎉', ' ', '.', 'mat '), { maxLength: 30 })
  .map((parts) => parts.join(''));
const ITEMS: readonly string[] = ['a', 'b', 'c', 'd', 'e', 'f'];
const lists = fc.uniqueArray(fc.constantFrom(...ITEMS), { maxLength: 6 });

describe('merging text', () => {
  it('R26 I19 merge(b, x, b) = x, merge(b, b, x) = x, merge(b, a, a) = a; the same every time', () => {
    fc.assert(
      fc.property(texts, texts, texts, (base, x, y) => {
        expect(mergeText(base, x, base)).toBe(x);
        expect(mergeText(base, base, x)).toBe(x);
        expect(mergeText(base, x, x)).toBe(x);
        expect(mergeText(base, x, y)).toBe(mergeText(base, x, y));
      }),
    );
  });

  it('I19 edits of different lines both survive', () => {
    const line = fc.stringMatching(/^[a-z ]{1,12}$/);
    fc.assert(
      fc.property(fc.array(line, { minLength: 3, maxLength: 12 }), line, line, (lines, mine, theirs) => {
        const numbered = lines.map((text, at) => `${at}: ${text}`);
        const edit = (at: number, text: string): string =>
          numbered.map((each, index) => (index === at ? `${at}: edited ${text}` : each)).join('\n');
        const merged = mergeText(numbered.join('\n'), edit(0, mine), edit(lines.length - 1, theirs));
        expect(merged).toContain(`0: edited ${mine}`);
        expect(merged).toContain(`: edited ${theirs}`);
      }),
    );
  });

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

describe('merging sets', () => {
  it('I19 laws, and idempotence', () => {
    fc.assert(
      fc.property(lists, lists, lists, (base, x, y) => {
        expect(mergeSet(base, x, base)).toEqual(x);
        expect(mergeSet(base, base, x)).toEqual(x);
        expect(mergeSet(base, x, x)).toEqual(x);
        const merged = mergeSet(base, x, y);
        expect(mergeSet(base, x, merged)).toEqual(merged);
      }),
    );
  });

  it('I19 what either side added is there, what either side removed is not', () => {
    fc.assert(
      fc.property(lists, lists, lists, (base, x, y) => {
        const merged = mergeSet(base, x, y);
        for (const item of ITEMS) {
          const wasThere = base.includes(item);
          const expected = wasThere
            ? x.includes(item) && y.includes(item)
            : x.includes(item) || y.includes(item);
          expect(merged.includes(item)).toBe(expected);
        }
      }),
    );
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
