/** The order of lists on the device, equal to the server's. Pure. */
import type { Json } from './manifest.ts';
import type { Order, VisibleRecord } from './model.ts';
import { fieldValue } from './field-value.ts';

export const DEFAULT_ORDER: readonly Order[] = [{ field: 'updatedAt', direction: 'DESC' }];

type Comparison = (a: VisibleRecord, b: VisibleRecord) => number;

/** Ties end by id, then scope, both ascending. */
export function compareRecords(orderBy: readonly Order[]): Comparison {
  const parts = orderBy.map(({ field, direction }): Comparison => {
    const compare = comparisonOf(field);
    return direction === 'ASC' ? compare : (a, b) => compare(b, a);
  });
  const [first, ...others] = parts;
  return (a, b) => {
    let order = first?.(a, b) ?? 0;
    for (let index = 0; order === 0 && index < others.length; index++) order = others[index]?.(a, b) ?? 0;
    return order || compareAscii(a.id, b.id) || compareAscii(a.scope, b.scope);
  };
}

function comparisonOf(field: string): Comparison {
  switch (field) {
    case 'id':
    case 'scope':
    case 'createdAt':
    case 'updatedAt':
      return (a, b) => compareAscii(a[field], b[field]);
    default:
      return (a, b) => compareValues(fieldValue(a, field), fieldValue(b, field));
  }
}

/** Ids, scopes and canonical times: the engine's own order of strings is theirs, and much faster. */
function compareAscii(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
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
