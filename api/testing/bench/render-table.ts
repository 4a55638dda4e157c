import type { Delay } from './measure-delay.ts';
import type { Measured } from './measure.ts';

const HEADINGS = [
  '',
  'what',
  'raw rows/s',
  'API rows/s',
  'raw CPU',
  'API CPU',
  'ratio (lowest, highest)',
  'target',
];

/** One line a comparison; CPU in milliseconds per 1,000 rows. */
export function renderTable(results: readonly Measured[]): string {
  const lines = [HEADINGS, ...results.map(cells)];
  const widths = HEADINGS.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return lines
    .map((line) =>
      line.map((cell, at) => (at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))),
    )
    .map((line) => `${line.join('  ').trimEnd()}\n`)
    .join('');
}

export function renderDelay({ row, changes, p50Ms, p99Ms }: Delay): string {
  return (
    `${row}  a change to another device, ${changes} changes: ` +
    `p50 ${p50Ms.toFixed(1)} ms (target 15), p99 ${p99Ms.toFixed(1)} ms (target 60)`
  );
}

function cells({ row, what, limit, api, target, ...ratios }: Measured): string[] {
  const range = `(${ratios.lowestRatio.toFixed(2)}, ${ratios.highestRatio.toFixed(2)})`;
  return [
    row,
    what,
    whole(limit.rowsPerSecond),
    whole(api.rowsPerSecond),
    limit.cpuMsPer1000Rows.toFixed(1),
    api.cpuMsPer1000Rows.toFixed(1),
    `${ratios.ratio.toFixed(2)} ${range}`,
    target === null ? '' : `${target.toFixed(2)} ${ratios.ratio >= target ? 'met' : 'missed'}`,
  ];
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}
