import type { BenchServer } from './bench-server.ts';

/** Two ways to do the same, to be measured beside each other. */
export interface Comparison {
  /** Its row in the table of targets, such as `S1`. */
  readonly row: string;
  readonly what: string;
  /** What the ratio is meant to be at least; null: only told. */
  readonly target: number | null;
  /** Makes ready what both sides need for one round; nothing of it is timed. */
  prepare(): Promise<Round>;
}

export interface Round {
  /** Does the work by the raw driver, and answers the number of rows. */
  readonly limit: () => Promise<number>;
  /** Does the same through the API. */
  readonly api: () => Promise<number>;
  /** Throws when an answer was not as it should be. */
  readonly check: () => void;
}

export interface Side {
  readonly rowsPerSecond: number;
  /** Of the process that answers: the API's, or the one that uses the driver. */
  readonly cpuMsPer1000Rows: number;
}

/** Medians over the rounds. */
export interface Measured {
  readonly row: string;
  readonly what: string;
  readonly limit: Side;
  readonly api: Side;
  /** The API's rows per second, as a part of the limit's in the same round. */
  readonly ratio: number;
  readonly lowestRatio: number;
  readonly highestRatio: number;
  readonly target: number | null;
}

/** Measures both sides in turn, the first one changing from round to round; a round before the first is not counted. */
export async function measure(
  comparison: Comparison,
  { server, rounds, onRound }: { server: BenchServer; rounds: number; onRound: () => void },
): Promise<Measured> {
  const limits: Side[] = [];
  const apis: Side[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const { limit, api, check } = await comparison.prepare();
    const measureLimit = async () => limits.push(await timed(limit, ownCpuMs));
    const measureApi = async () => apis.push(await timed(api, server.cpuMs));
    for (const side of round % 2 === 0 ? [measureLimit, measureApi] : [measureApi, measureLimit]) {
      await side();
    }
    check();
    onRound();
  }
  return summary(comparison, limits.slice(1), apis.slice(1));
}

async function timed(work: () => Promise<number>, cpuMs: () => Promise<number>): Promise<Side> {
  const cpuBefore = await cpuMs();
  const begun = performance.now();
  const rows = await work();
  const ms = performance.now() - begun;
  const cpu = (await cpuMs()) - cpuBefore;
  return { rowsPerSecond: (rows / ms) * 1_000, cpuMsPer1000Rows: (cpu / rows) * 1_000 };
}

async function ownCpuMs(): Promise<number> {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function summary(
  { row, what, target }: Comparison,
  limits: readonly Side[],
  apis: readonly Side[],
): Measured {
  const ratios = apis.map((api, at) => api.rowsPerSecond / (limits[at]?.rowsPerSecond ?? Number.NaN));
  return {
    ...{ row, what, target },
    limit: medianSide(limits),
    api: medianSide(apis),
    ratio: median(ratios),
    lowestRatio: Math.min(...ratios),
    highestRatio: Math.max(...ratios),
  };
}

function medianSide(sides: readonly Side[]): Side {
  return {
    rowsPerSecond: median(sides.map(({ rowsPerSecond }) => rowsPerSecond)),
    cpuMsPer1000Rows: median(sides.map(({ cpuMsPer1000Rows }) => cpuMsPer1000Rows)),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
