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
import type { DeviceField } from '../apollo/device-fields.ts';
import { IDENTITY_FIELDS, deviceField, ownField } from '../apollo/device-fields.ts';
import type { FieldManifest, Manifest, TypeManifest } from '../sync/manifest.ts';
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
  // What the fields around the place being visited are to the device, and the types of the selections around it.
  const fields: (FieldManifest | undefined)[] = [];
  const parents: (TypeManifest | undefined)[] = [];
  return visit(
    document,
    visitWithTypeInfo(types, {
      Field: {
        enter(node) {
          fields.push(checkField(node, syncedType(types.getParentType(), manifest), fields.at(-1)));
        },
        leave() {
          fields.pop();
        },
      },
      SelectionSet: {
        enter() {
          parents.push(syncedType(types.getParentType(), manifest));
        },
        leave(node, _key, parent) {
          const type = parents.pop();
          // A fragment inside of a selection of the same type needs no second copy.
          const isCovered = isInlineFragment(parent) && parents.at(-1) === type;
          return type === undefined || isCovered ? undefined : withIdentity(node);
        },
      },
    }),
  );
}

/** Refuses a field that is not on the device. Otherwise what it holds, when that is a value of a synced type. */
function checkField(
  node: FieldNode,
  type: TypeManifest | undefined,
  around: FieldManifest | undefined,
): FieldManifest | undefined {
  const object = type?.name ?? around?.objectType;
  const name = node.name.value;
  if (object === undefined || name.startsWith('__')) return undefined;
  const field = fieldOf(name, type, around);
  if (field === undefined) throw notOnDevice(node, object, 'it does not sync');
  if (hasArguments(node))
    throw notOnDevice(node, object, 'fields with arguments are answered by the server only');
  return field.kind === 'value' ? field.field : undefined;
}

function fieldOf(name: string, type?: TypeManifest, around?: FieldManifest): DeviceField | undefined {
  return type === undefined ? ownField(around?.fields, name) : deviceField(type, name);
}

function hasArguments(node: FieldNode): boolean {
  return node.arguments !== undefined && node.arguments.length > 0;
}

function isInlineFragment(parent: unknown): boolean {
  return (parent as { kind?: string } | undefined)?.kind === Kind.INLINE_FRAGMENT;
}

function notOnDevice(node: FieldNode, type: string, why: string): NotOnDeviceError {
  const message = `NOT_ON_DEVICE: \`${type}.${node.name.value}\` is not kept on the device: ${why}.`;
  return new NotOnDeviceError(new GraphQLError(message, { nodes: node }).toString());
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
