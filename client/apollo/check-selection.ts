import type { FieldNode, SelectionSetNode } from 'graphql';
import { Kind } from 'graphql';
import type { FieldManifest, Manifest, TypeManifest } from '../sync/manifest.ts';
import { IDENTITY_FIELDS, STATE_FIELD, deviceField, ownField } from './device-fields.ts';
import { OfflineClientError } from './errors.ts';
import type { SelectionContext } from './selection.ts';
import { collectFields } from './selection.ts';

/** Selections of one object, and where they stand, such as `notes.notebook`. */
interface Place {
  readonly sets: readonly SelectionSetNode[];
  readonly path: string;
}

interface CheckContext extends SelectionContext {
  readonly manifest: Manifest;
}

/**
 * Makes sure that the device can answer a selection of a synced type, whatever the variables: it names `id`, `scope` and
 * `version`, and nothing that is not on the device.
 *
 * @throws OfflineClientError `SELECTION_INCOMPLETE` or `NOT_ON_DEVICE`, saying where.
 */
export function checkSelection(type: TypeManifest, place: Place, context: CheckContext): void {
  const fields = collectFields(
    place.sets,
    { name: type.name, isSynced: true },
    { ...context, variables: null },
  );
  for (const name of IDENTITY_FIELDS) {
    if (fields.get(name)?.some((node) => node.name.value === name) !== true) {
      throw new OfflineClientError(
        'SELECTION_INCOMPLETE',
        `The selection of ${type.name} at \`${place.path}\` lacks \`${name}\`. Run codegen, which adds it, or write it.`,
      );
    }
  }
  for (const [name, nodes] of fields) checkField(type, { name, nodes, path: place.path }, context);
}

/** The same for what an upsert answers with: `results { record { … } }`. */
export function checkUpsertSelection(type: TypeManifest, place: Place, context: CheckContext): void {
  const inner = (from: Place, field: string, on: string): Place => {
    const fields = collectFields(from.sets, { name: on, isSynced: false }, { ...context, variables: null });
    const nodes = [...fields.values()].flat().filter(({ name }) => name.value === field);
    return {
      sets: nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
      path: `${from.path}.${field}`,
    };
  };
  const results = inner(place, 'results', type.upsertPayload);
  const record = inner(results, 'record', `${type.name}UpsertResult`);
  if (record.sets.length > 0) checkSelection(type, record, context);
}

function checkField(
  type: TypeManifest,
  { name, nodes, path }: { name: string; nodes: readonly FieldNode[]; path: string },
  context: CheckContext,
): void {
  const node = nodes[0];
  if (node === undefined || node.name.value === '__typename') return;
  const field = hasArguments(node) ? undefined : deviceField(type, node.name.value);
  const place = { sets: nodes.flatMap(({ selectionSet }) => selectionSet ?? []), path: `${path}.${name}` };
  if (field === undefined) throw notOnDevice(type.name, node, place.path);
  switch (field.kind) {
    case 'record':
      return;
    case 'state':
      if (!isClientField(node)) throw onlyOnClient(place.path);
      return;
    case 'value':
      checkValue(field.field, place, context);
      return;
    case 'reference':
      checkReference(context.manifest.types[field.type], place, context);
  }
}

function checkReference(target: TypeManifest | undefined, place: Place, context: CheckContext): void {
  if (target !== undefined) checkSelection(target, place, context);
}

function onlyOnClient(path: string): OfflineClientError {
  const message = `\`${path}\` is known to the device only: write \`${STATE_FIELD} @client\`.`;
  return new OfflineClientError('NOT_ON_DEVICE', message);
}

function checkValue(field: FieldManifest, place: Place, context: CheckContext): void {
  if (field.kind !== 'object' || field.objectType === undefined) return;
  const type = { name: field.objectType, isSynced: false };
  for (const [name, nodes] of collectFields(place.sets, type, { ...context, variables: null })) {
    const node = nodes[0];
    if (node === undefined || node.name.value === '__typename') continue;
    const inner = hasArguments(node) ? undefined : ownField(field.fields, node.name.value);
    const path = `${place.path}.${name}`;
    if (inner === undefined) throw notOnDevice(type.name, node, path);
    const below = { sets: nodes.flatMap(({ selectionSet }) => selectionSet ?? []), path };
    if (inner.kind === 'value') checkValue(inner.field, below, context);
    else checkReference(context.manifest.types[inner.type], below, context);
  }
}

function hasArguments(node: FieldNode): boolean {
  return (node.arguments ?? []).length > 0;
}

function isClientField({ directives }: FieldNode): boolean {
  return (directives ?? []).some(({ kind, name }) => kind === Kind.DIRECTIVE && name.value === 'client');
}

function notOnDevice(type: string, node: FieldNode, path: string): OfflineClientError {
  const why = hasArguments(node)
    ? 'fields with arguments are answered by the server only'
    : 'only the fields that sync are';
  return new OfflineClientError(
    'NOT_ON_DEVICE',
    `\`${type}.${node.name.value}\` at \`${path}\` is not kept on the device: ${why}. Select it in a query that does not go through a synced type.`,
  );
}
