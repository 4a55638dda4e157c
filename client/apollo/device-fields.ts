import type { FieldManifest, Manifest, TypeManifest } from '../sync/manifest.ts';

/** Fields that every synced record has beside its type's own. */
export const RECORD_FIELDS = ['id', 'scope', 'version', 'createdAt', 'updatedAt', 'deletedAt'] as const;

/** What every selection of a synced type has to name, unaliased, so that the device recognizes the record. */
export const IDENTITY_FIELDS = ['id', 'scope', 'version'] as const;

/** The interface that all synced types implement. */
export const RECORD_INTERFACE = 'SyncRecord';

/** The `@client` field that tells a record's state. */
export const STATE_FIELD = 'syncState';

/** What a field of a synced type is to the device. */
export type DeviceField =
  | { readonly kind: 'record'; readonly name: (typeof RECORD_FIELDS)[number] }
  | { readonly kind: 'state' }
  | { readonly kind: 'value'; readonly field: FieldManifest }
  /** Resolves the id held by `idField` to a record of `type`. */
  | {
      readonly kind: 'reference';
      readonly idField: string;
      readonly type: string;
      readonly scope: string | undefined;
    };

/** Tells what the device knows of a field; undefined when it is not on the device. */
export function deviceField(type: TypeManifest, name: string): DeviceField | undefined {
  const record = RECORD_FIELDS.find((field) => field === name);
  if (record !== undefined) return { kind: 'record', name: record };
  if (name === STATE_FIELD) return { kind: 'state' };
  const field = type.fields[name];
  if (field !== undefined) return { kind: 'value', field };
  for (const [idField, { references }] of Object.entries(type.fields)) {
    if (references?.field === name) {
      return { kind: 'reference', idField, type: references.type, scope: references.scope };
    }
  }
  return undefined;
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
