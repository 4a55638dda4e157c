import { planOf, type Plan } from './plan.ts';
import { runPlan } from './run.ts';

/** What became of one seed. */
export interface SeedResult {
  readonly seed: number;
  /** In words; empty when every invariant held and both runs were the same. */
  readonly violations: readonly string[];
  readonly rare: Readonly<Record<string, number>>;
  readonly turns: number;
}

/** Runs a plan twice: the same plan has to be the same run. `isOnce`: that is not asked. */
export async function judgePlan(plan: Plan, { isOnce = false } = {}): Promise<SeedResult> {
  const thrown: string[] = [];
  const onThrown = (error: unknown): void => {
    thrown.push(`Nobody handled: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  };
  process.on('unhandledRejection', onThrown);
  try {
    const first = await runPlan(plan);
    // What is the same needs to be judged once.
    const second = isOnce ? first : await runPlan(plan, { isJudged: false });
    const isSame = first.hash === second.hash;
    const twice = isSame ? [] : [`Not the same run twice: ${first.hash} and ${second.hash}`];
    const violations = [...first.violations, ...twice, ...thrown];
    return { seed: plan.seed, violations, rare: first.rare, turns: first.turns };
  } finally {
    process.off('unhandledRejection', onThrown);
  }
}

export function judgeSeed(seed: number, { isOnce = false } = {}): Promise<SeedResult> {
  return judgePlan(planOf(seed), { isOnce });
}
