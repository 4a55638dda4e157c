import type { FieldManifest, Json } from './manifest.ts';
import { mergeText } from './merge-text.ts';

/** An own edit of a field: what it was made on, when that is known, and what it says. */
export interface FieldEdit {
  readonly base: Json | undefined;
  readonly yours: Json;
}

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
export function rebaseValue(field: FieldManifest, edit: FieldEdit, theirs: Json): Json {
  return field.merger === 'text' ? edit.yours : mergeValue(field, edit, theirs);
}

/**
 * Both sides in one value, by the field's merger, as the server merges them (R22; `schema/merge-cases.json`). Yours where there is
 * nothing to combine: without a merger, with one that only the server knows, or when a side is null or unknown.
 */
export function mergeValue({ merger }: FieldManifest, { base, yours }: FieldEdit, theirs: Json): Json {
  if (base === undefined || isSame(base, theirs)) return yours;
  switch (merger) {
    case 'counter':
      return mergeCounter(base, yours, theirs);
    case 'set':
      return mergeSet(base, yours, theirs);
    case 'text':
      return mergeTexts(base, yours, theirs);
    default:
      return yours;
  }
}

function mergeTexts(base: Json, yours: Json, theirs: Json): Json {
  if (typeof base !== 'string' || typeof yours !== 'string' || typeof theirs !== 'string') return yours;
  return mergeText({ base, yours, theirs }) ?? yours;
}

function mergeCounter(base: Json, yours: Json, theirs: Json): Json {
  const areNumbers = typeof base === 'number' && typeof yours === 'number' && typeof theirs === 'number';
  return areNumbers ? theirs + (yours - base) : yours;
}

/** Theirs, without what you removed, then what you added, in your order. */
function mergeSet(base: Json, yours: Json, theirs: Json): Json {
  if (!isList(base) || !isList(yours) || !isList(theirs)) return yours;
  if (isSame(yours, base)) return theirs;
  const kept = theirs.filter((item) => has(yours, item) || !has(base, item));
  const added = yours.filter((item) => !has(base, item));
  const merged = [...kept, ...added];
  return merged.filter((item, index) => merged.findIndex((other) => isSame(other, item)) === index);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function has(list: readonly Json[], item: Json): boolean {
  return list.some((other) => isSame(other, item));
}
