import type { FieldManifest, Json } from './manifest.ts';

/** Equality of canonical JSON values, objects by content. */
export function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  const left = Object.entries(a as Readonly<Record<string, Json>>);
  const right = b as Readonly<Record<string, Json>>;
  if (Array.isArray(a) !== Array.isArray(b) || left.length !== Object.keys(right).length) return false;
  return left.every(([key, value]) => key in right && isSame(value, right[key]));
}

/**
 * What a field shows when an own edit (base → yours) stands over a value it was not made on. A counter keeps its difference, a set its
 * additions and removals; anything else shows what the person wrote until the server has merged it.
 */
export function rebaseValue(
  field: FieldManifest,
  edit: { base: Json | undefined; yours: Json },
  theirs: Json,
): Json {
  const { base, yours } = edit;
  if (base === undefined || isSame(base, theirs)) return yours;
  if (field.merger === 'counter') return mergeCounter(base, yours, theirs);
  if (field.merger === 'set') return mergeSet(base, yours, theirs);
  return yours;
}

function mergeCounter(base: Json, yours: Json, theirs: Json): Json {
  if (typeof yours !== 'number' || typeof theirs !== 'number') return yours;
  return theirs + yours - (typeof base === 'number' ? base : 0);
}

/** Theirs, without what you removed, then what you added, in your order. */
function mergeSet(base: Json, yours: Json, theirs: Json): Json {
  if (!Array.isArray(yours) || !Array.isArray(theirs)) return yours;
  const old: readonly Json[] = Array.isArray(base) ? base : [];
  const has = (list: readonly Json[], item: Json): boolean => list.some((other) => isSame(other, item));
  const kept = (theirs as readonly Json[]).filter((item) => has(yours, item) || !has(old, item));
  const added = (yours as readonly Json[]).filter((item) => !has(old, item) && !has(kept, item));
  return [...kept, ...added];
}
