/** The order of lists on the device, equal to the server's. Pure. */
import type { Json } from './manifest.ts';
import type { Order, VisibleRecord } from './model.ts';
import { fieldValue } from './field-value.ts';

export const DEFAULT_ORDER: readonly Order[] = [{ field: 'updatedAt', direction: 'DESC' }];

/** Ties end by id, then scope, both ascending. */
export function compareRecords(orderBy: readonly Order[]): (a: VisibleRecord, b: VisibleRecord) => number {
  return (a, b) => {
    for (const { field, direction } of orderBy) {
      const order = compareValues(fieldValue(a, field), fieldValue(b, field));
      if (order !== 0) return direction === 'ASC' ? order : -order;
    }
    return compareText(a.id, b.id) || compareText(a.scope, b.scope);
  };
}

/** Null before every value; text by code point; false before true. */
export function compareValues(a: Json, b: Json): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return Number(a) - Number(b);
}

/** By Unicode code point. UTF-16 units differ from that order only where a surrogate meets a unit above it. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for points above the whole basic plane. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
