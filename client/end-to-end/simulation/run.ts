import { check } from '../checker/check.ts';
import { testManifest } from '../../testing/test-manifest.ts';
import { deviceOf, perform } from './acts.ts';
import type { Plan } from './plan.ts';
import { checkShown, checkShownNow, makeQuiet, settle } from './quiet.ts';
import { withSimulatedTimeouts } from './simulated-timeouts.ts';
import { Trace } from './trace.ts';
import { World } from './world.ts';

export interface RunResult {
  readonly hash: string;
  /** In words; empty when every invariant held. */
  readonly violations: readonly string[];
  readonly rare: Readonly<Record<string, number>>;
  readonly turns: number;
  /** When asked for. */
  readonly lines: readonly string[];
}

const MERGED_FIELDS = new Set(
  Object.values(testManifest.types).flatMap(({ name, fields }) =>
    Object.entries(fields).flatMap(([field, { merger }]) =>
      merger === undefined ? [] : [`${name}.${field}`],
    ),
  ),
);

const COUNTERS = new Set(
  Object.values(testManifest.types).flatMap(({ name, fields }) =>
    Object.entries(fields).flatMap(([field, { merger }]) =>
      merger === 'counter' ? [`${name}.${field}`] : [],
    ),
  ),
);

const REFERENCES = new Map(
  Object.values(testManifest.types).flatMap(({ name, fields }) =>
    Object.entries(fields).flatMap(([field, { references }]) =>
      references === undefined ? [] : [[`${name}.${field}`, references.type] as const],
    ),
  ),
);

/** Runs one plan from its first step until everything is at rest again, and judges it. */
export async function runPlan(plan: Plan, { isTraced = false, isJudged = true } = {}): Promise<RunResult> {
  const trace = new Trace(isTraced);
  const world = new World(plan, trace);
  return withSimulatedTimeouts(world.scheduler, () => runWorld(world, trace, isJudged));
}

async function runWorld(world: World, trace: Trace, isJudged: boolean): Promise<RunResult> {
  await play(world, isJudged);
  const violations = await comeToRest(world, isJudged);
  const { counts } = world.rare;
  return {
    hash: trace.hash,
    violations,
    rare: Object.fromEntries(counts),
    turns: world.scheduler.turns,
    lines: trace.lines,
  };
}

/** The end of a run: faults stop, everything comes to rest, and all that happened is judged. What was broken, in words. */
export async function comeToRest(world: World, isJudged = true): Promise<readonly string[]> {
  await makeQuiet(world);
  const late = await settle(world);
  // A tab that missed a message looks by itself, once a heartbeat.
  await world.scheduler.pass(6_000);
  const violations = [...world.errors, ...late];
  for (const { recorder } of world.devices) recorder.end();
  if (isJudged) violations.push(...(late.length === 0 ? await checkShown(world) : []), ...judged(world));
  for (const { tabs } of world.devices) for (const tab of tabs) tab.isAlive = false;
  return violations;
}

async function play(world: World, isJudged: boolean): Promise<void> {
  for (const device of world.devices) device.openTab();
  for (const step of world.plan.steps) {
    await perform(world, step);
    const device = deviceOf(world, step);
    if (isJudged && device !== undefined) await checkShownNow(world, device);
    if ('turns' in step.wait) await world.scheduler.run(step.wait.turns);
    else await world.scheduler.pass(step.wait.ms);
  }
}

/** By the log alone. */
function judged(world: World): readonly string[] {
  const options = { mergedFields: MERGED_FIELDS, references: REFERENCES, counters: COUNTERS };
  const violations = check(world.log, options);
  return violations.map(({ invariant, message }) => `${invariant} ${message}`);
}
