import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SeedResult } from './judge.ts';
import { RareCounts } from './rare-paths.ts';
import type { SeedOrder, SeedReport } from './seed-worker.ts';

const WORKER = fileURLToPath(new URL('seed-worker.ts', import.meta.url));
const TYPESCRIPT = new URL('../../../.scripts/typescript.mjs', import.meta.url).href;

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
export async function runSeeds({
  from,
  count,
  workers,
  untilFirst = false,
  isOnce = false,
  onProgress,
}: SeedsOptions): Promise<SeedsSummary> {
  const rare = new RareCounts();
  const failed: SeedResult[] = [];
  const begun = performance.now();
  const chunk = Math.max(1, Math.min(untilFirst ? 5 : 50, Math.ceil(count / workers / 4)));
  let next = from;
  let turns = 0;
  let cpuMs = 0;
  const work = async (): Promise<void> => {
    const child = fork(WORKER, { execArgv: ['--import', TYPESCRIPT] });
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
