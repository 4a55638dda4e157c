import type { FieldFunctionOptions, FieldPolicy, Reference, TypePolicies, TypePolicy } from '@apollo/client';
import type { FieldManifest, Manifest, TypeManifest } from '../sync/manifest.ts';
import type { RecordRef, SyncEngine } from '../sync/model.ts';
import { KEY_FIELDS, cacheId } from './cache-id.ts';
import type { ReferenceField } from './device-fields.ts';
import { STATE_FIELD, references } from './device-fields.ts';
import { listQuery, singleArguments } from './query-arguments.ts';
import { SCOPE_OF_RECORD } from './store-object.ts';

/** The reading half of the engine: all that the cache asks it. */
export type LocalReads = Pick<SyncEngine, 'manifest' | 'ownScope' | 'read' | 'single' | 'list' | 'count'>;

/** What the policies stand on: the engine's answers, and a cache that takes a record in before it is referred to. */
export interface PolicySource {
  readonly reads: LocalReads;
  ensure(ref: RecordRef): Reference | undefined;
}

/** What `storage` of a list field remembers, so that an unchanged list stays the same array. */
interface ListMemory {
  references?: readonly Reference[];
}

type Read = NonNullable<FieldPolicy['read']>;

/** The synced types' answers for Apollo's cache: their fields are read from the engine, never from what was written. */
export function syncedTypePolicies(source: PolicySource): TypePolicies {
  const policies: Record<string, TypePolicy> = {};
  const root: Record<string, FieldPolicy> = {};
  for (const type of Object.values(source.reads.manifest.types)) {
    root[type.list] = rootField(listRead(source, type));
    root[type.single] = rootField(singleRead(source, type));
    root[type.count] = rootField(countRead(source, type));
    policies[type.name] = { keyFields: [...KEY_FIELDS], fields: recordFields(source, type) };
  }
  for (const name of unkeyedTypes(source.reads.manifest)) policies[name] = { keyFields: false };
  for (const { objectType, fields } of nestedObjects(source.reads.manifest)) {
    if (objectType === undefined) continue;
    policies[objectType] = { keyFields: false, fields: referenceFields(source, fields, SCOPE_OF_RECORD) };
  }
  return { ...policies, Query: { fields: root } };
}

/** Types that carry an `id` but are no entities: results and payloads of upserts, deltas, nested objects. */
export function unkeyedTypes(manifest: Manifest): readonly string[] {
  const perType = Object.values(manifest.types).flatMap(({ name, upsertPayload }) => [
    upsertPayload,
    `${name}UpsertResult`,
    `${name}Delta`,
  ]);
  const nested = nestedObjects(manifest).flatMap(({ objectType }) => objectType ?? []);
  return [...new Set([...perType, ...nested, 'DeltaPoint', 'FieldConflict', 'UpsertError'])];
}

/** The fields of all types that hold nested objects, at any depth. */
function nestedObjects({ types }: Manifest): readonly FieldManifest[] {
  const within = (fields: TypeManifest['fields'] | undefined): readonly FieldManifest[] =>
    Object.values(fields ?? {})
      .filter(({ kind }) => kind === 'object')
      .flatMap((field) => [field, ...within(field.fields)]);
  return Object.values(types).flatMap(({ fields }) => within(fields));
}

function rootField(read: Read): FieldPolicy {
  // What a result said is forgotten: kept, it would only hold references that nobody reads.
  return { read, merge: () => null };
}

function listRead({ reads, ensure }: PolicySource, type: TypeManifest): Read {
  return (_existing, { args, storage }) => {
    const answer = reads.list(listQuery(type.name, args));
    if (answer.status !== 'ready') return undefined;
    const references = answer.value.flatMap((ref) => ensure(ref) ?? []);
    const memory: ListMemory = storage;
    if (isSameList(memory.references, references)) return memory.references;
    memory.references = references;
    return references;
  };
}

function isSameList(before: readonly Reference[] | undefined, now: readonly Reference[]): boolean {
  return (
    before?.length === now.length && before.every((reference, index) => reference.__ref === now[index]?.__ref)
  );
}

function singleRead(source: PolicySource, type: TypeManifest): Read {
  return (_existing, options) => {
    const { id, scope } = singleArguments(options.args);
    const target = { type: type.name, id, scope: type.scope ?? scope ?? source.reads.ownScope };
    followRecord(options, target);
    const answer = source.reads.single(type.name, id, scope);
    if (answer.status !== 'ready') return undefined;
    return answer.value === null ? null : source.ensure(answer.value);
  };
}

function countRead({ reads }: PolicySource, type: TypeManifest): Read {
  return (_existing, { args }) => {
    const answer = reads.count(listQuery(type.name, args));
    return answer.status === 'ready' ? answer.value : undefined;
  };
}

function recordFields(source: PolicySource, type: TypeManifest): Record<string, FieldPolicy> {
  return {
    [STATE_FIELD]: { read: stateRead(source, type) },
    ...referenceFields(source, type.fields, 'scope'),
  };
}

/** `scopeField` holds the scope of the record in which the references stand. */
function referenceFields(
  source: PolicySource,
  fields: TypeManifest['fields'] | undefined,
  scopeField: string,
): Record<string, FieldPolicy> {
  return Object.fromEntries(
    references(fields).map((target) => [target.name, { read: referenceRead(source, target, scopeField) }]),
  );
}

function stateRead({ reads }: PolicySource, type: TypeManifest): Read {
  return (_existing, { readField }) => {
    const id = readField<string>('id');
    const scope = readField<string>('scope');
    if (id === undefined || scope === undefined) return undefined;
    return reads.read({ type: type.name, scope, id })?.state ?? 'SYNCED';
  };
}

function referenceRead(source: PolicySource, target: ReferenceField, scopeField: string): Read {
  return (existing, options) => {
    const id = options.readField<string | null>(target.idField);
    const scope = target.scope ?? options.readField<string>(scopeField);
    if (id === undefined || scope === undefined) return existing;
    if (id === null) return null;
    followRecord(options, { type: target.type, scope, id });
    const answer = source.reads.single(target.type, id, scope);
    if (answer.status === 'loading') return undefined;
    // A record of a scope that is not on the device may have come with another query's result.
    if (answer.status === 'error') return existing ?? null;
    // A reference may outlive its target (R27): it then reads null, as on the server.
    return answer.value === null ? null : source.ensure(answer.value);
  };
}

/** Makes the field being read depend on a record, present or not: each change of it touches its `syncState`. */
function followRecord({ readField }: FieldFunctionOptions, ref: RecordRef): void {
  readField(STATE_FIELD, { __ref: cacheId(ref) });
}
