import type { Json } from './model.ts';

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Equality of JSON values; the order of an object's keys does not count. */
export function equalJson(a: Json, b: Json): boolean {
  if (a === b) {
    return true;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item: Json, at) => equalJson(item, b[at] as Json));
  }
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && equalJson(a[key] as Json, b[key] as Json))
    );
  }
  return false;
}

/** One text for all spellings of a value: object keys sorted by code unit, no spaces. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) {
    return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`;
  }
  if (isObject(value)) {
    const parts = Object.keys(value)
      .filter((key) => value[key] !== undefined)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] as Json)}`);
    return `{${parts.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** NUL cannot be stored by Postgres; a lone surrogate (`\p{Cs}` in a `u` pattern) has no UTF-8. */
const UNSTORABLE = /\0|\p{Cs}/u;

/** Why a value cannot be stored as it is, or null. */
export function unstorable(value: Json, depth: number): string | null {
  if (typeof value === 'string') {
    return UNSTORABLE.test(value) ? 'text must not hold NUL or half of a surrogate pair' : null;
  }
  if (typeof value !== 'object' || value === null) {
    return null;
  }
  if (depth === 0) {
    return 'the value is nested too deeply';
  }
  const parts: readonly Json[] = Array.isArray(value)
    ? value
    : Object.entries(value as { readonly [key: string]: Json }).flat();
  for (const part of parts) {
    const problem = unstorable(part, depth - 1);
    if (problem !== null) {
      return problem;
    }
  }
  return null;
}

export function isDeeperThan(value: Json, depth: number): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  return depth === 0 || Object.values(value).some((part: Json) => isDeeperThan(part, depth - 1));
}

/** Length in UTF-8 bytes. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : unit >= 0xd800 && unit < 0xe000 ? 2 : 3;
  }
  return bytes;
}

/** Whether the text takes more than `limit` UTF-8 bytes; counts only when its length leaves that open. */
export function isLargerThan(text: string, limit: number): boolean {
  return text.length > limit || (text.length * 3 > limit && utf8Bytes(text) > limit);
}
