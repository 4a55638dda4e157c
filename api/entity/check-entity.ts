import type { EntityDefinition, FieldDefinition } from './definition.ts';
import type { Report } from './entity-definition-error.ts';
import { isOfKind } from './json-kind.ts';
import { camelCase } from './naming.ts';

/** Names that mean something else in a record, an upsert, a filter or on the device. */
const RESERVED = new Set(
  'id scope version createdAt updatedAt deletedAt clocks epoch base seq editedAt group deleted and or not syncState'.split(
    ' ',
  ),
);

/** Reports what is wrong with one entity by itself. */
export function checkEntity(entity: EntityDefinition, report: Report): void {
  const { name, description, plural, fields } = entity;
  if (description.trim() === '') {
    report(
      `${name} has no description. Write @Synced({ description: 'A …' }) for the people who read the schema.`,
    );
  }
  if (plural === camelCase(name)) {
    report(`${name}: the plural is the same as the single name. Write @Synced({ plural: '…' }).`);
  }
  if (fields.length === 0) {
    report(`${name} has no fields. Add a property with @Field and @Column.`);
  }
  checkFields(fields, name, report);
  const names = fields.map((field) => field.name);
  for (const unknown of entity.unique.flat().filter((field) => !names.includes(field))) {
    report(`${name}: unique names ${unknown}, which is no field of it.`);
  }
}

function checkFields(fields: readonly FieldDefinition[], outer: string, report: Report): void {
  for (const field of fields) {
    const place = `${outer}.${field.name}`;
    if (RESERVED.has(field.name) || field.name.startsWith('__')) {
      report(`${place}: this name is taken by the protocol. Choose another one.`);
    }
    checkDefault(field, place, report);
    checkMerger(field, place, report);
    checkReferenceShape(field, { place, siblings: fields }, report);
    if (field.fields !== undefined) {
      checkNested(field.fields, place, report);
      checkFields(field.fields, place, report);
    }
  }
}

/** Nested objects are replaced whole, so there is nothing to fill in or to merge inside of them. */
function checkNested(fields: readonly FieldDefinition[], place: string, report: Report): void {
  for (const field of fields) {
    if (field.default !== undefined || field.merger !== undefined || !field.writable) {
      report(
        `${place}.${field.name}: default, merge and writable stand on ${place}, not inside: it is replaced whole.`,
      );
    }
  }
}

function checkDefault(field: FieldDefinition, place: string, report: Report): void {
  if (field.default !== undefined && !isOfKind(field.default, field)) {
    report(`${place}: the default ${JSON.stringify(field.default)} is not a value of this field.`);
  }
  if (!field.writable && !field.nullable && field.default === undefined) {
    report(
      `${place}: clients may not set it and it cannot be null, so a new record needs a default. Write fields: { ${field.name}: { default: …, writable: false } }.`,
    );
  }
}

const MERGER_FITS: Readonly<Record<string, (field: FieldDefinition) => boolean>> = {
  text: (field) => field.kind === 'string' && !field.list,
  set: (field) => field.list && field.kind !== 'object' && field.kind !== 'json',
  counter: (field) => (field.kind === 'int' || field.kind === 'float') && !field.list && !field.nullable,
};

function checkMerger({ merger, ...field }: FieldDefinition, place: string, report: Report): void {
  if (typeof merger === 'string' && MERGER_FITS[merger]?.({ merger, ...field }) !== true) {
    report(
      `${place}: the merger '${merger}' does not fit. 'text' is for a String, 'set' for a list of scalars, 'counter' for a non-null Int or Float.`,
    );
  }
}

interface Surroundings {
  readonly place: string;
  readonly siblings: readonly FieldDefinition[];
}

function checkReferenceShape(
  field: FieldDefinition,
  { place, siblings }: Surroundings,
  report: Report,
): void {
  const { references, referenceField } = field;
  if ((references === undefined) !== (referenceField === undefined)) {
    report(`${place}: a reference needs both, references: 'Type' and as: 'fieldThatReadsIt'.`);
  }
  if (references === undefined) {
    return;
  }
  if (field.kind !== 'id' || field.list) {
    report(`${place}: a reference holds one id. Write @Field(() => ID).`);
  }
  const isTaken = siblings.some(
    (other) => other.name === referenceField || (other !== field && other.referenceField === referenceField),
  );
  if (referenceField !== undefined && (isTaken || RESERVED.has(referenceField))) {
    report(`${place}: as: '${referenceField}' is the name of another field. Choose another one.`);
  }
}

/** Reports what is wrong between entities: names that clash, references that lead nowhere. */
export function checkTogether(entities: readonly EntityDefinition[], report: Report): void {
  const taken = new Map<string, string>();
  for (const entity of entities) {
    for (const name of [entity.name, entity.plural, camelCase(entity.name)]) {
      const other = taken.get(name);
      if (other !== undefined && other !== entity.name) {
        report(
          `${entity.name} and ${other} would both be called ${name} in the schema. Rename one, or set plural.`,
        );
      }
      taken.set(name, entity.name);
    }
    checkTargets(entity.fields, { place: entity.name, entities }, report);
  }
  for (const twice of entities.filter(
    (entity, at) => entities.findIndex((e) => e.name === entity.name) !== at,
  )) {
    report(`${twice.name} stands in the list twice. Remove one.`);
  }
}

interface Neighbours {
  readonly place: string;
  readonly entities: readonly EntityDefinition[];
}

function checkTargets(
  fields: readonly FieldDefinition[],
  { place, entities }: Neighbours,
  report: Report,
): void {
  for (const field of fields) {
    const type = field.references?.type;
    if (type !== undefined && !entities.some((entity) => entity.name === type)) {
      const known = entities.map((entity) => entity.name).join(', ');
      report(
        `${place}.${field.name} references ${type}, which is not in the list of entities (${known}). Add its class there.`,
      );
    }
    checkTargets(field.fields ?? [], { place: `${place}.${field.name}`, entities }, report);
  }
}
