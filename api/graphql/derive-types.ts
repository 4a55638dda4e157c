import { GraphQLID, GraphQLInt } from 'graphql';
import { ObjectType } from 'type-graphql';
import type { EntityDefinition } from '../entity/definition.ts';
import { SyncCursor } from '../entity/scalars.ts';
import { defineField } from './define-field.ts';
import { deriveFilter, deriveOrder, deriveUpsert, deriveValues } from './derive-inputs.ts';
import type { NestedInputs } from './derive-inputs.ts';
import type { FilterTypes } from './filters.ts';
import { DeltaPoint, FieldConflict, UpsertError, UpsertOutcome } from './sync-types.ts';

type Target = new () => object;

/** An entity with the classes derived from it, decorated for TypeGraphQL. */
export interface EntityTypes {
  readonly entity: EntityDefinition;
  readonly upsert: Target;
  readonly filter: Target;
  readonly order: Target;
  readonly delta: Target;
  readonly payload: Target;
}

/** What one schema shares between its entities. */
export interface SharedTypes {
  readonly nested: NestedInputs;
  readonly filters: FilterTypes;
}

/** Derives `NoteUpsert`, `NoteValues`, `NoteFilter`, `NoteOrder`, `NoteDelta`, `NoteUpsertPayload` and so on. */
export function deriveTypes(entity: EntityDefinition, { nested, filters }: SharedTypes): EntityTypes {
  const values = deriveValues(entity, nested);
  return {
    entity,
    upsert: deriveUpsert(entity, values, nested),
    filter: deriveFilter(entity, filters),
    order: deriveOrder(entity),
    delta: deriveDelta(entity),
    payload: derivePayload(entity, deriveResult(entity)),
  };
}

interface OutputField {
  readonly thunk: () => object;
  readonly nullable?: boolean;
  readonly description: string;
}

function objectType(
  name: string,
  description: string,
  fields: Readonly<Record<string, OutputField>>,
): Target {
  const target: Target = class {};
  for (const [field, spec] of Object.entries(fields)) {
    defineField(target, field, spec);
  }
  ObjectType(name, { description, simpleResolvers: true })(target);
  return target;
}

function deriveDelta({ name, plural, target }: EntityDefinition): Target {
  return objectType(
    `${name}Delta`,
    `A page of the ${plural} that changed since a cursor, in the order of their last change.`,
    {
      records: {
        thunk: () => [target],
        description: 'The changed records, deleted ones included (`deletedAt` is set).',
      },
      cursor: { thunk: () => SyncCursor, description: 'Send it as `since` to continue after this page.' },
      hasMore: { thunk: () => Boolean, description: 'Whether more is waiting. A short page means nothing.' },
      reset: {
        thunk: () => Boolean,
        description: 'The cursor could not be continued: this page starts a download from the beginning.',
      },
      at: { thunk: () => DeltaPoint, description: 'Where the page stands in the history of the scope.' },
    },
  );
}

function deriveResult({ name, target }: EntityDefinition): Target {
  return objectType(`${name}UpsertResult`, `What became of one change of a ${name}.`, {
    id: { thunk: () => GraphQLID, description: 'The record that the change names.' },
    seq: { thunk: () => GraphQLInt, nullable: true, description: "The change's number, if it had one." },
    outcome: { thunk: () => UpsertOutcome, description: 'What became of it.' },
    replayed: {
      thunk: () => Boolean,
      description: 'Whether it had been executed by an earlier request: this is the stored answer.',
    },
    record: {
      thunk: () => target,
      nullable: true,
      description: 'The record after the whole push; null if it does not exist or may not be read.',
    },
    conflicts: {
      thunk: () => [FieldConflict],
      description: 'Every field that another device had changed meanwhile, and who won.',
    },
    error: { thunk: () => UpsertError, nullable: true, description: 'Why it was refused, if it was.' },
  });
}

/** `delta` is added by the resolver of payloads. */
function derivePayload({ name }: EntityDefinition, result: Target): Target {
  return objectType(`${name}UpsertPayload`, `What became of the changes of a push.`, {
    epoch: { thunk: () => GraphQLID, description: "The epoch of the server's history." },
    results: { thunk: () => [result], description: 'One result a change, in the order given.' },
  });
}
