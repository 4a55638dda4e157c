import { diff3Merge } from 'node-diff3';

/** As long as the server merges a text; above that the last write stands. */
const MAX_MERGE_LENGTH = 64_000;
/** A line with the line breaks before it, so that two texts that both had something appended differ by an insertion only. */
const LINES = /\n*[^\n]+|\n+/gu;
const WORDS = /\n|[^\S\n]+|[\p{L}\p{N}\p{M}_]+|[^\s\p{L}\p{N}\p{M}_]/gu;
/** Bounds a diff to some tens of milliseconds: it has no way to stop in between. */
const MAX_DIFF_STEPS = 20_000_000;

interface Sides {
  readonly base: string;
  readonly yours: string;
  readonly theirs: string;
}

/**
 * Three-way merge of text, by lines and, where both sides changed the same lines, by words: what the server does with an opposed
 * field whose merger is `text` (R22), case by case (`schema/merge-cases.json`). Null when it would cost too much: yours stands.
 */
export function mergeText(sides: Sides): string | null {
  const { base, yours, theirs } = sides;
  if (theirs === base || theirs === yours) return yours;
  if (yours === base) return theirs;
  if (Math.max(base.length, yours.length, theirs.length) > MAX_MERGE_LENGTH) return null;
  return mergeTokens(sides, LINES);
}

function mergeTokens(sides: Sides, token: RegExp): string | null {
  const base = sides.base.match(token) ?? [];
  const yours = sides.yours.match(token) ?? [];
  const theirs = sides.theirs.match(token) ?? [];
  if (diffSteps(base, yours) + diffSteps(base, theirs) > MAX_DIFF_STEPS) return null;
  return diff3Merge<string>(theirs, base, yours, { excludeFalseConflicts: true })
    .map(({ ok, conflict }) => (conflict === undefined ? (ok ?? []).join('') : mergeHunk(conflict, token)))
    .join('');
}

function mergeHunk(
  { a, o, b }: { readonly a: string[]; readonly o: string[]; readonly b: string[] },
  token: RegExp,
): string {
  const hunk = { base: o.join(''), yours: b.join(''), theirs: a.join('') };
  if (hunk.base === '') return bothInsertions(hunk);
  return token === LINES ? (mergeTokens(hunk, WORDS) ?? hunk.yours) : hunk.yours;
}

/** Theirs first, unless one holds the other already. */
function bothInsertions({ yours, theirs }: Sides): string {
  if (theirs.startsWith(yours) || theirs.endsWith(yours)) return theirs;
  return yours.startsWith(theirs) || yours.endsWith(theirs) ? yours : theirs + yours;
}

/** An upper bound of what the diff does: pairs of equal tokens, times the candidates looked through for each. */
function diffSteps(a: readonly string[], b: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const item of a) counts.set(item, (counts.get(item) ?? 0) + 1);
  const pairs = b.reduce((sum, item) => sum + (counts.get(item) ?? 0), 0);
  return pairs * Math.min(a.length, b.length);
}
