import { describe, expect, it } from 'vitest';
import { correctedTime } from './corrected-time.ts';
import { MergeBudget } from './merge/merge-field.ts';
import type { FieldModel, Json, Policy, Values } from './model.ts';
import { PENDING } from './ports.ts';
import type { Edit, RecordState } from './record-state.ts';
import { resolve } from './resolve.ts';
import { budget, edit, entity, field, NOON, row, run, stateOf, summary, VALUES } from './resolve-fixture.ts';

describe('opposition', () => {
  it.each<[string, RecordState, Edit, string]>([
    ['the row holds the base', row({ a: 'a1' }), edit({ a: 'mine' }, { base: { a: 'a1' } }), 'APPLIED, mine'],
    [
      'the row holds the new value',
      row({ a: 'mine' }),
      edit({ a: 'mine' }, { base: { a: 'a0' } }),
      'APPLIED, mine',
    ],
    [
      'the row holds neither',
      row({ a: 'a1' }),
      edit({ a: 'mine' }, { base: { a: 'a0' } }),
      'MERGED a=YOURS, mine',
    ],
    [
      'the new value is the base: no change',
      row({ a: 'a1' }),
      edit({ a: 'a0' }, { base: { a: 'a0' } }),
      'APPLIED, a1',
    ],
    ['no base, changed after the version', row({ a: 'a1' }), edit({ a: 'mine' }), 'MERGED a=YOURS, mine'],
    ['no base, changed before the version', row({ b: 'b1' }), edit({ a: 'mine' }), 'APPLIED, mine'],
    [
      'no base, version of another epoch',
      row(),
      edit({ a: 'mine' }, { version: 'unknown' }),
      'MERGED a=YOURS, mine',
    ],
    ['no base, version above the row', row(), edit({ a: 'mine' }, { version: 11 }), 'MERGED a=YOURS, mine'],
    [
      'base decides, version of another epoch',
      row({ a: 'a1' }),
      edit({ a: 'mine' }, { version: 'unknown', base: { a: 'a1' } }),
      'APPLIED, mine',
    ],
    [
      'a creation meets a row: its base is the default',
      row({ a: '' }),
      edit({ a: 'mine' }, { version: 'none' }),
      'APPLIED, mine',
    ],
    [
      'a creation meets a row that differs from the default',
      row(),
      edit({ a: 'mine' }, { version: 'none' }),
      'MERGED a=YOURS, mine',
    ],
  ])('R20 %s', (_, ...given) => {
    const [state, change, expected] = given;
    expect(summary(run('lastWriteWins', state, change))).toBe(expected);
  });

  it('R20 I18 a stale edit of one field never touches another', () => {
    const state = stateOf(
      run('lastWriteWins', row({ b: 'theirs' }), edit({ a: 'mine' }, { base: { a: 'a0' } })),
    );
    expect(state.values).toEqual({ ...VALUES, a: 'mine', b: 'theirs' });
    expect(state.clocks.a).toEqual([PENDING, NOON + 1, 'ada', 'laptop']);
    expect(state.clocks.b).toEqual([10, NOON, 'ben', 'phone']);
  });
});

