import { Kind, lexicographicSortSchema, parse, print, printSchema, visit } from 'graphql';
import type { ConstDirectiveNode, ConstValueNode, GraphQLSchema, NameNode } from 'graphql';
import type { EntityDefinition, FieldDefinition } from '../entity/definition.ts';
import type { Json } from '../sync/model.ts';
import { directivesOfField, directivesOfType } from './sync-directives.ts';
import type { DirectiveUse } from './sync-directives.ts';

/** The schema as text: sorted, described, with the directives of synced types, which `printSchema` leaves out. */
export function printSyncedSchema(schema: GraphQLSchema, entities: readonly EntityDefinition[]): string {
  const uses = usesByPlace(entities);
  const document = parse(printSchema(lexicographicSortSchema(schema)), { noLocation: true });
  const withDirectives = visit(document, {
    ObjectTypeDefinition: (node) => ({
      ...node,
      directives: nodesOf(uses.get(node.name.value)),
      fields: node.fields?.map((field) => ({ ...field, ...withUses(uses, node.name, field.name) })) ?? [],
    }),
    InputObjectTypeDefinition: (node) => ({
      ...node,
      fields: node.fields?.map((field) => ({ ...field, ...withUses(uses, node.name, field.name) })) ?? [],
    }),
  });
  return `${print(withDirectives)}\n`;
}

type Uses = ReadonlyMap<string, readonly DirectiveUse[]>;

/** By `Type` and `Type.field`. */
function usesByPlace(entities: readonly EntityDefinition[]): Uses {
  const uses = new Map<string, readonly DirectiveUse[]>();
  const addFields = (types: readonly string[], fields: readonly FieldDefinition[]): void => {
    for (const field of fields) {
      for (const type of types) {
        uses.set(`${type}.${field.name}`, directivesOfField(field));
      }
      const nested = String(field.typeName);
      addFields([nested, `${nested}Input`], field.fields ?? []);
    }
  };
  for (const entity of entities) {
    uses.set(entity.name, directivesOfType(entity));
    addFields([entity.name, `${entity.name}Upsert`], entity.fields);
  }
  return uses;
}

function withUses(
  uses: Uses,
  type: NameNode,
  field: NameNode,
): { readonly directives: readonly ConstDirectiveNode[] } {
  return { directives: nodesOf(uses.get(`${type.value}.${field.value}`)) };
}

const nameNode = (value: string): NameNode => ({ kind: Kind.NAME, value });

function nodesOf(uses: readonly DirectiveUse[] = []): readonly ConstDirectiveNode[] {
  return uses.map(({ name, args }) => ({
    kind: Kind.DIRECTIVE,
    name: nameNode(name),
    arguments: Object.entries(args).flatMap(([key, value]) =>
      value === undefined ? [] : [{ kind: Kind.ARGUMENT, name: nameNode(key), value: valueNode(value) }],
    ),
  }));
}

/** A JSON value as a GraphQL literal. */
function valueNode(value: Json): ConstValueNode {
  switch (typeof value) {
    case 'string':
      return { kind: Kind.STRING, value };
    case 'boolean':
      return { kind: Kind.BOOLEAN, value };
    case 'number':
      return { kind: Number.isInteger(value) ? Kind.INT : Kind.FLOAT, value: String(value) };
    default:
      return structureNode(value);
  }
}

function structureNode(value: null | readonly Json[] | { readonly [key: string]: Json }): ConstValueNode {
  if (value === null) {
    return { kind: Kind.NULL };
  }
  if (Array.isArray(value)) {
    return { kind: Kind.LIST, values: (value as readonly Json[]).map(valueNode) };
  }
  const fields = Object.entries(value).map(([key, part]) => ({
    kind: Kind.OBJECT_FIELD as const,
    name: nameNode(key),
    value: valueNode(part as Json),
  }));
  return { kind: Kind.OBJECT, fields };
}
