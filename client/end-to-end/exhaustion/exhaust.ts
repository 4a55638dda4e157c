import { settle } from '../simulation/quiet.ts';
import type { Plan } from '../simulation/plan.ts';
import { comeToRest } from '../simulation/run.ts';
import type { SimulatedDevice } from '../simulation/simulated-device.ts';
import { withSimulatedTimeouts } from '../simulation/simulated-timeouts.ts';
import { Trace } from '../simulation/trace.ts';
import { World } from '../simulation/world.ts';
import { withAskedCalls } from './asked.ts';
import { Guide } from './guide.ts';
import { Histories } from './histories.ts';
import { Learned } from './learned.ts';
import { statesAt, type Step } from './moment.ts';
import { prepare, type SmallScope } from './small-scopes.ts';
import type { Losses, Watch } from './watch.ts';

/** What going through a scope showed. */
export interface Exhausted {
  /** Runs, each judged from its beginning to its end. */
  readonly runs: number;
  /** Turns of one device, or of the server, that differ. */
  readonly turns: number;
  /** Orders in which the server did different things. */
  readonly histories: number;
  /** What the devices may be in each of them, one device beside the other. */
  readonly states: number;
  /** How things stood when all that could happen had happened. */
  readonly ends: () => ReadonlySet<string>;
  /** Nothing was left out. */
  readonly isComplete: boolean;
  /** Of the first few runs in which something was broken: the turns taken, and what, in words. */
  readonly failures: readonly { readonly taken: string; readonly violations: readonly string[] }[];
}

/** Longer than a try after a loss waits, shorter than the first heartbeat. */
const RACE_MS = 4_000;
/** What is done later is done then: everybody has come to rest before. */
const LATER_MS = 500;
const MOST_FAILURES = 3;
/** Of so many runs one looks at everything again, to see that what was learned holds. */
const LOOK_EACH = 4;

class Enough extends Error {}

/**
 * Goes through all interleavings of a scope and judges each turn; fewer when `limit` runs are not enough, or too many have failed.
 *
 * @param onRun is told after each run how many there were, and how many turns they have shown.
 */
export async function exhaust(
  scope: SmallScope,
  limit = Infinity,
  onRun: (runs: number, turns: number) => void = () => undefined,
): Promise<Exhausted> {
  const learned = new Learned();
  const failures: { taken: string; violations: readonly string[] }[] = [];
  let runs = 0;
  const run = async (path: readonly Step[]): Promise<Guide> => {
    if (runs >= limit || failures.length >= MOST_FAILURES) throw new Enough();
    runs += 1;
    const trace = new Trace();
    const guide = new Guide(learned, path, {
      trace,
      losses: lossesOf(scope),
      isLooking: runs % LOOK_EACH === 0,
    });
    const violations = await runScope(scope, trace, guide);
    if (violations.length > 0) failures.push({ taken: guide.taken.join(', '), violations });
    onRun(runs, learned.turns);
    return guide;
  };
  const { first } = await run([]);
  if (first === null) throw new Error('Nothing may happen');
  const histories = new Histories(learned, first.at + RACE_MS, async (path) => void (await run(path)));
  const isComplete = await histories.goThrough(first).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Enough) return false;
      throw error;
    },
  );
  const { count, states } = histories;
  const ends = (): ReadonlySet<string> => new Set(histories.ends.flatMap((end) => statesAt(learned, end)));
  return { ends, runs, turns: learned.turns, histories: count, states, isComplete, failures };
}

export function lossesOf({ losses }: SmallScope): Losses {
  return { faults: [], left: 0, ...losses };
}

/** In words, for people. */
export function described({ name }: SmallScope, result: Exhausted): string {
  const { runs, turns, histories, states, isComplete, failures } = result;
  const rest = isComplete ? 'none left out' : 'NOT ALL';
  const broken = failures.map(({ taken, violations }) => `\n  ${taken}: ${violations.join('\n  ')}`);
  return `${name}: ${states} states in ${histories} histories of ${turns} turns, ${rest}, ${runs} runs, ${failures.length} failed${broken.join('')}`;
}

/** One run from its beginning to its end. What was broken, in words. */
export async function runScope(scope: SmallScope, trace: Trace, watch: Watch): Promise<readonly string[]> {
  const world = new World(planOf(scope), trace, { scheduler: watch.scheduler, luck: watch });
  const run = async (): Promise<readonly string[]> => {
    await begin(world, scope);
    watch.race(world);
    await world.scheduler.pass(RACE_MS);
    watch.end();
    return comeToRest(world);
  };
  return withSimulatedTimeouts(world.scheduler, () => withAskedCalls(watch, run));
}

/** Every tab is open and holds what the server holds, or has asked for it; everybody is about to act. */
async function begin(world: World, scope: SmallScope): Promise<void> {
  prepare(world, scope);
  for (const device of world.devices) for (let tab = 0; tab < (scope.tabs ?? 1); tab++) device.openTab();
  const hasAsked = ({ tabs }: SimulatedDevice): boolean => tabs.some(({ transport }) => transport.isAwaiting);
  if (scope.isFresh === true) while (!world.devices.every(hasAsked)) await world.scheduler.turn();
  else await comeToKnow(world);
  for (const acts of scope.actors) schedule(world, acts);
}

async function comeToKnow(world: World): Promise<void> {
  const late = await settle(world);
  if (late.length > 0) throw new Error(late.join('\n'));
  await world.scheduler.pass(1_000);
}

/** One after the other, each whenever its turn comes. */
function schedule(world: World, [act, ...more]: SmallScope['actors'][number]): void {
  if (act === undefined) return;
  const run = (): void => {
    act.run(world);
    schedule(world, more);
  };
  world.scheduler.after({ owner: null, label: `act ${act.touches} ${act.name}`, delayMs: LATER_MS, run });
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
