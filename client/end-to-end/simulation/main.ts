/** `npm run simulate`: see docs/correctness.md. */
import { planOf } from './plan.ts';
import { runPlan } from './run.ts';

const from = Number(process.argv[2] ?? 1);
const count = Number(process.argv[3] ?? 10);
const started = performance.now();
let turns = 0;
for (let seed = from; seed < from + count; seed++) {
  const a = await runPlan(planOf(seed), count === 1);
  turns += a.turns;
  if (count === 1) process.stdout.write(a.lines.slice(-Number(process.argv[4] ?? 0)).join('\n'));
  for (const violation of a.violations.slice(0, 3))
    process.stdout.write(`${seed}: ${violation.slice(0, 1500)}\n`);
  const b = count > 1 ? await runPlan(planOf(seed)) : a;
  if (b.hash !== a.hash) process.stdout.write(`${seed}: NOT DETERMINISTIC\n`);
}
process.stdout.write(
  `${((performance.now() - started) / count).toFixed(1)} ms a seed, ${turns / count} turns\n`,
);
