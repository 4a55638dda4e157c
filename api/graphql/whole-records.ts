import {
  execute,
  getNamedType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { DocumentNode, ExecutionResult, GraphQLOutputType } from 'graphql';
import type { EntityDefinition, FieldDefinition } from '../entity/definition.ts';
import type { GraphqlContext } from './context.ts';
import { DELTA_OF } from './deltas-once.ts';
import { UPSERT_OF } from './push-once.ts';
import type { SyncDocument } from './sync-documents.ts';

export interface SyncRequest {
  /** The document's text. */
  readonly source: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly context: GraphqlContext;
}

/** Null: nothing was executed, because the document is no sync document, or its variables are wrong. */
export type ExecuteSync = (request: SyncRequest) => Promise<ExecutionResult | null>;

/**
 * Executes the sync documents. They ask for records whole, so they are executed on a schema in which a record is a leaf:
 * graphql-js hands it through instead of completing it field by field, which costs more than the rest of an answer.
 */
export function createExecuteSync(
  schema: GraphQLSchema,
  entities: readonly EntityDefinition[],
  documents: readonly SyncDocument[],
): ExecuteSync {
  const whole = schemaOfWholeRecords(schema, entities);
  const parsed = new Map(documents.map(({ text }) => [text, withoutSelections(whole, parse(text))]));
  return async ({ source, operationName, variables, context }) => {
    const document = parsed.get(source);
    if (document === undefined) {
      return null;
    }
    const result = await execute({
      schema: whole,
      document,
      contextValue: context,
      variableValues: variables ?? {},
      operationName: operationName ?? null,
    });
    return result.data === undefined ? null : result;
  };
}

/** The deltas and upserts of a schema, with records as leaves wherever no resolver has a hand in them. */
function schemaOfWholeRecords(schema: GraphQLSchema, entities: readonly EntityDefinition[]): GraphQLSchema {
  const types = new Map<GraphQLObjectType, GraphQLObjectType | GraphQLScalarType>();
  for (const { name, fields } of entities) {
    const type = schema.getType(name);
    if (isObjectType(type)) {
      // Names of their own: a record that is completed field by field may refer to others.
      types.set(type, isPlain(type, fields) ? new GraphQLScalarType({ name: `Whole_${name}` }) : type);
    }
  }
  const mapped = (type: GraphQLOutputType): GraphQLOutputType => {
    if (isNonNullType(type)) return new GraphQLNonNull(mapped(type.ofType));
    if (isListType(type)) return new GraphQLList(mapped(type.ofType));
    return isObjectType(type) ? mappedObject(type, () => true) : type;
  };
  const mappedObject = (type: GraphQLObjectType, isKept: (extensions: object) => boolean) => {
    const known = types.get(type);
    if (known !== undefined) return known;
    const { fields, ...config } = type.toConfig();
    const kept = Object.entries(fields).filter(([, { extensions }]) => isKept(extensions ?? {}));
    const made = new GraphQLObjectType({
      ...config,
      fields: Object.fromEntries(kept.map(([name, field]) => [name, { ...field, type: mapped(field.type) }])),
    });
    types.set(type, made);
    return made;
  };
  const root = (type: GraphQLObjectType | null | undefined, mark: string) =>
    type ? (mappedObject(type, (extensions) => mark in extensions) as GraphQLObjectType) : null;
  return new GraphQLSchema({
    query: root(schema.getQueryType(), DELTA_OF),
    mutation: root(schema.getMutationType(), UPSERT_OF),
    directives: schema.getDirectives(),
  });
}

const COMMON = ['id', 'scope', 'version', 'createdAt', 'updatedAt', 'deletedAt'];

/** Whether what the engine answers is what the schema says, in all that a device asks of a record. */
function isPlain(type: GraphQLObjectType, fields: readonly FieldDefinition[], common = COMMON): boolean {
  const defined = type.getFields();
  const isRead = (name: string): boolean =>
    defined[name] !== undefined && defined[name].resolve === undefined;
  return (
    common.every(isRead) &&
    fields.every(({ name, fields: nested }) => {
      const inner = getNamedType(defined[name]?.type);
      return isRead(name) && (nested === undefined || (isObjectType(inner) && isPlain(inner, nested, [])));
    })
  );
}

/** What is a leaf here has no selection. */
function withoutSelections(schema: GraphQLSchema, document: DocumentNode): DocumentNode {
  const info = new TypeInfo(schema);
  const visitor = visitWithTypeInfo(info, {
    Field: (node) => {
      const isLeaf = isLeafType(getNamedType(info.getType()));
      return isLeaf && node.selectionSet ? { ...node, selectionSet: undefined } : undefined;
    },
  });
  return visit(document, visitor) as DocumentNode;
}