describe('who decides', () => {
  const opposed = (time: number) => edit({ a: 'mine' }, { base: { a: 'a0' }, time });
  it.each<[Policy, number, string]>([
    ['lastWriteWins', NOON + 1, 'MERGED a=YOURS, mine'],
    ['lastWriteWins', NOON - 1, 'SUPERSEDED a=THEIRS, a1'],
    ['merge', NOON + 1, 'MERGED a=YOURS, mine'],
    ['merge', NOON - 1, 'SUPERSEDED a=THEIRS, a1'],
    ['serverWins', NOON + 1, 'SUPERSEDED a=THEIRS, a1'],
    ['clientWins', NOON - 1, 'MERGED a=YOURS, mine'],
    ['manual', NOON + 1, 'CONFLICT a=UNDECIDED'],
  ])('R22 %s, edited at noon %+d ms', (policy, time, expected) => {
    expect(summary(run(policy, row({ a: 'a1' }), opposed(time)))).toBe(expected);
  });

  it('R22 equal times are decided by device id', () => {
    const at = (device: string) =>
      summary(run('lastWriteWins', row({ a: 'a1' }), { ...opposed(NOON), device }));
    expect([at('laptop'), at('zebra')]).toEqual(['SUPERSEDED a=THEIRS, a1', 'MERGED a=YOURS, mine']);
  });

  it('R22 every loser is reported with all three values, every winner applied', () => {
    const change = edit(
      { a: 'mine', b: 'free', text: 'ONE\ntwo\nthree' },
      {
        time: NOON - 1,
        base: { a: 'a0', b: 'b0', text: 'one\ntwo\nthree' },
      },
    );
    const resolution = run('merge', row({ a: 'a1', text: 'one\ntwo\nTHREE' }), change);
    expect(resolution).toMatchObject({
      outcome: 'SUPERSEDED',
      conflicts: [
        { field: 'a', base: 'a0', yours: 'mine', theirs: 'a1', kept: 'THEIRS' },
        {
          field: 'text',
          base: 'one\ntwo\nthree',
          yours: 'ONE\ntwo\nthree',
          theirs: 'one\ntwo\nTHREE',
          kept: 'MERGED',
        },
      ],
    });
    expect(stateOf(resolution).values).toMatchObject({ a: 'a1', b: 'free', text: 'ONE\ntwo\nTHREE' });
    expect(stateOf(resolution).clocks.text).toEqual([PENDING, NOON, 'ada', null]);
  });

  it('R22 manual refuses the whole change, its unopposed fields too', () => {
    const change = edit({ a: 'mine', b: 'free' }, { base: { a: 'a0', b: 'b0' } });
    expect(run('manual', row({ a: 'a1' }), change)).toEqual({
      kind: 'conflict',
      conflicts: [{ field: 'a', base: 'a0', yours: 'mine', theirs: 'a1', kept: 'UNDECIDED' }],
    });
  });

  it('R21 a counter adds the difference, also when both hold the same value; without a base it is refused', () => {
    const add = (theirs: number, base: Values) =>
      run('serverWins', row({ count: theirs }), edit({ count: 7 }, { base }));
    expect(stateOf(add(7, { count: 5 })).values.count).toBe(9);
    expect(stateOf(add(5, { count: 5 })).values.count).toBe(7);
    expect(summary(add(7, { count: 5 }))).toMatch(/^MERGED count=MERGED/);
    expect(summary(add(7, {}))).toBe('BAD_INPUT');
    expect(summary(add(2_147_483_647, { count: 5 }))).toBe('BAD_INPUT');
  });

  it('R22 sets are united; what a union makes invalid falls back to the last write, reported', () => {
    const change = edit({ tags: ['x', 'mine'] }, { base: { tags: ['x'] } });
    const state = row({ tags: ['x', 'theirs'] });
    expect(stateOf(run('merge', state, change)).values.tags).toEqual(['x', 'theirs', 'mine']);
    const strict = entity('merge', {
      validate: ({ tags }) =>
        Array.isArray(tags) && tags.length > 2 ? { field: 'tags', message: 'too many' } : null,
    });
    const resolution = resolve({ entity: strict, budget: budget() }, state, change);
    expect(resolution).toMatchObject({ outcome: 'MERGED', conflicts: [{ field: 'tags', kept: 'YOURS' }] });
  });

  it("R22 an author's merger decides; one that throws leaves it to the last write", () => {
    const own = (merger: NonNullable<FieldModel['merger']>) =>
      resolve(
        { entity: entity('merge', { fields: [field('a', { merger })] }), budget: budget() },
        row({ a: 'a1' }),
        edit({ a: 'mine' }, { base: { a: 'a0' } }),
      );
    expect(stateOf(own((base, yours, theirs) => [base, yours, theirs].join())).values.a).toBe('a0,mine,a1');
    expect(
      summary(
        own((): Json => {
          throw new Error('no');
        }),
      ),
    ).toBe('MERGED a=YOURS, mine');
    expect(summary(own(() => 42))).toBe('MERGED a=YOURS, mine');
  });

  it('R22 a spent merge budget falls back to the last write, reported', () => {
    let now = 0;
    const slow = new MergeBudget({ now: () => 0, monotonic: () => (now += 150) });
    const change = edit({ text: 'ONE\ntwo\nthree' }, { base: { text: 'one\ntwo\nthree' }, time: NOON - 1 });
    const kept = () => {
      const resolution = resolve(
        { entity: entity('merge'), budget: slow },
        row({ text: 'one\ntwo\nTHREE' }),
        change,
      );
      return resolution.kind === 'accepted' ? resolution.conflicts[0]?.kept : resolution.kind;
    };
    expect([kept(), kept(), kept()]).toEqual(['MERGED', 'MERGED', 'THEIRS']);
  });

  it("R25 a field's stored time never goes back", () => {
    const state = row({ a: 'a1' });
    const late = stateOf(run('lastWriteWins', state, edit({ a: 'mine' }, { base: { a: 'a1' }, time: 7 })));
    expect(late.clocks.a?.[1]).toBe(NOON);
  });
});

describe('a new record', () => {
  it('takes a null that is named as a value, and the default for what is not named', () => {
    const fields = ['named', 'other'].map((name) => field(name, { nullable: true, default: 'default' }));
    const model = entity('merge', { fields });
    const creation = edit({ named: null }, { version: 'none' });
    const state = stateOf(resolve({ entity: model, budget: budget() }, null, creation));
    expect(state.values).toEqual({ named: null, other: 'default' });
  });
});

describe("the type's own rules", () => {
  it('derives values, and refuses what its rule forbids', () => {
    const rules = {
      entity: entity('merge', {
        derive: ({ a }) => ({ b: `derived from ${String(a)}` }),
        rule: (before, after) =>
          before !== null && after.a === 'forbidden' ? { field: 'a', message: 'not so' } : null,
      }),
      budget: budget(),
    };
    const change = edit({ a: 'x' }, { base: { a: 'a0' } });
    expect(stateOf(resolve(rules, row(), change)).values.b).toBe('derived from x');
    expect(summary(resolve(rules, row(), { ...change, values: { a: 'forbidden' } }))).toBe('RULE_VIOLATED');
    const deleting = { ...change, values: { a: 'forbidden' }, deleted: true };
    expect(summary(resolve(rules, row(), deleting))).toBe('RULE_VIOLATED');
  });
});

describe('clocks', () => {
  it('R25 a constant offset of the device changes nothing; the future is cut off', () => {
    for (const offset of [-1e9, 0, 1e9]) {
      expect(correctedTime(NOON, NOON - 500 + offset, NOON + offset)).toBe(NOON - 500);
    }
    expect(correctedTime(NOON, NOON + 60_000, NOON)).toBe(NOON);
    expect(correctedTime(NOON, undefined, NOON)).toBe(NOON);
    expect(correctedTime(NOON, NOON - 5, undefined)).toBe(NOON - 5);
  });
});
