/** `npm run simulate`: see docs/correctness.md. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { described, exhaust } from '../exhaustion/exhaust.ts';
import { SMALL_SCOPES } from '../exhaustion/small-scopes.ts';
import { judgePlan } from './judge.ts';
import { cutPlan, planOf, type Cut, type Fault } from './plan.ts';
import { runSeeds } from './run-seeds.ts';
import { runPlan } from './run.ts';
import { replayCommand, shrink } from './shrink.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    keep: { type: 'string' },
    faults: { type: 'string' },
    /** Stops at the first seed that fails, and runs each once. */
    first: { type: 'boolean', default: false },
    devices: { type: 'string' },
    trace: { type: 'boolean', default: false },
    exhaust: { type: 'boolean', default: false },
    runs: { type: 'string', default: '100000' },
    /** Small scopes whose name contains this. */
    scope: { type: 'string', default: '' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
});

const print = (line: string): boolean => process.stdout.write(`${line}\n`);

function cutOf({ keep, faults, devices }: { keep?: string; faults?: string; devices?: string }): Cut {
  return {
    ...(keep === undefined ? {} : { keep: keep.split(',').map(Number) }),
    ...(faults === undefined ? {} : { faults: faults.split(',') as Fault[] }),
    ...(devices === undefined ? {} : { devices: Number(devices) }),
  };
}

/** One seed: what happened, what was broken, and how little of it is enough. */
async function replay(seed: number): Promise<boolean> {
  const { trace } = values;
  const cut = cutOf(values);
  const plan = cutPlan(planOf(seed), cut);
  if (trace) for (const line of (await runPlan(plan, { isTraced: true })).lines) print(line);
  const { violations, turns, rare } = await judgePlan(plan);
  print(`Seed ${seed}: ${plan.devices.length} devices, ${plan.steps.length} steps, ${turns} turns`);
  print(`Faults: ${plan.faults.join(', ') || 'none'}`);
  if (trace) print(JSON.stringify(rare));
  for (const violation of violations) print(violation);
  if (violations.length === 0) print('Every invariant held, in two equal runs.');
  else if (Object.keys(cut).length === 0)
    print(`Less is enough: ${replayCommand(seed, await shrink(seed, violations))}`);
  return violations.length === 0;
}

async function runAll(): Promise<boolean> {
  const [from, count] = [Number(values.from), Number(values.seeds)];
  const bar = new SingleBar({
    format: '{bar} {value}/{total} seeds, {eta_formatted} to go, {failed} failed',
  });
  bar.start(count, 0, { failed: 0 });
  let failures = 0;
  const summary = await runSeeds({
    from,
    count,
    workers: Number(values.workers),
    untilFirst: values.first,
    isOnce: values.first,
    onProgress: (done, failed) => {
      failures += failed.length;
      bar.increment(done, { failed: failures });
    },
  });
  bar.stop();
  for (const [path, times] of [...summary.rare.counts].sort()) print(`${String(times).padStart(9)} ${path}`);
  const { missed } = summary.rare;
  for (const path of missed) print(`Never came across: ${path}`);
  for (const { seed, violations } of summary.failed) {
    print(`Seed ${seed}: ${violations.slice(0, 3).join('\n  ').slice(0, 2_000)}`);
    print(`  ${replayCommand(seed)}`);
  }
  const perSecond = (count / summary.tookMs) * 1_000;
  print(
    `${count} seeds, ${summary.failed.length} failed, ${perSecond.toFixed(1)} seeds a second, each run twice`,
  );
  print(
    `${(summary.turns / count).toFixed(0)} turns and ${(summary.cpuMs / count).toFixed(0)} ms of processor time a seed, ${summary.rare.counts.size} rare paths`,
  );
  return summary.failed.length === 0 && missed.length === 0;
}

/** Every small scope, the large ones too: all of its interleavings, or as many as so many runs go through. */
async function exhaustAll(): Promise<boolean> {
  let failures = 0;
  for (const scope of SMALL_SCOPES.filter(({ name }) => name.includes(values.scope))) {
    const begun = performance.now();
    const seconds = (): string => ((performance.now() - begun) / 1_000).toFixed(0);
    const result = await exhaust(scope, Number(values.runs), (runs, turns) => {
      if (runs % 1_000 === 0)
        process.stderr.write(`${scope.name}: ${runs} runs, ${turns} turns, ${seconds()} s\n`);
    });
    print(`${described(scope, result)}, ${seconds()} s`);
    failures += result.failures.length;
  }
  return failures === 0;
}

const run = values.exhaust ? exhaustAll : runAll;
const isGood = values.seed === undefined ? await run() : await replay(Number(values.seed));
process.exit(isGood ? 0 : 1);
