import { describe, expect, it } from 'vitest';
import { clampLimit, planPage } from './delta.ts';

const at = (position: number, floor: number | null = null, epoch = 'e1') => ({
  epoch,
  scope: 's',
  type: 'T',
  position,
  floor,
});
const now = { epoch: 'e1', head: 100, horizon: 0 };

describe('where a page begins', () => {
  it('R5 without a cursor: a cycle with the head as floor, and no reset', () => {
    expect(planPage(null, now)).toEqual({ after: 0, floor: 100, reset: false });
  });

  it('R5 continues outside and inside a cycle', () => {
    expect(planPage(at(40), now)).toEqual({ after: 40, floor: null, reset: false });
    expect(planPage(at(40, 90), now)).toEqual({ after: 40, floor: 90, reset: false });
  });

  it.each([
    ['another epoch', at(40, null, 'e0'), now],
    ['a position above the head', at(101), now],
    ['a floor above the head', at(40, 101), now],
    ['a horizon above position', at(40), { ...now, horizon: 41 }],
    ['a horizon above position and floor', at(40, 60), { ...now, horizon: 61 }],
  ])('R5 resets for %s, with a new floor', (_, cursor, point) => {
    expect(planPage(cursor, point)).toEqual({ after: 0, floor: 100, reset: true });
  });

  it('R5 a horizon at or below position or floor is passed already', () => {
    expect(planPage(at(40), { ...now, horizon: 40 }).reset).toBe(false);
    expect(planPage(at(40, 60), { ...now, horizon: 60 }).reset).toBe(false);
  });

  it('R8 limits', () => {
    expect([undefined, 0, -3, 1, 4_999.9, 9_999].map(clampLimit)).toEqual([1_000, 1, 1, 1, 4_999, 5_000]);
  });
});
