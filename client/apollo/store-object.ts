import type { StoreObject } from '@apollo/client';
import type { FieldManifest, Json, TypeManifest } from '../sync/manifest.ts';
import type { VisibleRecord } from '../sync/model.ts';

type Fields = Readonly<Record<string, FieldManifest>>;

/** A visible record in the form in which Apollo's cache stores it. `syncState` is left out: it is always asked for. */
export function storeObject(record: VisibleRecord, type: TypeManifest): StoreObject {
  const { id, scope, version, createdAt, updatedAt, deletedAt } = record;
  const values = withTypenames(record.values, type.fields);
  return { __typename: type.name, id, scope, version, createdAt, updatedAt, deletedAt, ...values };
}

function withTypenames(values: Readonly<Record<string, Json>>, fields: Fields): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, withTypename(value, fields[name])]),
  );
}

/** A value with the `__typename` of nested objects, which the device does not store. */
export function withTypename(value: Json, field: FieldManifest | undefined): Json {
  if (field?.kind !== 'object' || value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map((item) => withTypename(item, field));
  return { __typename: field.objectType ?? '', ...withTypenames(value, field.fields ?? {}) };
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
