/** `npm run bench:api`: what the server does in a second, next to what Postgres and its driver do in the same minute. */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Presets, SingleBar } from 'cli-progress';
import { compareDeltas } from './compare-deltas.ts';
import { comparePushes, Numbers } from './compare-pushes.ts';
import type { PushLoad } from './compare-pushes.ts';
import { measure } from './measure.ts';
import type { Measured } from './measure.ts';
import { measureDelay } from './measure-delay.ts';
import type { Delay } from './measure-delay.ts';
import { renderDelay, renderTable } from './render-table.ts';
import { DEVICE_COUNT, openWorld } from './world.ts';

const USAGE = `npm run bench:api -- [options]

  --quick          three rounds instead of nine
  --only <words>   only the comparisons whose description holds these words
  --json <file>    where the figures go as JSON. Default: .cache/bench-api.json

Postgres is started for it, with fsync and synchronous_commit on, and removed at the end.
`;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    json: {
      type: 'string',
      default: join(import.meta.dirname, '..', '..', '..', '.cache', 'bench-api.json'),
    },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** A device sends its pushes one after the other; four keep the API busy with large ones. */
const LOADS: readonly PushLoad[] = (['hot', 'many'] as const).flatMap((scopes) => [
  { row: 'S2', target: 0.5, size: 1_000, deviceCount: 4, pushesPerDevice: 3, scopes },
  { row: 'S2', target: null, size: 100, deviceCount: 4, pushesPerDevice: 20, scopes },
  { row: 'S3', target: 0.6, size: 1, deviceCount: DEVICE_COUNT, pushesPerDevice: 50, scopes },
]);

interface Results {
  readonly comparisons: readonly Measured[];
  /** Null: `--only` left it out. */
  readonly delay: Delay | null;
}

async function run(): Promise<Results> {
  const world = await openWorld();
  const bar = new SingleBar({ format: '{bar} {value}/{total} rounds  {what}' }, Presets.shades_classic);
  try {
    const numbers = new Numbers();
    const chosen = [
      compareDeltas(world, 1_000),
      compareDeltas(world, 5_000),
      ...LOADS.map((load) => comparePushes(world, load, numbers)),
    ].filter(({ what }) => what.includes(options.only));
    const rounds = options.quick ? 3 : 9;
    bar.start(chosen.length * (rounds + 1), 0, { what: '' });
    const comparisons: Measured[] = [];
    for (const comparison of chosen) {
      const onRound = () => bar.increment(1, { what: comparison.what });
      comparisons.push(await measure(comparison, { server: world.server, rounds, onRound }));
    }
    const changes = options.quick ? 50 : 200;
    const delay = 'S4 delay'.includes(options.only) ? await measureDelay(world, changes, numbers) : null;
    return { comparisons, delay };
  } finally {
    bar.stop();
    await world.close();
  }
}

async function main(): Promise<void> {
  if (options.help) return void process.stdout.write(USAGE);
  const loadBefore = loadavg()[0] ?? 0;
  const { comparisons, delay } = await run();
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, loadBefore };
  await mkdir(dirname(options.json), { recursive: true });
  await writeFile(options.json, `${JSON.stringify({ machine, comparisons, delay }, null, 2)}\n`);
  if (comparisons.length > 0) process.stdout.write(`${renderTable(comparisons)}\n`);
  if (delay !== null) process.stdout.write(`${renderDelay(delay)}\n`);
  process.stdout.write(
    `${machine.cores} cores, ${machine.cpu}, Node ${machine.node}, load before ${loadBefore.toFixed(1)}. ` +
      'Rows/s are medians, CPU is ms per 1,000 rows, ratios are of the same round.\n',
  );
}

// Postgres is stopped when this process exits, which a signal by itself does not let it do.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
await main();
