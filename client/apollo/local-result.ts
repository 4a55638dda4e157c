import type { FieldNode, SelectionSetNode } from 'graphql';
import type { Json, TypeManifest } from '../sync/manifest.ts';
import type { ListQuery, LocalAnswer, VisibleRecord } from '../sync/model.ts';
import type { OwnField } from './device-fields.ts';
import { deviceField, ownField } from './device-fields.ts';
import { OfflineClientError } from './errors.ts';
import { listQuery, singleArguments } from './query-arguments.ts';
import type { SelectionContext } from './selection.ts';
import { argumentsOf, collectFields, isIncluded } from './selection.ts';
import type { LocalField } from './split-document.ts';
import type { LocalReads } from './type-policies.ts';

/** What a local field is answered with. */
export interface AnswerContext extends SelectionContext {
  readonly reads: LocalReads;
  readonly variables: Readonly<Record<string, unknown>>;
}

type Result = Readonly<Record<string, unknown>>;

/** Thrown while the device cannot say yet; `scopes` are those to wait for, undefined being the open ones. */
export class StillLoading extends Error {
  override readonly name = 'StillLoading';
  readonly scopes: readonly string[] | undefined;

  constructor(scopes: readonly string[] | undefined) {
    super('The first download of these scopes has not ended.');
    this.scopes = scopes;
  }
}

/**
 * The device's answer to the local fields of a query, by response name, in the shape the server would give.
 *
 * @throws StillLoading, or OfflineClientError with `NEVER_SYNCED` or `SCOPE_FORBIDDEN`.
 */
export function localResult(fields: readonly LocalField[], context: AnswerContext): Result {
  return Object.fromEntries(
    [...byResponseName(fields, context.variables)].map(([name, group]) => [name, answer(group, context)]),
  );
}

