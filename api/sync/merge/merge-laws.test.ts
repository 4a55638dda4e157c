import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { equalJson } from '../json.ts';
import type { EntityModel, FieldConflict, Json, Policy, Values } from '../model.ts';
import type { Edit, RecordState, Resolution } from '../record-state.ts';
import { resolve } from '../resolve.ts';
import { budget, edit, entity, field, NOON, row, stateOf, VALUES } from '../resolve-fixture.ts';
import { mergeSet } from './merge-set.ts';
import { mergeText } from './merge-text.ts';

vi.setConfig({ testTimeout: 120_000 });

/** In all. Each law says what part of them it takes. */
const CASES = 200_000;
let tried = 0;

/** A property that returns false fails with the smallest case that it can find, and the seed to find it again. */
function law<T>(share: number, cases: fc.Arbitrary<T>, holds: (given: T) => boolean): void {
  const numRuns = Math.round(CASES * share);
  fc.assert(fc.property(cases, holds), { numRuns });
  tried += numRuns;
}

const texts = fc
  .array(fc.constantFrom('the ', 'cat ', 'sat', '\n', '\n\n', 'ä', '🎉', ' ', '.', 'mat '), { maxLength: 30 })
  .map((parts) => parts.join(''));
const ITEMS: readonly string[] = ['a', 'b', 'c', 'd', 'e', 'f'];
const sets = fc.uniqueArray(fc.constantFrom(...ITEMS), { maxLength: 6 });
const three = <T>(one: fc.Arbitrary<T>) => fc.tuple(one, one, one);

it('R26 I19 text: merge(b, x, b) = x, merge(b, b, x) = x, merge(b, a, a) = a; the same every time', () => {
  law(
    0.15,
    three(texts),
    ([base, x, y]) =>
      mergeText(base, x, base) === x &&
      mergeText(base, base, x) === x &&
      mergeText(base, x, x) === x &&
      mergeText(base, x, y) === mergeText(base, x, y),
  );
});

it('I19 text: edits of different lines both survive', () => {
  const line = fc.stringMatching(/^[a-z ]{1,12}$/);
  law(
    0.05,
    fc.tuple(fc.array(line, { minLength: 3, maxLength: 12 }), line, line),
    ([lines, mine, theirs]) => {
      const numbered = lines.map((text, at) => `${at}: ${text}`);
      const edited = (at: number, text: string): string =>
        numbered.map((each, index) => (index === at ? `${at}: edited ${text}` : each)).join('\n');
      const merged = mergeText(numbered.join('\n'), edited(0, mine), edited(lines.length - 1, theirs)) ?? '';
      return merged.includes(`0: edited ${mine}`) && merged.includes(`: edited ${theirs}`);
    },
  );
});

it('R26 I19 set: merge(b, x, b) = x, merge(b, b, x) = x, merge(b, a, a) = a; merged again, nothing changes', () => {
  law(0.1, three(sets), ([base, x, y]) => {
    const merged = mergeSet(base, x, y);
    const pairs = [
      [mergeSet(base, x, base), x],
      [mergeSet(base, base, x), x],
      [mergeSet(base, x, x), x],
      [mergeSet(base, x, merged), merged],
    ] as const;
    return pairs.every(([one, other]) => equalJson(one, other));
  });
});

it('I19 set: what either side added is there, what either side removed is not', () => {
  law(0.1, three(sets), ([base, x, y]) => {
    const merged = mergeSet(base, x, y);
    return ITEMS.every((item) => {
      const [mine, theirs] = [x.includes(item), y.includes(item)];
      return merged.includes(item) === (base.includes(item) ? mine && theirs : mine || theirs);
    });
  });
});

const POLICIES: readonly Policy[] = ['lastWriteWins', 'serverWins', 'clientWins', 'merge', 'manual'];
/** The author's own merger: the longer text wins. */
const longer = field('b', {
  merger: (_, yours, theirs) => (String(yours).length > String(theirs).length ? yours : theirs),
});
const models = fc.tuple(fc.constantFrom(...POLICIES), fc.boolean()).map(([policy, isCustom]): EntityModel => {
  const model = entity(policy);
  return isCustom
    ? { ...model, fields: model.fields.map((each) => (each.name === 'b' ? longer : each)) }
    : model;
});
const values: fc.Arbitrary<Values> = fc.record(
  {
    a: fc.constantFrom('', 'a0', 'a1', 'a2'),
    b: fc.constantFrom('', 'b0', 'b1', 'b222'),
    text: texts,
    tags: sets,
    count: fc.integer({ min: -5, max: 5 }),
  },
  { requiredKeys: [] },
);
const times = fc.integer({ min: -2, max: 2 }).map((offset) => NOON + offset);

const run = (model: EntityModel, state: RecordState, change: Edit): Resolution =>
  resolve({ entity: model, budget: budget() }, state, change);
