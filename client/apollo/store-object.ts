import type { StoreObject } from '@apollo/client';
import type { FieldManifest, Json, TypeManifest } from '../sync/manifest.ts';
import type { VisibleRecord } from '../sync/model.ts';

type Fields = Readonly<Record<string, FieldManifest>>;

/** The field of a nested object in the cache that holds its record's scope, for references from inside of it. */
export const SCOPE_OF_RECORD = '__scope';

/** A visible record in the form in which Apollo's cache stores it. `syncState` is left out: it is always asked for. */
export function storeObject(record: VisibleRecord, type: TypeManifest): StoreObject {
  const { id, scope, version, createdAt, updatedAt, deletedAt } = record;
  const values = storedValues(record.values, type.fields, scope);
  return { __typename: type.name, id, scope, version, createdAt, updatedAt, deletedAt, ...values };
}

function storedValues(
  values: Readonly<Record<string, Json>>,
  fields: Fields | undefined,
  scope: string,
): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, storedValue(value, fields?.[name], scope)]),
  );
}

function storedValue(value: Json, field: FieldManifest | undefined, scope: string): Json {
  if (field?.kind !== 'object' || value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map((item) => storedValue(item, field, scope));
  const own = { __typename: field.objectType ?? '', [SCOPE_OF_RECORD]: scope };
  return { ...own, ...storedValues(value, field.fields, scope) };
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
