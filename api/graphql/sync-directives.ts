import {
  DirectiveLocation,
  GraphQLDirective,
  GraphQLFloat,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLString,
} from 'graphql';
import type { GraphQLFieldConfigArgumentMap } from 'graphql';
import type { EntityDefinition, FieldDefinition } from '../entity/definition.ts';
import { JsonScalar } from '../entity/scalars.ts';
import type { Json } from '../sync/model.ts';

const FIELD_LOCATIONS = [DirectiveLocation.FIELD_DEFINITION, DirectiveLocation.INPUT_FIELD_DEFINITION];

const required = (type: typeof GraphQLString, description: string) => ({
  type: new GraphQLNonNull(type),
  description,
});
const text = (description: string) => ({ type: GraphQLString, description });
const whole = (description: string) => ({ type: GraphQLInt, description });
const number = (description: string) => ({ type: GraphQLFloat, description });

function onField(name: string, description: string, args: GraphQLFieldConfigArgumentMap): GraphQLDirective {
  return new GraphQLDirective({ name, description, args, locations: FIELD_LOCATIONS });
}

/** What the schema tells the device about synced types, for codegen to read. */
export const syncDirectives: readonly GraphQLDirective[] = [
  new GraphQLDirective({
    name: 'synced',
    description: 'Records of this type are kept on the device and synced.',
    locations: [DirectiveLocation.OBJECT],
    args: {
      plural: required(GraphQLString, "The list query's name; `upsert` and this name is the mutation."),
      policy: required(
        GraphQLString,
        'What decides a field that two devices changed, unless it has a merger.',
      ),
      scope: text('The only scope its records live in. Absent: any scope.'),
    },
  }),
  onField('default', 'What a new record holds when the change that creates it leaves the field out.', {
    value: { type: JsonScalar, description: 'The value.' },
  }),
  onField('merge', 'How two edits of this field are combined.', {
    with: required(
      GraphQLString,
      '`text`, `set`, `counter`, or `custom` for one that only the server knows.',
    ),
  }),
  onField('references', 'Holds the id of a record of another type.', {
    type: required(GraphQLString, 'The name of that type.'),
    field: required(GraphQLString, 'The field beside this one that reads the record.'),
    scope: text("The scope that record lives in. Absent: this record's own."),
  }),
  onField('constraint', "Limits on the value; those of a list's elements stand in the same directive.", {
    minLength: whole('The fewest characters.'),
    maxLength: whole('The most characters.'),
    min: number('The smallest value.'),
    max: number('The largest value.'),
    pattern: text('A regular expression that the text matches.'),
    minItems: whole('The fewest elements.'),
    maxItems: whole('The most elements.'),
  }),
];

/** A directive as it is written on one place of the schema. */
export interface DirectiveUse {
  readonly name: string;
  readonly args: Readonly<Record<string, Json | undefined>>;
}

/** What is written on a synced object type. */
export function directivesOfType({ plural, policy, scope }: EntityDefinition): readonly DirectiveUse[] {
  return [{ name: 'synced', args: { plural, policy, scope } }];
}

/** What is written on a field of a synced type, and on the same field of its upsert input. */
export function directivesOfField(field: FieldDefinition): readonly DirectiveUse[] {
  const { merger, references, referenceField, constraint } = field;
  const uses: readonly (DirectiveUse | undefined)[] = [
    field.default === undefined ? undefined : { name: 'default', args: { value: field.default } },
    merger === undefined
      ? undefined
      : { name: 'merge', args: { with: typeof merger === 'string' ? merger : 'custom' } },
    references && {
      name: 'references',
      args: { type: references.type, field: referenceField, scope: references.scope },
    },
    constraint && { name: 'constraint', args: { ...constraint } },
  ];
  return uses.filter((use) => use !== undefined);
}
