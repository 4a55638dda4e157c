import type { FieldModel, Json, Violation } from './model.ts';
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

function problemOfOne(field: FieldModel, value: Json): string | null {
  switch (field.kind) {
    case 'id':
      return isId(value) ? null : 'must be an id: 1 to 64 of A-Z a-z 0-9 _ -';
    case 'string':
      return typeof value === 'string' ? null : 'must be text';
    case 'int':
      return Number.isInteger(value) && Math.abs(value as number) <= MAX_INT
        ? null
        : 'must be a 32-bit integer';
    case 'float':
      return Number.isFinite(value) ? null : 'must be a finite number';
    case 'boolean':
      return typeof value === 'boolean' ? null : 'must be true or false';
    case 'dateTime':
      return isCanonicalTime(value) ? null : 'must be a time such as 2026-01-31T12:00:00.000Z';
    case 'enum':
      return field.values?.includes(value as string) === true
        ? null
        : `must be one of ${field.values?.join(', ') ?? ''}`;
    case 'json':
      return null;
    case 'object':
      return problemOfObject(field.fields ?? [], value);
  }
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
