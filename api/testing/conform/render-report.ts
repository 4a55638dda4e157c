import type { ConformanceReport } from './run-conformance.ts';

/** `rule | verdict | reason`, a line each, then the types that were left out. */
export function renderReport({ verdicts, leftOut }: ConformanceReport): string {
  const rows = [['rule', 'verdict', 'reason'], ...verdicts.map((row) => [row.rule, row.verdict, row.reason])];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map(([rule = '', verdict = '', reason = '']) =>
    [rule.padEnd(widths[0] ?? 0), verdict.padEnd(widths[1] ?? 0), reason].join('  ').trimEnd(),
  );
  const notes = leftOut.map((note) => `left out  ${note}`);
  const count = (wanted: string) => verdicts.filter(({ verdict }) => verdict === wanted).length;
  const sum = `${count('passed')} passed, ${count('FAILED')} FAILED, ${count('not observable')} not observable`;
  return [...lines, ...notes, sum, ''].join('\n');
}
