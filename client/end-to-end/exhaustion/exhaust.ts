import { settle } from '../simulation/quiet.ts';
import type { Plan } from '../simulation/plan.ts';
import { comeToRest } from '../simulation/run.ts';
import { withSimulatedTimeouts } from '../simulation/simulated-timeouts.ts';
import { Trace } from '../simulation/trace.ts';
import { World } from '../simulation/world.ts';
import { Causes, type Memory } from './causes.ts';
import { Interleavings } from './interleavings.ts';
import { prepare, type SmallScope } from './small-scopes.ts';

/** What going through a scope showed. */
export interface Exhausted {
  /** Runs, each judged from its beginning to its end. */
  readonly runs: number;
  /** States in which more than one thing could happen next. */
  readonly states: number;
  /** Nothing was left out. */
  readonly isComplete: boolean;
  /** Of the first few runs in which something was broken: the choices, and what, in words. */
  readonly failures: readonly { readonly taken: string; readonly violations: readonly string[] }[];
}

/** Longer than a try after a loss waits, shorter than the first heartbeat. */
const RACE_MS = 4_000;
const MOST_FAILURES = 3;

/** Goes through all interleavings of a scope and judges each; fewer when `limit` runs are not enough, or too many have failed. */
export async function exhaust(scope: SmallScope, limit = Infinity): Promise<Exhausted> {
  const interleavings = new Interleavings();
  const memory: Memory = { interleavings, turns: [] };
  const failures: { taken: string; violations: readonly string[] }[] = [];
  let runs = 0;
  let isLeft = true;
  while (isLeft && runs < limit && failures.length < MOST_FAILURES) {
    runs += 1;
    const violations = await runOnce(scope, memory);
    if (violations.length > 0) failures.push({ taken: interleavings.taken.join(), violations });
    isLeft = interleavings.next();
  }
  return { runs, states: interleavings.states, isComplete: !isLeft, failures };
}

/** In words, for people. */
export function described({ name }: SmallScope, { runs, states, isComplete, failures }: Exhausted): string {
  const rest = isComplete ? 'none left out' : 'NOT ALL';
  const broken = failures.map(({ taken, violations }) => `\n  ${taken}: ${violations.join('\n  ')}`);
  return `${name}: ${runs} interleavings of ${states} states, ${rest}, ${failures.length} failed${broken.join('')}`;
}

async function runOnce(scope: SmallScope, memory: Memory): Promise<readonly string[]> {
  const trace = new Trace();
  const causes = new Causes(memory, trace, { faults: [], left: 0, ...scope.losses });
  const world = new World(planOf(scope), trace, { scheduler: causes.scheduler, luck: causes });
  return withSimulatedTimeouts(world.scheduler, async () => {
    await begin(world, scope);
    causes.race(world);
    await world.scheduler.pass(RACE_MS);
    causes.race(null);
    return comeToRest(world);
  });
}

/** Every tab is open and holds what the server holds; everybody is about to act. */
async function begin(world: World, scope: SmallScope): Promise<void> {
  prepare(world, scope);
  for (const device of world.devices) for (let tab = 0; tab < (scope.tabs ?? 1); tab++) device.openTab();
  const late = await settle(world);
  if (late.length > 0) throw new Error(late.join('\n'));
  await world.scheduler.pass(1_000);
  for (const acts of scope.actors) schedule(world, acts);
}

/** One after the other, each whenever its turn comes. */
function schedule(world: World, [act, ...more]: SmallScope['actors'][number]): void {
  if (act === undefined) return;
  const run = (): void => {
    act.run(world);
    schedule(world, more);
  };
  world.scheduler.after({ owner: null, label: `act ${act.touches} ${act.name}`, run });
}

/** A push follows a write as soon as anything else may happen, and what can be paged is. */
function planOf({ devices = 1 }: SmallScope): Plan {
  const options = { writeDebounceMs: 0, pollIntervalMs: 1_000_000, pageLimit: 1 };
  return {
    seed: 1,
    devices: Array.from({ length: devices }, () => ({ user: 'ada', options })),
    faults: [],
    rate: 0,
    steps: [],
    isWithApollo: false,
  };
}
