import type { Types } from '@graphql-codegen/plugin-helpers';
import type { DocumentNode, FieldNode, GraphQLNamedType, GraphQLSchema, SelectionSetNode } from 'graphql';
import {
  GraphQLError,
  Kind,
  TypeInfo,
  buildASTSchema,
  getNamedType,
  isCompositeType,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { IDENTITY_FIELDS, deviceField } from '../apollo/device-fields.ts';
import type { Manifest, TypeManifest } from '../sync/manifest.ts';
import { buildManifest } from './build-manifest.ts';
import { readSyncDocuments } from './sync-documents-file.ts';

/** Thrown for a selection that no device could answer: generating fails, and says where. */
export class NotOnDeviceError extends Error {
  override readonly name = 'NotOnDeviceError';
  readonly code = 'NOT_ON_DEVICE';
}

/**
 * A document transform for GraphQL Code Generator: adds `id`, `scope` and `version` to every selection of a synced type, in
 * fragments too, so that types and sent documents agree, and refuses a field that is not kept on the device.
 *
 * @throws NotOnDeviceError naming the file, line and column.
 */
export function syncedDocuments(options: {
  /** Path of the `sync-documents.json` that the API emitted. */
  readonly syncDocuments: string;
}): Types.DocumentTransformObject {
  return {
    transform({ documents, schema: schemaDocument }) {
      const schema = buildASTSchema(schemaDocument, { assumeValid: true });
      const manifest = buildManifest(schema, readSyncDocuments(options.syncDocuments));
      return documents.map((file) =>
        file.document === undefined
          ? file
          : { ...file, document: addIdentity(file.document, schema, manifest) },
      );
    },
  };
}

/** The same for one document. */
export function addIdentity(document: DocumentNode, schema: GraphQLSchema, manifest: Manifest): DocumentNode {
  const types = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(types, {
      Field(node) {
        refuseIfNotOnDevice(node, types.getParentType(), manifest);
      },
      SelectionSet: {
        leave(node, _key, parent) {
          const synced = syncedType(types.getParentType(), manifest);
          if (synced === undefined || isInlineFragment(parent)) return undefined;
          return withIdentity(node);
        },
      },
    }),
  );
}

function refuseIfNotOnDevice(
  node: FieldNode,
  parent: GraphQLNamedType | null | undefined,
  manifest: Manifest,
): void {
  const type = syncedType(parent, manifest);
  if (type === undefined || node.name.value.startsWith('__')) return;
  const field = deviceField(type, node.name.value);
  if (field !== undefined && (node.arguments ?? []).length === 0) return;
  const why =
    field === undefined ? 'it does not sync' : 'fields with arguments are answered by the server only';
  const message = `NOT_ON_DEVICE: \`${type.name}.${node.name.value}\` is not kept on the device: ${why}.`;
  throw new NotOnDeviceError(new GraphQLError(message, { nodes: node }).toString());
}

/** A fragment inside a selection that has the fields anyway needs no second copy. */
function isInlineFragment(parent: unknown): boolean {
  return (parent as { kind?: string } | undefined)?.kind === Kind.INLINE_FRAGMENT;
}

function syncedType(type: GraphQLNamedType | null | undefined, manifest: Manifest): TypeManifest | undefined {
  if (type === null || type === undefined || !isCompositeType(getNamedType(type))) return undefined;
  return manifest.types[type.name];
}

function withIdentity(set: SelectionSetNode): SelectionSetNode {
  const missing = IDENTITY_FIELDS.filter(
    (name) =>
      !set.selections.some(
        (selection) =>
          selection.kind === Kind.FIELD && selection.name.value === name && selection.alias === undefined,
      ),
  );
  const added = missing.map((name): FieldNode => ({
    kind: Kind.FIELD,
    name: { kind: Kind.NAME, value: name },
  }));
  return added.length === 0 ? set : { ...set, selections: [...added, ...set.selections] };
}
