import type { EntityModel } from '../sync/model.ts';
import { checkEntity, checkTogether } from './check-entity.ts';
import type { EntityDefinition, FieldDefinition } from './definition.ts';
import { EntityDefinitionError } from './entity-definition-error.ts';
import type { Report } from './entity-definition-error.ts';
import { pluralOf } from './naming.ts';
import { readColumns } from './read-columns.ts';
import { readFields } from './read-fields.ts';
import { syncedOptions, tableOf } from './synced.ts';
import { SyncedRecord } from './synced-record.ts';
import { createValidate } from './validate-values.ts';

/**
 * Reads entity classes: names, types and descriptions from TypeGraphQL's decorators, columns from TypeORM's, limits
 * from class-validator's, the rest from `@Synced`.
 *
 * @throws EntityDefinitionError with every problem of every class, each a sentence that says how to mend it.
 */
export function defineEntities(classes: readonly (new () => SyncedRecord)[]): readonly EntityDefinition[] {
  const problems: string[] = [];
  const report: Report = (problem) => problems.push(problem);
  const read = classes.flatMap((target) => readEntity(target, report));
  const entities = read.map((entity) => ({ ...entity, fields: placeReferences(entity.fields, read) }));
  for (const entity of entities) {
    checkEntity(entity, report);
  }
  checkTogether(entities, report);
  if (problems.length > 0) {
    throw new EntityDefinitionError(problems);
  }
  return entities;
}

function readEntity(target: new () => SyncedRecord, report: Report): EntityDefinition[] {
  const options = syncedOptions(target);
  if (options === undefined || !(target.prototype instanceof SyncedRecord)) {
    report(
      `${target.name} is no synced type. Write @Synced<${target.name}>({ … }) and class ${target.name} extends SyncedRecord.`,
    );
    return [];
  }
  if (options.ownObjectType) {
    report(`${target.name} has an @ObjectType of its own. Remove it: @Synced makes the object type.`);
  }
  const source = { target, options: options.fields ?? {}, place: target.name, outer: [] };
  const fields = readFields(source, report);
  return [
    {
      target,
      name: target.name,
      plural: options.plural ?? pluralOf(target.name),
      description: options.description,
      scope: options.scope,
      policy: options.policy,
      fields,
      unique: options.unique ?? [],
      validate: createValidate(target, fields),
      rule: options.rule as EntityModel['rule'],
      derive: options.derive as EntityModel['derive'],
      table: tableOf(target),
      columns: readColumns(target, fields, report),
    },
  ];
}

/** A reference to a type that lives in one fixed scope only leads there without saying so. */
function placeReferences(
  fields: readonly FieldDefinition[],
  entities: readonly EntityDefinition[],
): readonly FieldDefinition[] {
  return fields.map((field) => {
    const { references } = field;
    const fixed = entities.find((entity) => entity.name === references?.type)?.scope;
    const nested = field.fields === undefined ? undefined : placeReferences(field.fields, entities);
    return {
      ...field,
      fields: nested,
      references: references && { type: references.type, scope: references.scope ?? fixed },
    };
  });
}
