import { diff3Merge } from 'node-diff3';
import { MAX_MERGE_LENGTH } from '../limits.ts';

/**
 * A line with the line breaks before it. Breaks lead, so that two texts that both had something appended differ by an
 * insertion only; runs of blank lines are no tokens of their own, because equal tokens are what makes a diff expensive.
 */
const LINES = /\n*[^\n]+|\n+/gu;
const WORDS = /\n|[^\S\n]+|[\p{L}\p{N}\p{M}_]+|[^\s\p{L}\p{N}\p{M}_]/gu;
/** Bounds a diff to some tens of milliseconds: it has no way to stop in between. */
const MAX_DIFF_STEPS = 20_000_000;

/**
 * Three-way merge of text, by lines and, where both sides changed the same lines, by words (R22). What both inserted at
 * one place is kept, the row's first; where both rewrote the same words, yours stands. Deterministic;
 * `merge(b, x, b) = x`, `merge(b, b, x) = x`, `merge(b, a, a) = a`.
 *
 * @returns null when a text is longer than 64,000 or the diff would cost too much.
 */
export function mergeText(base: string, yours: string, row: string): string | null {
  if (row === base || row === yours) {
    return yours;
  }
  if (yours === base) {
    return row;
  }
  if (Math.max(base.length, yours.length, row.length) > MAX_MERGE_LENGTH) {
    return null;
  }
  return mergeTokens({ base, yours, row }, LINES);
}

interface Sides {
  readonly base: string;
  readonly yours: string;
  readonly row: string;
}

function mergeTokens(sides: Sides, token: RegExp): string | null {
  const base = sides.base.match(token) ?? [];
  const yours = sides.yours.match(token) ?? [];
  const row = sides.row.match(token) ?? [];
  if (diffSteps(base, yours) + diffSteps(base, row) > MAX_DIFF_STEPS) {
    return null;
  }
  return diff3Merge<string>(row, base, yours, { excludeFalseConflicts: true })
    .map(({ ok, conflict }) =>
      conflict === undefined
        ? (ok ?? []).join('')
        : mergeHunk(
            { base: conflict.o.join(''), yours: conflict.b.join(''), row: conflict.a.join('') },
            token,
          ),
    )
    .join('');
}

function mergeHunk(hunk: Sides, token: RegExp): string {
  if (hunk.base === '') {
    return bothInsertions(hunk.yours, hunk.row);
  }
  if (token === LINES) {
    return mergeTokens(hunk, WORDS) ?? hunk.yours;
  }
  return hunk.yours;
}

function bothInsertions(yours: string, row: string): string {
  if (row.startsWith(yours) || row.endsWith(yours)) {
    return row;
  }
  return yours.startsWith(row) || yours.endsWith(row) ? yours : row + yours;
}

/** An upper bound of what the diff does: pairs of equal tokens, times the candidates looked through for each. */
function diffSteps(a: readonly string[], b: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const item of a) {
    counts.set(item, (counts.get(item) ?? 0) + 1);
  }
  let pairs = 0;
  for (const item of b) {
    pairs += counts.get(item) ?? 0;
  }
  return pairs * Math.min(a.length, b.length);
}
