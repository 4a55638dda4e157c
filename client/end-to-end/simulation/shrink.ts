import { judgePlan } from './judge.ts';
import { cutPlan, planOf, type Cut, type Fault } from './plan.ts';

/** Tries at most so many smaller plans. */
const MAX_TRIES = 150;

/** What kind of thing went wrong: the smaller plan has to fail alike. */
function kindOf(violations: readonly string[]): string {
  return violations[0]?.split(' ')[0] ?? '';
}

/**
 * Leaves out devices, kinds of faults and steps, for as long as the seed still fails in the same way. Runs are the same each time, so
 * trying is enough.
 */
export async function shrink(seed: number, violations: readonly string[]): Promise<Cut> {
  const plan = planOf(seed);
  const kind = kindOf(violations);
  let tries = 0;
  const fails = async (cut: Cut): Promise<boolean> => {
    if (++tries > MAX_TRIES) return false;
    const result = await judgePlan(cutPlan(plan, cut));
    return kindOf(result.violations) === kind;
  };
  let cut: Required<Cut> = {
    keep: plan.steps.map((_, place) => place),
    faults: plan.faults,
    devices: plan.devices.length,
  };
  while (cut.devices > 1 && (await fails({ ...cut, devices: cut.devices - 1 })))
    cut = { ...cut, devices: cut.devices - 1 };
  cut = { ...cut, keep: await fewer<number>(cut.keep, (keep) => fails({ ...cut, keep })) };
  cut = { ...cut, faults: await fewer<Fault>(cut.faults, (faults) => fails({ ...cut, faults })) };
  return { ...cut, keep: await fewer<number>(cut.keep, (keep) => fails({ ...cut, keep })) };
}

/** Leaves out halves, then quarters, down to single ones. */
async function fewer<T>(
  all: readonly T[],
  isEnough: (rest: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let kept = all;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let from = 0; from < kept.length;) {
      const rest = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (await isEnough(rest)) kept = rest;
      else from += size;
    }
  return kept;
}

/** The line that runs it again. */
export function replayCommand(seed: number, { keep, faults, devices }: Cut = {}): string {
  const parts = [
    keep === undefined ? '' : ` --keep ${keep.join()}`,
    faults === undefined ? '' : ` --faults ${faults.join() || 'none'}`,
    devices === undefined ? '' : ` --devices ${devices}`,
  ];
  return `npm run simulate -- --seed ${seed}${parts.join('')}`;
}
