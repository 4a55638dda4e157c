import { GraphQLBoolean, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLString } from 'graphql';
import { getMetadataStorage } from 'type-graphql';
import type { FieldKind } from '../sync/model.ts';
import type { Report } from './entity-definition-error.ts';
import { DateTime, JsonScalar } from './scalars.ts';

/** What a field's type thunk stands for. */
export interface FieldType {
  readonly kind: FieldKind;
  readonly graphqlType: object;
  readonly typeName: string | undefined;
  readonly values: readonly string[] | undefined;
}

const SCALARS = new Map<unknown, FieldKind>([
  [GraphQLID, 'id'],
  [String, 'string'],
  [GraphQLString, 'string'],
  [GraphQLInt, 'int'],
  [GraphQLFloat, 'float'],
  [Boolean, 'boolean'],
  [GraphQLBoolean, 'boolean'],
  [DateTime, 'dateTime'],
  [JsonScalar, 'json'],
]);

const ALLOWED =
  'ID, String, Int, Float, Boolean, DateTime, JsonScalar, a registered enum or an @ObjectType class';

/** Tells a field's kind from what its thunk answers; undefined after reporting that there is none. */
export function readFieldType(place: string, type: object, report: Report): FieldType | undefined {
  const kind = SCALARS.get(type);
  if (kind !== undefined) {
    return { kind, graphqlType: type, typeName: undefined, values: undefined };
  }
  const enumeration = getMetadataStorage().enums.find((candidate) => candidate.enumObj === type);
  if (enumeration !== undefined) {
    return readEnum(place, enumeration, report);
  }
  const nested = getMetadataStorage().objectTypes.find((candidate) => candidate.target === type);
  if (nested !== undefined) {
    return { kind: 'object', graphqlType: type, typeName: nested.name, values: undefined };
  }
  report(`${place}: ${hint(type)}`);
  return undefined;
}

function hint(type: object): string {
  if (type === Number) {
    return 'Number says too little. Write @Field(() => Int) or @Field(() => Float).';
  }
  return type === Date
    ? 'a JavaScript Date loses its canonical form. Write @Field(() => DateTime) and type the property as string.'
    : `this type cannot be synced. Use ${ALLOWED}.`;
}

type EnumMetadata = ReturnType<typeof getMetadataStorage>['enums'][number];

function readEnum(place: string, { enumObj, name, description, valuesConfig }: EnumMetadata, report: Report) {
  const entries = Object.entries(enumObj as Record<string, unknown>);
  if (description === undefined) {
    report(`${place}: the enum ${name} has no description. Give one to registerEnumType.`);
  }
  const configs = valuesConfig as Record<string, { readonly description?: string } | undefined>;
  for (const [key, value] of entries) {
    if (value !== key) {
      report(
        `${place}: in the enum ${name}, ${key} has to have the value '${key}': that is what records hold.`,
      );
    }
    if (configs[key]?.description === undefined) {
      report(`${place}: the enum value ${name}.${key} has no description. Give one in valuesConfig.`);
    }
  }
  const values = entries.map(([key]) => key);
  return { kind: 'enum' as const, graphqlType: enumObj, typeName: name, values };
}
