/** What a push's changes say of themselves: numbers, payloads, names. */
import type { Json } from '../sync/manifest.ts';
import type { SentChange, Verdict } from './reference-push.ts';
import type { Row, Wire } from './reference-rules.ts';

export function numberOf({ wire }: SentChange): number {
  return Number(wire['seq']);
}

/** What a number is bound to (R12). */
export function payloadOf({ type, wire }: SentChange): string {
  return `${type.manifest.name} ${sorted(wire)}`;
}

export function isRising(changes: readonly SentChange[]): boolean {
  return changes.every((change, at) => {
    const before = changes[at - 1];
    return before === undefined || numberOf(before) < numberOf(change);
  });
}

export function isUnique(changes: readonly SentChange[]): boolean {
  return new Set(changes.map(numberOf)).size === changes.length;
}

/** Fields that the changes of one push name of a record (I18); undefined when it is new. */
export function namedBy(changes: readonly SentChange[], row: Row): readonly string[] {
  const own = changes.filter(
    ({ type, wire }) => type.manifest.name === row.type && wire['id'] === row.wire['id'],
  );
  return own.flatMap(({ wire }) => Object.keys(wire));
}

export function isAccepted({ outcome }: Verdict): boolean {
  return outcome !== 'REJECTED' && outcome !== 'CONFLICT';
}

export function sorted(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value as Wire).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${sorted(part)}`).join()}}`;
}
