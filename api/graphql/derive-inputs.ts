import { GraphQLID, GraphQLInt } from 'graphql';
import { InputType, registerEnumType } from 'type-graphql';
import type { EntityDefinition, FieldDefinition } from '../entity/definition.ts';
import { DateTime, Position } from '../entity/scalars.ts';
import { defineField } from './define-field.ts';
import { DateTimeFilter, IDFilter, OrderDirection } from './filters.ts';
import type { FilterTypes } from './filters.ts';

type Target = new () => object;

/** The inputs of nested objects, one per class and schema: `OrderLineInput` for `OrderLine`. */
export class NestedInputs {
  readonly #inputs = new Map<object, Target>();

  /** What TypeGraphQL makes the input type of a field from. */
  of({ fields, graphqlType, typeName }: FieldDefinition): object {
    if (fields === undefined) {
      return graphqlType;
    }
    const known = this.#inputs.get(graphqlType);
    if (known !== undefined) {
      return known;
    }
    const target: Target = class {};
    this.#inputs.set(graphqlType, target);
    for (const field of fields) {
      const { name, description, nullable, deprecationReason } = field;
      const type = this.of(field);
      defineField(target, name, {
        thunk: () => (field.list ? [type] : type),
        description,
        nullable,
        deprecationReason,
      });
    }
    InputType(`${String(typeName)}Input`, {
      description: `A ${String(typeName)} to store. It replaces the old one whole.`,
    })(target);
    return target;
  }
}

/** Adds an entity's own writable fields, all optional: an absent field is not changed. */
function addOwnFields(target: Target, entity: EntityDefinition, nested: NestedInputs): void {
  for (const field of entity.fields.filter(({ writable }) => writable)) {
    const { name, description, deprecationReason, list } = field;
    const type = nested.of(field);
    defineField(target, name, {
      thunk: () => (list ? [type] : type),
      nullable: true,
      description,
      deprecationReason,
    });
  }
}

/** `NoteValues`: what the device showed before an edit. */
export function deriveValues(entity: EntityDefinition, nested: NestedInputs): Target {
  const target: Target = class {};
  addOwnFields(target, entity, nested);
  const description = `Values of a ${entity.name} as a device showed them, for each field it then edited.`;
  InputType(`${entity.name}Values`, { description })(target);
  return target;
}

/** What every upsert says beside the type's own fields. */
const CHANGE_FIELDS: Readonly<Record<string, readonly [type: object, description: string]>> = {
  version: [
    Position,
    'The version the device held. Absent: this change creates the record. 0: the device created it and has no answer yet.',
  ],
  epoch: [GraphQLID, 'The epoch that `version` belongs to.'],
  seq: [
    GraphQLInt,
    "The change's number on its device and scope, rising from change to change. Required when `device` is given.",
  ],
  editedAt: [
    DateTime,
    "When the person made the edit, by the device's clock. Absent: when the server received it.",
  ],
  group: [GraphQLID, 'Consecutive changes of one push with the same group are accepted or refused together.'],
  deleted: [Boolean, 'True deletes the record, false restores it.'],
};

const ID_DESCRIPTION =
  'The record, made by the device: 1 to 64 of `A-Z a-z 0-9 _ -`, best a UUID of version 7.';

const BASE_DESCRIPTION =
  'What the device showed just before this edit, for every field it edits: finds out whether another edit came in between.';

/** `NoteUpsert`: one change of one record. No GraphQL default anywhere: it would overwrite what an edit leaves out. */
export function deriveUpsert(entity: EntityDefinition, values: Target, nested: NestedInputs): Target {
  const target: Target = class {};
  defineField(target, 'id', { thunk: () => GraphQLID, description: ID_DESCRIPTION });
  for (const [name, [type, description]] of Object.entries(CHANGE_FIELDS)) {
    defineField(target, name, { thunk: () => type, nullable: true, description });
  }
  defineField(target, 'base', { thunk: () => values, nullable: true, description: BASE_DESCRIPTION });
  addOwnFields(target, entity, nested);
  const description = `One change of a ${entity.name}: creates, edits, deletes or restores it. A field left out stays as it is.`;
  InputType(`${entity.name}Upsert`, { description })(target);
  return target;
}

/** `NoteFilter`: conditions on fields, and `and`, `or`, `not` over filters. */
export function deriveFilter(entity: EntityDefinition, filters: FilterTypes): Target {
  const target: Target = class {};
  const add = (name: string, thunk: () => object, description: string): void => {
    defineField(target, name, { thunk, description, nullable: true });
  };
  add('and', () => [target], 'All of these have to hold. An empty list always does.');
  add('or', () => [target], 'One of these has to hold. An empty list never does.');
  add('not', () => target, 'This must not hold.');
  add('id', () => IDFilter, 'A condition on the id.');
  add('createdAt', () => DateTimeFilter, 'A condition on the time of creation.');
  add('updatedAt', () => DateTimeFilter, 'A condition on the time of the last change.');
  for (const field of entity.fields) {
    const filter = filters.of(field);
    if (filter !== undefined) {
      add(field.name, () => filter, `A condition on \`${field.name}\`: ${field.description}`);
    }
  }
  const description = `Which ${entity.plural} to take. Everything named in one object has to hold; an empty one takes all.`;
  InputType(`${entity.name}Filter`, { description })(target);
  return target;
}

/** `NoteOrderField` and `NoteOrder`. */
export function deriveOrder(entity: EntityDefinition): Target {
  const own = entity.fields.filter(({ kind, list }) => !list && kind !== 'json' && kind !== 'object');
  const descriptions: Record<string, string> = {
    id: 'The id.',
    createdAt: 'When the server accepted the creation.',
    updatedAt: 'When the server accepted the last change.',
    ...Object.fromEntries(own.map(({ name, description }) => [name, description])),
  };
  const names = Object.keys(descriptions);
  const fields = Object.fromEntries(names.map((name) => [name, name]));
  registerEnumType(fields, {
    name: `${entity.name}OrderField`,
    description: `What ${entity.plural} can be ordered by. Texts order by code point.`,
    valuesConfig: Object.fromEntries(names.map((name) => [name, { description: descriptions[name] ?? '' }])),
  });
  const target: Target = class {};
  defineField(target, 'field', { thunk: () => fields, description: 'What to order by.' });
  const direction = {
    thunk: () => OrderDirection,
    defaultValue: 'ASC',
    description: 'Which end comes first.',
  };
  defineField(target, 'direction', direction);
  const description = `One step of an order of ${entity.plural}; \`id\`, then \`scope\` break what ties remain.`;
  InputType(`${entity.name}Order`, { description })(target);
  return target;
}
