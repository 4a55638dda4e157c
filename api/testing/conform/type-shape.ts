import { Kind, parse, valueFromASTUntyped } from 'graphql';
import type {
  ConstDirectiveNode,
  DocumentNode,
  FieldDefinitionNode,
  InputObjectTypeDefinitionNode,
  InputValueDefinitionNode,
  ObjectTypeDefinitionNode,
  TypeNode,
} from 'graphql';

export interface Constraint {
  readonly min?: number;
  readonly max?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minItems?: number;
}

/** A field that clients may set, as the schema describes it. */
export interface FieldShape {
  readonly name: string;
  /** `String`, `Int`, an enum's or an input object's name, … */
  readonly kind: string;
  readonly list: boolean;
  readonly nullable: boolean;
  /** Undefined: none. */
  readonly default: unknown;
  readonly merger: string | undefined;
  readonly references:
    { readonly type: string; readonly field: string; readonly scope: string | undefined } | undefined;
  readonly constraint: Constraint;
  readonly values: readonly string[] | undefined;
  readonly fields: readonly FieldShape[] | undefined;
}

/** A synced type, as the schema describes it. */
export interface TypeShape {
  readonly name: string;
  readonly plural: string;
  readonly policy: string;
  /** The only scope its records live in. Undefined: any. */
  readonly scope: string | undefined;
  readonly fields: readonly FieldShape[];
}

/** What a server's schema says beyond its types. */
export interface SchemaShape {
  readonly types: readonly TypeShape[];
  readonly mutations: readonly string[];
}

const PROTOCOL_NAMES = new Set(['id', 'version', 'epoch', 'base', 'seq', 'editedAt', 'group', 'deleted']);

/** Reads the synced types from a schema in SDL: introspection would not tell its directives. */
export function readSchema(sdl: string): SchemaShape {
  const document = parse(sdl);
  const types = objectTypes(document).flatMap((node) => {
    const synced = argumentsOf(node.directives, 'synced');
    return synced === undefined ? [] : [readType(document, node, synced)];
  });
  const mutation = objectTypes(document).find(({ name }) => name.value === 'Mutation');
  return { types, mutations: (mutation?.fields ?? []).map(({ name }) => name.value) };
}

function readType(
  document: DocumentNode,
  node: ObjectTypeDefinitionNode,
  synced: Readonly<Record<string, unknown>>,
): TypeShape {
  const name = node.name.value;
  const inputs = inputType(document, `${name}Upsert`)?.fields ?? [];
  return {
    name,
    plural: String(synced['plural']),
    policy: String(synced['policy']),
    scope: typeof synced['scope'] === 'string' ? synced['scope'] : undefined,
    fields: inputs
      .filter((input) => !PROTOCOL_NAMES.has(input.name.value))
      .map((input) =>
        readField(
          document,
          input,
          node.fields?.find((field) => field.name.value === input.name.value),
        ),
      ),
  };
}

/** Upsert inputs are all nullable, so whether null is a value stands on the object's own field. */
function readField(
  document: DocumentNode,
  input: InputValueDefinitionNode,
  output: FieldDefinitionNode | undefined,
): FieldShape {
  const { kind, list } = named(input.type);
  const references = argumentsOf(input.directives, 'references');
  const merger = argumentsOf(input.directives, 'merge')?.['with'];
  const nested = inputType(document, kind)?.fields;
  return {
    name: input.name.value,
    kind,
    list,
    nullable: (output ?? input).type.kind !== Kind.NON_NULL_TYPE,
    default: argumentsOf(input.directives, 'default')?.['value'],
    merger: merger === undefined ? undefined : String(merger),
    references:
      references === undefined
        ? undefined
        : {
            type: String(references['type']),
            field: String(references['field']),
            scope: typeof references['scope'] === 'string' ? references['scope'] : undefined,
          },
    constraint: (argumentsOf(input.directives, 'constraint') ?? {}) as Constraint,
    values: enumValues(document, kind),
    fields: nested?.map((field) => readField(document, field, undefined)),
  };
}

function named(type: TypeNode): { readonly kind: string; readonly list: boolean } {
  switch (type.kind) {
    case Kind.NON_NULL_TYPE:
      return named(type.type);
    case Kind.LIST_TYPE:
      return { kind: named(type.type).kind, list: true };
    case Kind.NAMED_TYPE:
      return { kind: type.name.value, list: false };
  }
}

function objectTypes({ definitions }: DocumentNode): readonly ObjectTypeDefinitionNode[] {
  return definitions.filter((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION);
}

function inputType({ definitions }: DocumentNode, name: string): InputObjectTypeDefinitionNode | undefined {
  return definitions
    .filter((node) => node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
    .find((node) => node.name.value === name);
}

function enumValues({ definitions }: DocumentNode, name: string): readonly string[] | undefined {
  return definitions
    .filter((node) => node.kind === Kind.ENUM_TYPE_DEFINITION)
    .find((node) => node.name.value === name)
    ?.values?.map((value) => value.name.value);
}

function argumentsOf(
  directives: readonly ConstDirectiveNode[] | undefined,
  name: string,
): Readonly<Record<string, unknown>> | undefined {
  const directive = directives?.find((candidate) => candidate.name.value === name);
  return directive === undefined
    ? undefined
    : Object.fromEntries(
        (directive.arguments ?? []).map((argument) => [
          argument.name.value,
          valueFromASTUntyped(argument.value),
        ]),
      );
}
