/** The meaning of filters on the device, equal to the server's. Pure. */
import type { Json } from './manifest.ts';
import type { FieldCondition, Filter, VisibleRecord } from './model.ts';
import { isSame } from './merge-values.ts';
import { compareValues } from './order.ts';
import { fieldValue } from './field-value.ts';

type Test<T> = (value: T) => boolean;

/** The filter as a function. Two-valued logic: a comparison with null is false, `not` of it true. */
export function matcher(filter: Filter): Test<VisibleRecord> {
  const parts = Object.entries(filter)
    .filter(([, part]) => part !== undefined && part !== null)
    .map(([name, part]) => partOf(name, part));
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  return (record) => parts.every((meets) => meets(record));
}

function partOf(name: string, part: unknown): Test<VisibleRecord> {
  switch (name) {
    case 'and': {
      const inner = listOf(part).map(matcher);
      return (record) => inner.every((meets) => meets(record));
    }
    case 'or': {
      const inner = listOf(part).map(matcher);
      return (record) => inner.some((meets) => meets(record));
    }
    case 'not': {
      const meets = matcher(part as Filter);
      return (record) => !meets(record);
    }
    default: {
      const tests = conditionsOf(part as FieldCondition);
      return (record) => {
        const value = fieldValue(record, name);
        return tests.every((meets) => meets(value));
      };
    }
  }
}

function listOf(part: unknown): readonly Filter[] {
  return (Array.isArray(part) ? part : [part]) as readonly Filter[];
}

function conditionsOf(condition: FieldCondition): readonly Test<Json>[] {
  return Object.entries(condition).flatMap(([operator, operand]) => {
    const make = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
    return operand === undefined || make === undefined ? [] : [make(operand as Json)];
  });
}

/** What each operator makes of its operand. */
const OPERATORS: Readonly<Record<string, (operand: Json) => Test<Json>>> = {
  eq: (operand) => (value) => isSame(value, operand),
  in: (operand) => (value) =>
    Array.isArray(operand) && operand.some((item: Json) => value !== null && isSame(value, item)),
  lt: compared((order) => order < 0),
  lte: compared((order) => order <= 0),
  gt: compared((order) => order > 0),
  gte: compared((order) => order >= 0),
  contains: containing,
  isNull: (operand) => (value) => operand === null || (value === null) === operand,
};

function compared(judge: Test<number>): (operand: Json) => Test<Json> {
  return (operand) => (value) => value !== null && operand !== null && judge(compareValues(value, operand));
}

function containing(operand: Json): Test<Json> {
  if (operand === null) return () => false;
  const isInText = typeof operand === 'string' ? textContaining(lowered(operand)) : () => false;
  return (value) => {
    if (typeof value === 'string') return isInText(value);
    return Array.isArray(value) && value.some((item: Json) => isSame(item, operand));
  };
}

/** `sought` is lowered. Looking for ASCII an expression need not lower each text first: four times faster. */
function textContaining(sought: string): Test<string> {
  if (!/^[ -~]*$/.test(sought)) return (text) => lowered(text).includes(sought);
  const literal = sought.replace(/[^a-z0-9 ]/g, String.raw`\$&`);
  // Beside its capital, only of these two another letter is the lowercase: of the Kelvin sign and of U+0130.
  const pattern = literal.replaceAll('k', '[k\u212a]').replaceAll('i', '[i\u0130]');
  const expression = new RegExp(pattern, 'i');
  return (text) => expression.test(text);
}

/**
 * Simple lowercase, code point by code point, as `lower(x COLLATE "pg_c_utf8")` does. Where JavaScript lowers one to several (only
 * U+0130 does), the simple mapping is the first of them.
 */
export function lowered(text: string): string {
  // All at once differs only for a capital sigma, which looks at its neighbours, and for U+0130.
  if (!text.includes('\u03a3') && !text.includes('\u0130')) return text.toLowerCase();
  let result = '';
  for (const point of text) {
    const [first = point] = point.toLowerCase();
    result += first;
  }
  return result;
}
