import { canonicalJson, equalJson } from '../json.ts';
import type { Json } from '../model.ts';

/**
 * Three-way merge of lists as sets: the row without what you removed, then what you added. Order is the row's, then
 * yours. Idempotent; `merge(b, x, b) = x`, `merge(b, a, a) = a`, additions and removals of both sides survive.
 */
export function mergeSet(
  base: readonly Json[],
  yours: readonly Json[],
  row: readonly Json[],
): readonly Json[] {
  if (equalJson(row, base)) {
    return yours;
  }
  if (equalJson(yours, base)) {
    return row;
  }
  const before = keysOf(base);
  const wanted = keysOf(yours);
  const merged = new Map<string, Json>();
  for (const item of row) {
    const key = canonicalJson(item);
    if (wanted.has(key) || !before.has(key)) {
      merged.set(key, item);
    }
  }
  for (const item of yours) {
    const key = canonicalJson(item);
    if (!before.has(key)) {
      merged.set(key, item);
    }
  }
  return [...merged.values()];
}

function keysOf(items: readonly Json[]): ReadonlySet<string> {
  return new Set(items.map(canonicalJson));
}
