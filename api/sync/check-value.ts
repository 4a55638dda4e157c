import type { FieldKind, FieldModel, Json, Violation } from './model.ts';
import { isId } from './limits.ts';

const MAX_INT = 2_147_483_647;
const TIME = /^(?!0000)\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** Whether the text is a time in milliseconds, UTC, such as `2026-01-31T12:00:00.000Z`, years 0001 to 9999. */
export function isCanonicalTime(value: Json): boolean {
  if (typeof value !== 'string' || !TIME.test(value)) {
    return false;
  }
  const date = new Date(value);
  return !Number.isNaN(date.getTime()) && date.toISOString() === value;
}

/** Checks one value against its field's kind; null when it is good. */
export function checkValue(field: FieldModel, value: Json): Violation | null {
  const message = problemOf(field, value);
  return message === null ? null : { field: field.name, message: `${field.name} ${message}` };
}

function problemOf(field: FieldModel, value: Json): string | null {
  if (value === null) {
    return field.nullable ? null : 'must not be null';
  }
  if (!field.list) {
    return problemOfOne(field, value);
  }
  if (!Array.isArray(value)) {
    return 'must be a list';
  }
  for (const item of value as readonly Json[]) {
    const problem = item === null ? 'must not hold null' : problemOfOne(field, item);
    if (problem !== null) {
      return problem;
    }
  }
  return null;
}

/** Per kind: what a value of it is, said as "must be …", and whether this is one. */
const KINDS: Readonly<
  Record<Exclude<FieldKind, 'object'>, readonly [string, (value: Json, field: FieldModel) => boolean]>
> = {
  id: ['an id: 1 to 64 of A-Z a-z 0-9 _ -', isId],
  string: ['text', (value) => typeof value === 'string'],
  int: ['a 32-bit integer', (value) => Number.isInteger(value) && Math.abs(value as number) <= MAX_INT],
  float: ['a finite number', Number.isFinite],
  boolean: ['true or false', (value) => typeof value === 'boolean'],
  dateTime: ['a time such as 2026-01-31T12:00:00.000Z', isCanonicalTime],
  enum: ['one of its values', (value, field) => field.values?.includes(value as string) === true],
  json: ['JSON', () => true],
};

function problemOfOne(field: FieldModel, value: Json): string | null {
  if (field.kind === 'object') {
    return problemOfObject(field.fields ?? [], value);
  }
  const [what, isGood] = KINDS[field.kind];
  return isGood(value, field) ? null : `must be ${what}`;
}

function problemOfObject(fields: readonly FieldModel[], value: Json): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'must be an object';
  }
  const given = value as { readonly [key: string]: Json };
  const unknown = Object.keys(given).find((key) => !fields.some(({ name }) => name === key));
  if (unknown !== undefined) {
    return 'holds a field that its type does not have';
  }
  for (const field of fields) {
    const problem = problemOf(field, given[field.name] ?? null);
    if (problem !== null) {
      return `${field.name} ${problem}`;
    }
  }
  return null;
}
