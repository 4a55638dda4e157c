/** The meaning of filters on the device, equal to the server's. Pure. */
import type { Json } from './manifest.ts';
import type { FieldCondition, Filter, VisibleRecord } from './model.ts';
import { isSame } from './merge-values.ts';
import { compareValues } from './order.ts';
import { fieldValue } from './field-value.ts';

/** Two-valued logic: a comparison with null is false, `not` of it true. */
export function matches(record: VisibleRecord, filter: Filter): boolean {
  return Object.entries(filter).every(([name, part]) => {
    if (part === undefined || part === null) return true;
    if (name === 'and') return listOf(part).every((inner) => matches(record, inner));
    if (name === 'or') return listOf(part).some((inner) => matches(record, inner));
    if (name === 'not') return !matches(record, part as Filter);
    return meets(fieldValue(record, name), part as FieldCondition);
  });
}

function listOf(part: unknown): readonly Filter[] {
  return (Array.isArray(part) ? part : [part]) as readonly Filter[];
}

function meets(value: Json, condition: FieldCondition): boolean {
  return Object.entries(condition).every(([operator, operand]) => {
    const judge = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
    return operand === undefined || judge === undefined || judge(value, operand as Json);
  });
}

const OPERATORS: Readonly<Record<string, (value: Json, operand: Json) => boolean>> = {
  eq: (value, operand) => isSame(value, operand),
  in: (value, operand) =>
    Array.isArray(operand) && operand.some((item: Json) => value !== null && isSame(value, item)),
  lt: compared((order) => order < 0),
  lte: compared((order) => order <= 0),
  gt: compared((order) => order > 0),
  gte: compared((order) => order >= 0),
  contains: isContaining,
  isNull: (value, operand) => operand === null || (value === null) === operand,
};

function compared(judge: (order: number) => boolean): (value: Json, operand: Json) => boolean {
  return (value, operand) => value !== null && operand !== null && judge(compareValues(value, operand));
}

function isContaining(value: Json, operand: Json): boolean {
  if (value === null || operand === null) return false;
  if (Array.isArray(value)) return value.some((item: Json) => isSame(item, operand));
  return (
    typeof value === 'string' && typeof operand === 'string' && lowered(value).includes(lowered(operand))
  );
}

/**
 * Simple lowercase, code point by code point, as `lower(x COLLATE "pg_c_utf8")` does. Where JavaScript lowers one to several (only
 * U+0130 does), the simple mapping is the first of them.
 */
export function lowered(text: string): string {
  let result = '';
  for (const point of text) {
    const [first = point] = point.toLowerCase();
    result += first;
  }
  return result;
}
