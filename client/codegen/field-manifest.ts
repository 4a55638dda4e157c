import type { FieldNode, GraphQLField, GraphQLOutputType } from 'graphql';
import {
  Kind,
  getNamedType,
  getNullableType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Constraint, FieldKind, FieldManifest, Json } from '../sync/manifest.ts';
import { directiveArguments } from './directives.ts';

const KINDS: Readonly<Record<string, FieldKind>> = {
  ID: 'id',
  String: 'string',
  Int: 'int',
  Float: 'float',
  Boolean: 'boolean',
  DateTime: 'dateTime',
  JSON: 'json',
};

interface Use {
  /** How the pull document selects it. */
  readonly node: FieldNode;
  readonly isWritable: boolean;
}

/** One field of a synced type as the client has to know it. */
export function fieldManifest(
  field: GraphQLField<unknown, unknown>,
  { node, isWritable }: Use,
): FieldManifest {
  const references = directiveArguments(field.astNode, 'references');
  const constraint = directiveArguments(field.astNode, 'constraint');
  const merge = directiveArguments(field.astNode, 'merge');
  const preset = directiveArguments(field.astNode, 'default');
  return {
    ...shape(field.type, { node, isWritable }),
    writable: isWritable,
    ...(preset === undefined ? {} : { default: (preset['value'] ?? null) as Json }),
    ...(merge === undefined ? {} : { merger: merge['with'] as NonNullable<FieldManifest['merger']> }),
    ...(references === undefined
      ? {}
      : { references: references as unknown as NonNullable<FieldManifest['references']> }),
    ...(constraint === undefined ? {} : { constraint: constraint as Constraint }),
  };
}

function shape(
  type: GraphQLOutputType,
  use: Use,
): Pick<FieldManifest, 'kind' | 'list' | 'nullable' | 'values' | 'fields' | 'objectType'> {
  const named = getNamedType(type);
  const common = { list: isListType(getNullableType(type)), nullable: !isNonNullType(type) };
  if (isEnumType(named)) {
    return { ...common, kind: 'enum', values: named.getValues().map(({ name }) => name) };
  }
  if (isObjectType(named)) {
    const inner = (use.node.selectionSet?.selections ?? []).flatMap((selection) => {
      const field = selection.kind === Kind.FIELD ? named.getFields()[selection.name.value] : undefined;
      if (selection.kind !== Kind.FIELD || field === undefined) return [];
      return [[field.name, fieldManifest(field, { ...use, node: selection })] as const];
    });
    return { ...common, kind: 'object', objectType: named.name, fields: Object.fromEntries(inner) };
  }
  const kind = KINDS[named.name];
  if (kind === undefined) throw new Error(`The device cannot keep values of the scalar ${named.name}.`);
  return { ...common, kind };
}
