import type { FieldKind, FieldModel, Json } from '../sync/model.ts';

const TESTS: Readonly<Record<FieldKind, (value: Json, field: FieldModel) => boolean>> = {
  id: (value) => typeof value === 'string',
  string: (value) => typeof value === 'string',
  int: (value) => typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31,
  float: (value) => typeof value === 'number' && Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  dateTime: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  enum: (value, field) => typeof value === 'string' && field.values?.includes(value) === true,
  json: () => true,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** Whether a value has the shape its field declares; null only where the field is nullable. */
export function isOfKind(value: Json, field: FieldModel): boolean {
  if (value === null) {
    return field.nullable;
  }
  if (!field.list) {
    return TESTS[field.kind](value, field);
  }
  return Array.isArray(value) && value.every((item: Json) => item !== null && TESTS[field.kind](item, field));
}
