import type { FieldModel, Json } from './model.ts';

/** What a new record holds when its creating change leaves the field out; undefined: it has to be named. */
export function defaultOf(field: FieldModel): Json | undefined {
  return field.default ?? (field.nullable ? null : undefined);
}
