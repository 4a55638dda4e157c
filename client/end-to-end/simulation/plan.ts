/** What one seed stands for: who takes part, what may go wrong, and what is done, step by step. */
import type { EngineOptions } from '../../sync/engine-options.ts';
import { SeededRandom } from '../../testing/seeded-random.ts';

/** Kinds of faults. A run has some of them: one that is always there would hide what happens without it. */
export const FAULTS = [
  'slow',
  'lostRequest',
  'lostAnswer',
  'lateRequest',
  'doubled',
  'truncated',
  'halfOpen',
  'unauthenticated',
  'tooLarge',
  'busy',
  'serverError',
  'pokesLost',
  'channelLost',
  'quota',
  'abort',
  'tabCrash',
  'powerCut',
  'freeze',
  'offline',
  'serverRestart',
  'purge',
  'restore',
  'access',
  'signOut',
  'pause',
  'clockJump',
] as const;

export type Fault = (typeof FAULTS)[number];

/** What people, servers and bad luck do. Those named like a fault happen only in runs that have it. */
export const ACTS = [
  ['write', 28],
  ['race', 3],
  ['operate', 3],
  ['decide', 6],
  ['others', 8],
  ['openTab', 4],
  ['closeTab', 2],
  ['look', 5],
  ['ask', 3],
  ['scopes', 1],
  ['offline', 5],
  ['tabCrash', 2],
  ['powerCut', 2],
  ['freeze', 3],
  ['serverRestart', 2],
  ['purge', 4],
  ['restore', 4],
  ['access', 3],
  ['signOut', 1],
  ['pause', 2],
  ['clockJump', 2],
  // Drawn apart, see `clonedIn`.
  ['clone', 0],
] as const satisfies readonly (readonly [string, number])[];

export type Act = (typeof ACTS)[number][0];

export interface Step {
  readonly act: Act;
  readonly device: number;
  readonly tab: number;
  /** Seed of all that the step draws: leaving out others does not change it. */
  readonly seed: number;
  /** What happens before the next one: so many turns, or so much time. */
  readonly wait: { readonly turns: number } | { readonly ms: number };
}

/** What is written about. */
export interface Words {
  readonly types: readonly SyncedType[];
  /** `own`: the user's. */
  readonly scopes: readonly string[];
  readonly ids: readonly string[];
}

export type SyncedType = 'Note' | 'Card' | 'Notebook' | 'Setting';

const ALL_WORDS: Words = {
  types: ['Note', 'Note', 'Card', 'Notebook', 'Setting'],
  scopes: ['team:demo', 'team:demo', 'team:demo', 'own', 'own', 'catalog'],
  ids: ['r1', 'r2', 'r3', 'r4'],
};

export interface Plan {
  readonly seed: number;
  readonly devices: readonly { readonly user: string; readonly options: Partial<EngineOptions> }[];
  readonly faults: readonly Fault[];
  /** How often a port call meets a fault that may happen to it, 0 to 1. */
  readonly rate: number;
  readonly steps: readonly Step[];
  /** What is visible is read by queries through Apollo's cache. */
  readonly isWithApollo: boolean;
}

const USERS = ['ada', 'ada', 'ben', 'ada', 'ben', 'cy', 'ada', 'ben'] as const;

/** Draws that everything in a run makes. */
export class Draw extends SeededRandom {
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

/** Every so many-th seed reads through Apollo: 200 of the 5,000 of CI. */
const APOLLO_EVERY = 25;

/** The same plan for the same seed. */
export function planOf(seed: number): Plan {
  const draw = new Draw(seed * 7_919 + 1);
  const deviceCount = draw.pick([2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4, 5, 8]);
  const faults = FAULTS.filter(() => draw.chance(0.35));
  const acts = ACTS.filter(([act]) => !FAULTS.includes(act as Fault) || faults.includes(act as Fault));
  const stepCount = draw.pick([8, 10, 15, 15, 20, 35]);
  return {
    seed,
    isWithApollo: seed % APOLLO_EVERY === 0,
    devices: USERS.slice(0, deviceCount).map((user) => ({ user, options: optionsOf(draw) })),
    faults,
    rate: draw.pick([0.02, 0.05, 0.1, 0.2]),
    steps: clonedIn(
      seed,
      Array.from({ length: stepCount }, () => stepOf(draw, acts, deviceCount)),
    ),
  };
}

/** In one of ten runs a step of the first half clones a profile. By numbers of its own: the other runs stay what they are. */
function clonedIn(seed: number, steps: readonly Step[]): readonly Step[] {
  const draw = new Draw(seed * 5_003 + 11);
  if (!draw.chance(0.1)) return steps;
  const at = draw.below(steps.length / 2);
  // Whatever is done from then on is done by that device or its clone.
  return steps.map((step, place) =>
    place < at
      ? step
      : { ...step, device: steps[at]?.device ?? 0, ...(place === at ? { act: 'clone' } : {}) },
  );
}

/** In half of the runs only a few: so the same record is met again while something of it is under way. */
export function wordsOf(seed: number): Words {
  const draw = new Draw(seed * 6_007 + 3);
  if (draw.chance(0.5)) return ALL_WORDS;
  const { types, scopes, ids } = ALL_WORDS;
  return {
    types: [draw.pick(types), draw.pick(types)],
    scopes: [draw.pick(scopes.slice(0, 5))],
    ids: ids.slice(0, draw.pick([1, 2])),
  };
}

function optionsOf(draw: Draw): Partial<EngineOptions> {
  return {
    pageLimit: draw.pick([1, 2, 5, 1_000]),
    batchMaxChanges: draw.pick([1, 2, 5, 500]),
    batchMaxBytes: draw.pick([600, 512 * 1024, 512 * 1024]),
    historyMax: draw.pick([2, 200, 200]),
    coalesceMs: draw.pick([0, 60_000, 60_000]),
  };
}

function stepOf(draw: Draw, acts: readonly (readonly [Act, number])[], deviceCount: number): Step {
  const total = acts.reduce((sum, [, weight]) => sum + weight, 0);
  let at = draw.below(total);
  const [act] = acts.find(([, weight]) => (at -= weight) < 0) ?? ['write'];
  const wait = draw.chance(0.7)
    ? { turns: draw.pick([0, 0, 1, 2, 3, 5, 8, 20]) }
    : { ms: draw.pick([1, 50, 400, 400, 3_000, 15_000]) };
  return { act, device: draw.below(deviceCount), tab: draw.below(3), seed: draw.below(2 ** 31), wait };
}

/** What is left of a plan when some of it is left out. */
export interface Cut {
  /** Places of the steps that stay. */
  readonly keep?: readonly number[];
  readonly faults?: readonly Fault[];
  /** How many devices stay. */
  readonly devices?: number;
}

/** A seed's plan without what a failure does not need. */
export function cutPlan(plan: Plan, { keep, faults, devices }: Cut): Plan {
  return {
    ...plan,
    faults: faults === undefined ? plan.faults : plan.faults.filter((fault) => faults.includes(fault)),
    steps: keep === undefined ? plan.steps : plan.steps.filter((_, place) => keep.includes(place)),
    devices: plan.devices.slice(0, devices),
  };
}
