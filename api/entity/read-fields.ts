import { getMetadataStorage } from 'type-graphql';
import type { Json } from '../sync/model.ts';
import { readConstraints } from './constraints.ts';
import type { Constraint, FieldDefinition } from './definition.ts';
import type { Report } from './entity-definition-error.ts';
import { readFieldType } from './field-type.ts';
import type { FieldType } from './field-type.ts';
import type { FieldOptions } from './synced.ts';
import { SyncedRecord } from './synced-record.ts';

type FieldMetadata = ReturnType<typeof getMetadataStorage>['fields'][number];

/** Where fields are read from: a class, what `@Synced` says about its fields, and the classes around it. */
export interface FieldSource {
  readonly target: new () => object;
  readonly options: { readonly [name: string]: FieldOptions };
  /** How sentences name the class, such as `Order.lines`. */
  readonly place: string;
  /** The nested classes that lead here: one of them again would never end. */
  readonly outer: readonly object[];
}

/** Reads the own fields of an entity class or of a nested object's class, in the order they are declared. */
export function readFields(source: FieldSource, report: Report): readonly FieldDefinition[] {
  const chain = ownChain(source.target);
  const found = chain.flatMap((target) =>
    getMetadataStorage().fields.filter((field) => field.target === target),
  );
  for (const name of Object.keys(source.options)) {
    if (!found.some((field) => field.name === name)) {
      report(
        `${source.place}: @Synced names the field ${name}, which has no @Field. Add one or remove the entry.`,
      );
    }
  }
  const constraints = readConstraints(source.target);
  return found.flatMap((field) =>
    readField(field, { source, constraint: constraints.get(field.name) }, report),
  );
}

/** The class and those it extends up to SyncedRecord, the outermost first: that is the order of declaration. */
export function ownChain(target: object): readonly object[] {
  const chain: object[] = [];
  let current: object | null = target;
  while (typeof current === 'function' && current !== SyncedRecord && current !== Function.prototype) {
    chain.unshift(current);
    current = Object.getPrototypeOf(current) as object | null;
  }
  return chain;
}

interface FieldContext {
  readonly source: FieldSource;
  readonly constraint: Constraint | undefined;
}

function readField(
  field: FieldMetadata,
  { source, constraint }: FieldContext,
  report: Report,
): FieldDefinition[] {
  const place = `${source.place}.${field.name}`;
  const type = readFieldType(place, field.getType() as object, report);
  if (type === undefined) {
    return [];
  }
  checkShape(place, field, report);
  const options = source.options[field.name] ?? {};
  return [
    {
      name: field.name,
      kind: type.kind,
      list: field.typeOptions.array === true,
      nullable: field.typeOptions.nullable === true,
      writable: options.writable !== false,
      default: options.default as Json | undefined,
      merger: options.merge as FieldDefinition['merger'],
      references:
        options.references === undefined ? undefined : { type: options.references, scope: options.scope },
      referenceField: options.as,
      values: type.values,
      fields: nestedFields({ source, place, options }, type, report),
      description: field.description ?? '',
      deprecationReason: field.deprecationReason,
      graphqlType: type.graphqlType,
      typeName: type.typeName,
      constraint,
    },
  ];
}

function checkShape(place: string, field: FieldMetadata, report: Report): void {
  const { nullable, arrayDepth, defaultValue } = field.typeOptions as FieldMetadata['typeOptions'] & {
    readonly arrayDepth?: number;
  };
  if (field.description === undefined || field.description.trim() === '') {
    report(
      `${place} has no description. Write @Field(() => …, { description: '…' }) for the people who read the schema.`,
    );
  }
  if (field.schemaName !== field.name) {
    report(
      `${place} is called ${field.schemaName} in GraphQL. Give the property that name: records hold it under one name.`,
    );
  }
  if (nullable === 'items' || nullable === 'itemsAndList') {
    report(
      `${place}: elements of a list cannot be null. Write nullable: true for a list that may be null, or nothing.`,
    );
  }
  if (arrayDepth !== undefined && arrayDepth > 1) {
    report(`${place}: a list of lists cannot be synced. Use JsonScalar, or a nested object with a list.`);
  }
  if (defaultValue !== undefined) {
    report(
      `${place}: defaultValue in @Field has no effect. Write the default in @Synced: fields: { … default }.`,
    );
  }
}

interface NestedPlace {
  readonly source: FieldSource;
  readonly place: string;
  readonly options: FieldOptions;
}

function nestedFields({ source, place, options }: NestedPlace, type: FieldType, report: Report) {
  if (type.kind !== 'object') {
    return undefined;
  }
  const target = type.graphqlType as new () => object;
  if (source.outer.includes(target) || target.prototype instanceof SyncedRecord) {
    report(
      `${place}: a record cannot hold ${type.typeName ?? 'itself'}. Hold its id, and say what it references.`,
    );
    return [];
  }
  checkNestedType(place, target, report);
  return readFields(
    { target, options: options.fields ?? {}, place, outer: [...source.outer, target] },
    report,
  );
}

function checkNestedType(place: string, target: object, report: Report): void {
  const metadata = getMetadataStorage().objectTypes.find((type) => type.target === target);
  if (metadata?.description === undefined) {
    report(
      `${place}: ${metadata?.name ?? 'the nested class'} has no description. Write @ObjectType('…', { description: '…' }).`,
    );
  }
  if (metadata?.simpleResolvers !== true) {
    report(
      `${place}: write @ObjectType('…', { simpleResolvers: true }): without it each value costs a promise.`,
    );
  }
}
