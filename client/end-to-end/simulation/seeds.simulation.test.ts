import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { CORPUS } from './corpus.ts';
import { judgePlan } from './judge.ts';
import { cutPlan, planOf } from './plan.ts';
import { runSeeds } from './run-seeds.ts';
import { replayCommand } from './shrink.ts';

const SEEDS = 5_000;

test.each(CORPUS)('a failure of before does not come back (seed $seed): $found', async ({ seed, ...cut }) => {
  expect((await judgePlan(cutPlan(planOf(seed), cut))).violations).toEqual([]);
});

test(`I4 I5 I6 I7 I9 I10 I12 I13 I16 I17 I18 ${SEEDS} seeds keep every invariant, each is the same run twice, and no rare path was missed`, async () => {
  const { failed, rare } = await runSeeds({ from: 1, count: SEEDS, workers: availableParallelism() });
  const lines = failed.map(({ seed, violations }) => `${replayCommand(seed)}: ${violations[0] ?? ''}`);
  expect(lines).toEqual([]);
  expect(rare.missed).toEqual([]);
});
