import { perform } from './acts.ts';
import type { Plan } from './plan.ts';
import { checkShown, makeQuiet, settle } from './quiet.ts';
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

/** Runs one plan from its first step until everything is at rest again, and judges it. */
export async function runPlan(plan: Plan, isTraced = false): Promise<RunResult> {
  const trace = new Trace(isTraced);
  const world = new World(plan, trace);
  const { scheduler } = world;
  for (const device of world.devices) device.openTab();
  for (const step of plan.steps) {
    await perform(world, step);
    if ('turns' in step.wait) await scheduler.run(step.wait.turns);
    else await scheduler.pass(step.wait.ms);
  }
  await makeQuiet(world);
  const late = await settle(world);
  const violations = [...world.errors, ...late];
  // A tab that missed a message looks by itself, once a heartbeat.
  await scheduler.pass(6_000);
  if (late.length === 0) violations.push(...(await checkShown(world)));
  for (const { recorder } of world.devices) recorder.end();
  for (const { tabs } of world.devices) for (const tab of tabs) tab.isAlive = false;
  const { counts } = world.rare;
  return {
    hash: trace.hash,
    violations,
    rare: Object.fromEntries(counts),
    turns: scheduler.turns,
    lines: trace.lines,
  };
}
