import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { SeedResult } from './judge.ts';
import { RareCounts } from './rare-paths.ts';
import type { SeedOrder, SeedReport } from './seed-worker.ts';

const WORKER = fileURLToPath(new URL('seed-worker.ts', import.meta.url));
/** Within the project: what is built there finds its packages. */
const BUILDS = fileURLToPath(new URL('../../../.cache/', import.meta.url));

export interface SeedsOptions extends SeedOrder {
  /** Processes that share the work. */
  readonly workers: number;
  /** One that fails is enough: the rest is not begun. */
  readonly untilFirst?: boolean;
  /** Seeds that are done since the last call. */
  readonly onProgress?: (done: number, failed: readonly SeedResult[]) => void;
}

/** What a run of many seeds showed. */
export interface SeedsSummary {
  readonly failed: readonly SeedResult[];
  readonly rare: RareCounts;
  readonly turns: number;
  readonly tookMs: number;
  /** Processor time of all processes. */
  readonly cpuMs: number;
}

/** Judges each seed from `from` on, in processes of their own. */
export async function runSeeds(options: SeedsOptions): Promise<SeedsSummary> {
  await mkdir(BUILDS, { recursive: true });
  const folder = await mkdtemp(join(BUILDS, 'seeds-'));
  try {
    return await judgeAll(await bundle(folder), options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One file for all processes. What compiles a file when it is imported names every closure each time it is made: a fifth of a seed's time. */
async function bundle(outDir: string): Promise<string> {
  const how = { ssr: WORKER, outDir, minify: false, target: 'node20' } as const;
  await build({ configFile: false, logLevel: 'error', build: how });
  return join(outDir, 'seed-worker.js');
}

async function judgeAll(
  worker: string,
  { from, count, workers, untilFirst = false, isOnce = false, onProgress }: SeedsOptions,
): Promise<SeedsSummary> {
  const rare = new RareCounts();
  const failed: SeedResult[] = [];
  const begun = performance.now();
  const chunk = Math.max(1, Math.min(untilFirst ? 5 : 20, Math.ceil(count / workers / 4)));
  let next = from;
  let turns = 0;
  let cpuMs = 0;
  const work = async (): Promise<void> => {
    const child = fork(worker, { execArgv: [] });
    const death = died(child);
    // At the end it is ended on purpose.
    death.catch(() => undefined);
    try {
      while (next < from + count && !(untilFirst && failed.length > 0)) {
        const order: SeedOrder = { from: next, count: Math.min(chunk, from + count - next), isOnce };
        next += order.count;
        child.send(order);
        const [report] = (await Promise.race([once(child, 'message'), death])) as [SeedReport];
        rare.add(report.rare);
        failed.push(...report.failed);
        turns += report.turns;
        cpuMs += report.cpuMs;
        onProgress?.(report.count, report.failed);
      }
    } finally {
      child.kill();
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return { failed, rare, turns, cpuMs, tookMs: performance.now() - begun };
}

async function died(child: ReturnType<typeof fork>): Promise<never> {
  const [code] = (await once(child, 'exit')) as [number | null];
  throw new Error(`A process that judged seeds ended (${code ?? 'by a signal'})`);
}
