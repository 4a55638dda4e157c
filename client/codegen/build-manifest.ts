import type {
  DocumentNode,
  FieldNode,
  GraphQLField,
  GraphQLInputObjectType,
  GraphQLObjectType,
  GraphQLSchema,
} from 'graphql';
import { Kind, getNamedType, isInputObjectType, isObjectType, parse } from 'graphql';
import { RECORD_FIELDS } from '../apollo/device-fields.ts';
import type { FieldManifest, Manifest, Policy, SyncDocument, TypeManifest } from '../sync/manifest.ts';
import { directiveArguments } from './directives.ts';
import { fieldManifest } from './field-manifest.ts';

/** The contents of `sync-documents.json`, which the API emits beside its schema. */
export interface SyncDocuments {
  readonly protocol: number;
  readonly types: readonly string[];
  readonly pull: SyncDocument;
  readonly push: SyncDocument;
  readonly heads: SyncDocument;
  readonly pokes: SyncDocument;
  readonly digest: SyncDocument;
}

/**
 * Learns all that the client has to know of the synced types from the API's schema and its sync documents: which fields
 * are on the device from what the pull document asks for, names of fields from the documents, the rest from the directives.
 *
 * @throws Error when the two files do not belong together; emit them again.
 */
export function buildManifest(schema: GraphQLSchema, documents: SyncDocuments): Manifest {
  const { protocol, types, pull, push, heads, pokes, digest } = documents;
  const pulls = rootFields(parse(pull.text));
  const pushes = rootFields(parse(push.text));
  return {
    protocol,
    documents: { pull, push, heads, pokes, digest },
    types: Object.fromEntries(
      types.map((name) => [
        name,
        typeManifest(schema, {
          type: objectType(schema, name),
          pull: named(pulls, name),
          push: named(pushes, name),
        }),
      ]),
    ),
  };
}

interface Sources {
  readonly type: GraphQLObjectType;
  readonly pull: FieldNode;
  readonly push: FieldNode;
}

function typeManifest(schema: GraphQLSchema, { type, pull, push }: Sources): TypeManifest {
  const synced = directiveArguments(type.astNode, 'synced');
  if (synced === undefined) throw mismatch(`type ${type.name} has no @synced directive`);
  const single = type.name.charAt(0).toLowerCase() + type.name.slice(1);
  const list = String(synced['plural']);
  const count = `${single}Count`;
  const queries = schema.getQueryType()?.getFields() ?? {};
  for (const name of [single, list, count]) {
    if (queries[name] === undefined) throw mismatch(`the schema has no query \`${name}\` for ${type.name}`);
  }
  const upsert = schema.getMutationType()?.getFields()[push.name.value];
  if (upsert === undefined) throw mismatch(`the schema has no mutation \`${push.name.value}\``);
  return {
    name: type.name,
    single,
    list,
    count,
    delta: pull.name.value,
    upsert: push.name.value,
    upsertPayload: getNamedType(upsert.type).name,
    policy: synced['policy'] as Policy,
    ...(synced['scope'] === undefined ? {} : { scope: String(synced['scope']) }),
    fields: fieldManifests(type, pull, changeInput(upsert)),
  };
}

function fieldManifests(
  type: GraphQLObjectType,
  pull: FieldNode,
  input: GraphQLInputObjectType,
): Record<string, FieldManifest> {
  const records = named(selectedFields(pull), 'records');
  const own = selectedFields(records).filter(
    ({ name }) => !RECORD_FIELDS.some((field) => field === name.value),
  );
  return Object.fromEntries(
    own.map((node) => {
      const field = type.getFields()[node.name.value];
      if (field === undefined) throw mismatch(`${type.name} has no field \`${node.name.value}\``);
      const isWritable = input.getFields()[field.name] !== undefined;
      return [field.name, fieldManifest(field, { node, isWritable })];
    }),
  );
}

/** The input type of one change, such as `NoteUpsert`. */
export function changeInput(upsert: GraphQLField<unknown, unknown>): GraphQLInputObjectType {
  const input = upsert.args.find(({ name }) => name === 'changes')?.type;
  const type = input === undefined ? undefined : getNamedType(input);
  if (!isInputObjectType(type)) throw mismatch(`\`${upsert.name}\` takes no \`changes\``);
  return type;
}

function rootFields(document: DocumentNode): readonly FieldNode[] {
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return operation?.kind === Kind.OPERATION_DEFINITION ? selectedFields(operation) : [];
}

/** The fields of a selection; the sync documents are written without fragments. */
function selectedFields(node: Pick<FieldNode, 'selectionSet'>): readonly FieldNode[] {
  return (node.selectionSet?.selections ?? []).filter((selection) => selection.kind === Kind.FIELD);
}

function named(fields: readonly FieldNode[], name: string): FieldNode {
  const field = fields.find((node) => (node.alias?.value ?? node.name.value) === name);
  if (field === undefined) throw mismatch(`a sync document lacks \`${name}\``);
  return field;
}

function objectType(schema: GraphQLSchema, name: string): GraphQLObjectType {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw mismatch(`the schema has no object type ${name}`);
  return type;
}

function mismatch(what: string): Error {
  return new Error(
    `The schema and sync-documents.json do not belong together: ${what}. Emit both again from one API.`,
  );
}