const pick = (from: Values, like: Values): Values =>
  Object.fromEntries(Object.keys(like).map((name) => [name, from[name] ?? null]));
const hasAll = (state: RecordState, wanted: Values): boolean => equalJson(pick(state.values, wanted), wanted);

it('I19 every policy: an edit of what the row still holds is applied whole, and nothing is reported', () => {
  law(0.15, fc.tuple(models, values, values, times), ([model, theirs, yours, time]) => {
    const state = row(theirs);
    const change = edit(yours, { base: pick(state.values, yours), time });
    const resolution = run(model, state, change);
    return (
      resolution.kind === 'accepted' &&
      resolution.outcome === 'APPLIED' &&
      resolution.conflicts.length === 0 &&
      hasAll(stateOf(resolution), yours)
    );
  });
});

it('I19 every policy: the same inputs give the same result', () => {
  law(0.1, fc.tuple(models, values, values, values, times), ([model, theirs, base, yours, time]) => {
    const [once, again] = [0, 1].map(() => run(model, row(theirs), edit(yours, { base, time })));
    return JSON.stringify(once) === JSON.stringify(again);
  });
});

it('I19 every policy: edits of different fields both survive, in either order', () => {
  const sides = fc.tuple(
    models,
    values,
    fc.uniqueArray(fc.constantFrom<string>('a', 'b', 'text', 'tags', 'count')),
  );
  law(0.15, sides, ([model, all, mine]) => {
    const only = (isMine: boolean): Values =>
      Object.fromEntries(Object.entries(all).filter(([name]) => mine.includes(name) === isMine));
    const edits = [only(true), only(false)].map((part) => edit(part, { base: pick(VALUES, part) }));
    return [edits, edits.toReversed()].every((order) => {
      const state = order.reduce((before, change) => stateOf(run(model, before, change)), row());
      return hasAll(state, all);
    });
  });
});

interface Field {
  readonly name: string;
  readonly base: Json;
  readonly yours: Json;
  readonly theirs: Json;
}

/** R20 and R21, where the device says what it had shown. */
function isOpposed({ name, base, yours, theirs }: Field): boolean {
  const isChange = !equalJson(yours, base);
  return isChange && !equalJson(theirs, base) && (name === 'count' || !equalJson(theirs, yours));
}

function isTold({ name, yours, theirs }: Field, conflicts: readonly FieldConflict[], stands: Json): boolean {
  switch (conflicts.find((conflict) => conflict.field === name)?.kept) {
    case 'YOURS':
      return equalJson(stands, yours);
    case 'THEIRS':
    case 'UNDECIDED':
      return equalJson(stands, theirs);
    default:
      return true;
  }
}

it('R22 I19 every policy: opposed fields are reported and no others, and what is said to stand stands', () => {
  law(0.1, fc.tuple(models, values, values, times), ([model, theirs, edited, time]) => {
    const state = row(theirs);
    const resolution = run(model, state, edit(edited, { base: pick(VALUES, edited), time }));
    if (resolution.kind === 'refused') return false;
    const after = resolution.kind === 'conflict' ? state : stateOf(resolution);
    const reported = new Set(resolution.conflicts.map((conflict) => conflict.field));
    return Object.entries(edited).every(([name, yours]) => {
      const of = (from: Values): Json => from[name] ?? null;
      const one = { name, yours, base: of(VALUES), theirs: of(state.values) };
      return isOpposed(one) === reported.has(name) && isTold(one, resolution.conflicts, of(after.values));
    });
  });
});

it('R21 I19 counters: each difference counts once, whatever the order', () => {
  const steps = fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 8 });
  law(0.05, fc.tuple(models, steps), ([model, differences]) => {
    const sum = (order: readonly number[]): unknown =>
      order.reduce(
        (state, step) => stateOf(run(model, state, edit({ count: 5 + step }, { base: { count: 5 } }))),
        row(),
      ).values['count'];
    const expected = 5 + differences.reduce((total, step) => total + step, 0);
    return sum(differences) === expected && sum(differences.toReversed()) === expected;
  });
});

it('R26 I19 every policy: sent again over its own result, an edit of anything but a counter changes nothing', () => {
  law(0.05, fc.tuple(models, values, values, times), ([model, theirs, { count: _, ...yours }, time]) => {
    const change = edit(yours, { base: pick(VALUES, yours), time });
    const first = run(model, row(theirs), change);
    if (first.kind !== 'accepted') return true;
    const after = stateOf(first);
    const second = run(model, after, change);
    return second.kind === 'accepted' && equalJson(stateOf(second).values, after.values);
  });
});

it(`I19 the laws were tried in ${CASES.toLocaleString('en')} cases`, () => {
  expect(tried).toBe(CASES);
});