/** Fields that are not left out by a directive. Several of one response name are one field with all their selections. */
export function byResponseName(
  fields: readonly LocalField[],
  variables: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, FieldGroup> {
  const groups = new Map<string, FieldGroup>();
  for (const { node, field } of fields) {
    if (!isIncluded(node.directives, variables)) continue;
    const name = node.alias?.value ?? node.name.value;
    const before = groups.get(name);
    groups.set(name, { node, field, nodes: [...(before?.nodes ?? []), node] });
  }
  return groups;
}

/** A local field and all nodes that select from it. */
export interface FieldGroup extends LocalField {
  readonly nodes: readonly FieldNode[];
}

function answer({ node, nodes, field: { kind, type } }: FieldGroup, context: AnswerContext): unknown {
  const { reads } = context;
  const args = argumentsOf(node, context.variables);
  const sets = selectionsOf(nodes);
  switch (kind) {
    case 'count':
      return ready(reads.count(listQuery(type.name, args)), scopesOf(type, args));
    case 'list':
      return ready(reads.list(listQuery(type.name, args)), scopesOf(type, args)).flatMap((ref) => {
        const record = reads.read(ref);
        return record === undefined ? [] : [shapeRecord(record, sets, context)];
      });
    case 'single': {
      const { id, scope } = singleArguments(args);
      const scopes = [type.scope ?? scope ?? reads.ownScope];
      const record = ready(reads.single(type.name, id, scope), scopes);
      return record === null ? null : shapeRecord(record, sets, context);
    }
    case 'upsert':
      throw new OfflineClientError(
        'NOT_ON_DEVICE',
        `\`${node.name.value}\` is a mutation, not a query field.`,
      );
  }
}

function scopesOf(type: TypeManifest, args: Readonly<Record<string, unknown>>): ListQuery['scopes'] {
  return type.scope === undefined ? listQuery(type.name, args).scopes : [type.scope];
}

function ready<T>(local: LocalAnswer<T>, scopes: readonly string[] | undefined): T {
  if (local.status === 'ready') return local.value;
  if (local.status === 'loading') throw new StillLoading(scopes);
  throw new OfflineClientError(local.code, local.message);
}

/** A record as a result object of the given selections. */
export function shapeRecord(
  record: VisibleRecord,
  sets: readonly SelectionSetNode[],
  context: AnswerContext,
): Result {
  const type = context.reads.manifest.types[record.type];
  const result: Record<string, unknown> = {};
  if (type === undefined) return result;
  for (const [name, nodes] of collectFields(sets, { name: type.name, isSynced: true }, context)) {
    result[name] = shapeField(record, { type, name: nodes[0]?.name.value ?? name, nodes }, context);
  }
  return result;
}

function shapeField(
  record: VisibleRecord,
  { type, name, nodes }: { type: TypeManifest; name: string; nodes: readonly FieldNode[] },
  context: AnswerContext,
): unknown {
  if (name === '__typename') return type.name;
  const field = deviceField(type, name);
  switch (field?.kind) {
    case 'record':
      return record[field.name];
    case 'value':
    case 'reference':
      return shapeOwn(record.values, { field, name, nodes, scope: record.scope }, context);
    case 'state':
    case undefined:
      // Asked for by `@client`, or refused before: neither is part of a server's answer.
      return undefined;
  }
}

/** A field that a record or a nested object has of its own. */
interface Own {
  readonly field: OwnField;
  readonly name: string;
  readonly nodes: readonly FieldNode[];
  /** Of the record in which it stands. */
  readonly scope: string;
}

function shapeOwn(
  values: Readonly<Record<string, Json>>,
  { field, name, nodes, scope }: Own,
  context: AnswerContext,
): unknown {
  if (field.kind === 'value')
    return shapeNested(values[name] ?? null, { field, name, nodes, scope }, context);
  const ref = { id: values[field.idField], type: field.type, scope: field.scope ?? scope };
  return shapeReference(ref, nodes, context);
}

function shapeNested(value: Json, own: Own, context: AnswerContext): unknown {
  if (own.field.kind !== 'value' || own.field.field.kind !== 'object') return value;
  if (isList(value)) return value.map((item) => shapeNested(item, own, context));
  if (value === null || typeof value !== 'object') return value;
  const { objectType = '', fields } = own.field.field;
  const selected = collectFields(selectionsOf(own.nodes), { name: objectType, isSynced: false }, context);
  return Object.fromEntries(
    [...selected].map(([response, nodes]) => {
      const name = nodes[0]?.name.value ?? response;
      const field = ownField(fields, name);
      if (field === undefined) return [response, name === '__typename' ? objectType : null];
      return [response, shapeOwn(value, { field, name, nodes, scope: own.scope }, context)];
    }),
  );
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function shapeReference(
  { id, type, scope }: { id: unknown; type: string; scope: string },
  nodes: readonly FieldNode[],
  context: AnswerContext,
): Result | null {
  if (typeof id !== 'string') return null;
  const found = context.reads.single(type, id, scope);
  if (found.status === 'loading') throw new StillLoading([scope]);
  if (found.status === 'error' || found.value === null) return null;
  return shapeRecord(found.value, selectionsOf(nodes), context);
}

/** Stands in a plain value for a record of a synced type. */
export class RecordValue {
  readonly record: VisibleRecord;

  constructor(record: VisibleRecord) {
    this.record = record;
  }
}

/** A plain value, cut to the selections that its field has; its objects carry their `__typename`. */
export function shapeValue(value: unknown, nodes: readonly FieldNode[], context: AnswerContext): unknown {
  const sets = selectionsOf(nodes);
  if (value instanceof RecordValue) return shapeRecord(value.record, sets, context);
  if (Array.isArray(value)) return value.map((item: unknown) => shapeValue(item, nodes, context));
  if (sets.length === 0 || typeof value !== 'object' || value === null) return value;
  const object = value as Readonly<Record<string, unknown>>;
  const type = { name: String(object['__typename']), isSynced: false };
  return Object.fromEntries(
    [...collectFields(sets, type, context)].map(([name, inner]) => [
      name,
      shapeValue(object[inner[0]?.name.value ?? name] ?? null, inner, context),
    ]),
  );
}

function selectionsOf(nodes: readonly FieldNode[]): readonly SelectionSetNode[] {
  return nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
}
