/** What is measured, with what performance.md asks for, and how it is printed. */

export interface Figure {
  readonly holdfast: number;
  /** The same work on raw IndexedDB and fetch, in the same run; null where there is no such work. */
  readonly raw: number | null;
}

interface Row {
  readonly title: string;
  readonly unit: string;
  readonly isMoreBetter?: true;
  /** The best of six peers at 10,000 notes, measured once on another day. */
  readonly peers?: string;
  /** By number of notes. */
  readonly target?: Readonly<Record<number, number>>;
}

const flat = (value: number): Readonly<Record<number, number>> => ({
  1_000: value,
  10_000: value,
  100_000: value,
});

export const ROWS = {
  'P1 sync': {
    title: 'first sync until durable',
    unit: 'rows/s',
    isMoreBetter: true,
    peers: '20,900',
    target: { 10_000: 30_000, 100_000: 60_000 },
  },
  'P1 frame': { title: 'longest task meanwhile', unit: 'ms', target: flat(50) },
  'P2a p50': {
    title: 'an edit to the screen, p50',
    unit: 'ms',
    peers: '0.4',
    target: { 1_000: 0.5, 10_000: 0.5, 100_000: 1 },
  },
  'P2a p95': { title: 'an edit to the screen, p95', unit: 'ms' },
  'P2b p50': { title: 'an edit to the disk (strict), p50', unit: 'ms', peers: '1.1', target: flat(2) },
  'P2b p95': { title: 'an edit to the disk (strict), p95', unit: 'ms' },
  'P2c close': {
    title: 'edits lost of those after which the tab is closed at once',
    unit: '%',
    peers: '33',
    target: flat(0),
  },
  'P2c leave': {
    title: 'edits lost of those that leave the page in the same task',
    unit: '%',
    target: flat(0),
  },
  'P3a cold': {
    title: 'cold start offline to the first list',
    unit: 'ms',
    peers: '108',
    target: { 1_000: 75, 10_000: 75, 100_000: 100 },
  },
  'P3b cold': {
    title: 'cold start offline to all data',
    unit: 'ms',
    peers: '144',
    target: { 10_000: 150, 100_000: 1_000 },
  },
  'P3 frame': { title: 'longest task meanwhile', unit: 'ms', target: flat(50) },
  'P4a together': {
    title: '1,000 changes written offline at once',
    unit: 'ms',
    peers: '2,001',
    target: flat(1_000),
  },
  'P4a one by one': { title: '1,000 changes written offline, each awaited', unit: 'ms', peers: '4,445' },
  'P4b 0 ms': { title: '1,000 queued changes sent, no latency', unit: 'ms', peers: '55', target: flat(85) },
  'P4b 50 ms': {
    title: '1,000 queued changes sent, 50 ms latency',
    unit: 'ms',
    peers: '154',
    target: flat(180),
  },
  'P4b requests': { title: 'push requests for 1,000 changes', unit: '', peers: '2', target: flat(3) },
  'P5 list': { title: 'list of 50, from the engine', unit: 'ms', peers: '0.2', target: flat(0.3) },
  'P5 apollo': { title: "list of 50 after an edit, through Apollo's cache", unit: 'ms', target: flat(0.3) },
  'P5 filter': {
    title: 'text filter',
    unit: 'ms',
    peers: '0.9',
    target: { 10_000: 1.5, 100_000: 15 },
  },
  'P6 heap': {
    title: 'heap of the open client',
    unit: 'MB',
    peers: '0.6',
    target: { 10_000: 10, 100_000: 100 },
  },
  'P8 durable': { title: 'bytes put per edit, until durable', unit: 'B', peers: '427', target: flat(2_000) },
  'P8 settled': { title: 'bytes put per edit, until its answer is stored', unit: 'B' },
} as const satisfies Readonly<Record<string, Row>>;

export type RowName = keyof typeof ROWS;
export type Figures = Partial<Record<RowName, Figure>>;

export function printTable(count: number, figures: Figures): string {
  const head = [
    '',
    `${count.toLocaleString('en')} notes`,
    'holdfast',
    'raw',
    'ratio',
    'peers’ best',
    'target',
    '',
  ];
  const lines = (Object.keys(figures) as RowName[]).map((name) => line(name, count, figures[name]));
  return table([head, ...lines]);
}

function line(name: RowName, count: number, figure: Figure | undefined): readonly string[] {
  const row: Row = ROWS[name];
  const { holdfast = Number.NaN, raw = null } = figure ?? {};
  const target = row.target?.[count];
  return [
    name,
    row.title,
    `${shown(holdfast)} ${row.unit}`.trim(),
    raw === null ? '–' : shown(raw),
    raw === null || raw === 0 ? '–' : shown(holdfast / raw),
    row.peers ?? '–',
    ...(target === undefined ? ['–', ''] : [shown(target), verdict(row, holdfast, target)]),
  ];
}

function verdict(row: Row, value: number, target: number): string {
  const isMet = row.isMoreBetter === true ? value >= target : value <= target;
  return isMet ? 'met' : 'missed';
}

function shown(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(2)));
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const text = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${text.join('\n')}\n`;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);
