import { expect, test } from 'vitest';
import { described, exhaust } from './exhaust.ts';
import { SMALL_SCOPES } from './small-scopes.ts';

test.each(SMALL_SCOPES.filter(({ isLarge }) => isLarge !== true))(
  'I4 I5 I6 I7 I9 I10 I12 I16 I17 I18 hold in every interleaving of $name',
  async (scope) => {
    const result = await exhaust(scope);
    process.stdout.write(`${described(scope, result)}\n`);
    expect(result.failures).toEqual([]);
    expect(result.isComplete).toBe(true);
    // Where nothing can be chosen nothing is tried.
    expect(result.states).toBeGreaterThan(20);
  },
);
