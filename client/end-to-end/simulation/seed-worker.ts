/** A process that judges seeds for `runSeeds`: a processor has one. */
import { judgeSeed, type SeedResult } from './judge.ts';
import { RareCounts } from './rare-paths.ts';

/** What is asked: so many seeds from one on. */
export interface SeedOrder {
  readonly from: number;
  readonly count: number;
  /** Each is run once: nobody asks whether the same seed is the same run. */
  readonly isOnce?: boolean;
}

export interface SeedReport {
  readonly count: number;
  readonly failed: readonly SeedResult[];
  readonly rare: Readonly<Record<string, number>>;
  readonly turns: number;
  /** Processor time, milliseconds. */
  readonly cpuMs: number;
}

async function judgeAll({ from, count, isOnce = false }: SeedOrder): Promise<SeedReport> {
  const rare = new RareCounts();
  const failed: SeedResult[] = [];
  let turns = 0;
  const cpu = process.cpuUsage();
  for (let seed = from; seed < from + count; seed++) {
    const result = await judgeSeed(seed, { isOnce });
    rare.add(result.rare);
    turns += result.turns;
    if (result.violations.length > 0) failed.push({ ...result, rare: {} });
  }
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = (user + system) / 1_000;
  return { count, failed, rare: Object.fromEntries(rare.counts), turns, cpuMs };
}

process.on('message', (order: SeedOrder) => {
  void judgeAll(order).then((report) => process.send?.(report));
});

process.on('disconnect', () => process.exit());
