import type { FieldManifest, Manifest, TypeManifest } from '../sync/manifest.ts';

/** Fields that every synced record has beside its type's own. */
export const RECORD_FIELDS = ['id', 'scope', 'version', 'createdAt', 'updatedAt', 'deletedAt'] as const;

/** What every selection of a synced type has to name, unaliased, so that the device recognizes the record. */
export const IDENTITY_FIELDS = ['id', 'scope', 'version'] as const;

/** The interface that all synced types implement. */
export const RECORD_INTERFACE = 'SyncRecord';

/** The `@client` field that tells a record's state. */
export const STATE_FIELD = 'syncState';

type Fields = Readonly<Record<string, FieldManifest>>;

/** Resolves the id held by `idField`, beside it, to a record of `type`; `scope` absent: the record's own. */
export interface ReferenceField {
  readonly kind: 'reference';
  readonly name: string;
  readonly idField: string;
  readonly type: string;
  readonly scope: string | undefined;
}

export type OwnField = { readonly kind: 'value'; readonly field: FieldManifest } | ReferenceField;

/** What a field of a synced type is to the device. */
export type DeviceField =
  | { readonly kind: 'record'; readonly name: (typeof RECORD_FIELDS)[number] }
  | { readonly kind: 'state' }
  | OwnField;

/** Tells what the device knows of a field of a synced type; undefined when it is not on the device. */
export function deviceField(type: TypeManifest, name: string): DeviceField | undefined {
  const record = RECORD_FIELDS.find((field) => field === name);
  if (record !== undefined) return { kind: 'record', name: record };
  if (name === STATE_FIELD) return { kind: 'state' };
  return ownField(type.fields, name);
}

/** The same for the fields that a type or a nested object has of its own. */
export function ownField(fields: Fields | undefined, name: string): OwnField | undefined {
  const field = fields?.[name];
  if (field !== undefined) return { kind: 'value', field };
  return references(fields).find((reference) => reference.name === name);
}

/** The fields of a type or a nested object that resolve an id beside them. */
export function references(fields: Fields | undefined): readonly ReferenceField[] {
  return Object.entries(fields ?? {}).flatMap(([idField, field]) => {
    if (field.references === undefined) return [];
    const { type, field: name, scope } = field.references;
    return [{ kind: 'reference', name, idField, type, scope } as const];
  });
}

/** A root field of `Query` or `Mutation` that the device answers. */
export interface SyncedRootField {
  readonly kind: 'single' | 'list' | 'count' | 'upsert';
  readonly type: TypeManifest;
}

/** The synced root fields of a manifest, by name. */
export function syncedRootFields(manifest: Manifest): {
  readonly query: ReadonlyMap<string, SyncedRootField>;
  readonly mutation: ReadonlyMap<string, SyncedRootField>;
} {
  const query = new Map<string, SyncedRootField>();
  const mutation = new Map<string, SyncedRootField>();
  for (const type of Object.values(manifest.types)) {
    query.set(type.single, { kind: 'single', type });
    query.set(type.list, { kind: 'list', type });
    query.set(type.count, { kind: 'count', type });
    mutation.set(type.upsert, { kind: 'upsert', type });
  }
  return { query, mutation };
}
