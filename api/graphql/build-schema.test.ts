import { createHash } from 'node:crypto';
import { Max, MaxLength, Min } from 'class-validator';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  parse,
  print,
  stripIgnoredCharacters,
  validate,
  visit,
} from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column } from 'typeorm';
import { expect, it } from 'vitest';
import { defineEntities } from '../entity/define-entities.ts';
import { DateTime, JsonScalar } from '../entity/scalars.ts';
import { Synced } from '../entity/synced.ts';
import { SyncedRecord } from '../entity/synced-record.ts';
import { buildHoldfastSchema } from './build-schema.ts';
import { printSyncedSchema } from './print-schema.ts';
import { PROTOCOL_VERSION } from './protocol.ts';
import { syncDocuments } from './sync-documents.ts';

const SampleState = { NEW: 'NEW', DONE: 'DONE' } as const;
registerEnumType(SampleState, {
  name: 'SampleState',
  description: 'How far it is.',
  valuesConfig: { NEW: { description: 'New.' }, DONE: { description: 'Done.' } },
});

@ObjectType('SamplePart', { description: 'A part.', simpleResolvers: true })
class SamplePart {
  @Field(() => ID, { description: 'What it is made of.' })
  materialId!: string;

  @Field(() => Int, { description: 'How many.' })
  @Min(1)
  count!: number;
}

@Synced<Material>({ description: 'A material.', policy: 'serverWins', scope: 'catalog' })
class Material extends SyncedRecord {
  @Field(() => String, { description: 'What it is called.' })
  @Column('text')
  name!: string;
}

@Synced<Sample>({
  description: 'A sample of everything.',
  policy: 'merge',
  fields: {
    title: { default: '' },
    body: { default: '', merge: 'text' },
    stock: { default: 0, merge: 'counter' },
    state: { default: 'NEW', writable: false },
    parts: { default: [], fields: { materialId: { references: 'Material', as: 'material' } } },
    extra: { default: { size: 1.5, list: [null, true] } },
  },
})
class Sample extends SyncedRecord {
  @Field(() => String, { description: 'One line.' })
  @Column('text')
  @MaxLength(20)
  title!: string;

  @Field(() => String, { description: 'Text.' })
  @Column('text')
  body!: string;

  @Field(() => Int, { description: 'How many there are.' })
  @Column('integer')
  @Max(99)
  stock!: number;

  @Field(() => Float, { description: 'How heavy it is.' })
  @Column('double precision')
  weight!: number;

  @Field(() => Boolean, { description: 'Whether it is in use.' })
  @Column('boolean')
  active!: boolean;

  @Field(() => [String], { description: 'Words about it.' })
  @Column('text', { array: true })
  labels!: string[];

  @Field(() => SampleState, { description: 'How far it is.' })
  @Column('text')
  state!: keyof typeof SampleState;

  @Field(() => DateTime, { nullable: true, description: 'When it is due.' })
  @Column('timestamp with time zone', { precision: 3, nullable: true })
  dueAt!: string | null;

  @Field(() => [SamplePart], { description: 'Its parts.' })
  @Column('jsonb')
  parts!: SamplePart[];

  @Field(() => JsonScalar, { nullable: true, description: 'Anything else.' })
  @Column('jsonb', { nullable: true })
  extra!: unknown;
}

const entities = defineEntities([Sample, Material]);
const schema = buildHoldfastSchema({ entities });
const sdl = printSyncedSchema(schema, entities);

/** What has to change together with PROTOCOL_VERSION: see protocol.ts. */
const WIRE_HASHES: Readonly<Record<number, string>> = {
  1: '53d8fe545754db3bd8580ccf75cfad7bb651427eaee2a51b1b0635c55439dbb1',
};

it('pins the sync part of the schema to the version of the protocol', () => {
  const bare = visit(parse(sdl), {
    enter: (node) => ('description' in node ? { ...node, description: undefined } : undefined),
  });
  const documents = JSON.stringify(syncDocuments(entities));
  const hash = createHash('sha256')
    .update(stripIgnoredCharacters(print(bare)))
    .update(documents)
    .digest('hex');
  expect(hash).toBe(WIRE_HASHES[PROTOCOL_VERSION]);
});

/** Every place of the schema that a person may look up, with its description. */
function places(of: GraphQLSchema): readonly (readonly [place: string, description: string])[] {
  const found: [string, string][] = [];
  const add = (
    place: string,
    { description }: { readonly description?: string | null | undefined },
  ): void => {
    found.push([place, description ?? '']);
  };
  const types = Object.values(of.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  for (const type of types) {
    add(type.name, type);
    if (isEnumType(type)) {
      type.getValues().forEach((value) => add(`${type.name}.${value.name}`, value));
    } else if (isObjectType(type) || isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        add(`${type.name}.${field.name}`, field);
        const args = 'args' in field ? field.args : [];
        args.forEach((arg: { readonly name: string; readonly description?: string | null }) =>
          add(`${type.name}.${field.name}(${arg.name})`, arg),
        );
      }
    } else {
      expect(isScalarType(type) || type.name === 'SyncRecord').toBe(true);
    }
  }
  for (const directive of of.getDirectives()) {
    add(`@${directive.name}`, directive);
    directive.args.forEach((arg) => add(`@${directive.name}(${arg.name})`, arg));
  }
  return found;
}

it('describes every type, field, argument, value and directive', () => {
  const all = places(schema);
  expect(all.length).toBeGreaterThan(200);
  expect(all.filter(([, description]) => description.length < 4)).toEqual([]);
});

it('prints a schema that parses to the same one, and prints it the same way each time', () => {
  const again = buildSchema(sdl);
  const names = (of: GraphQLSchema) => Object.keys(of.getTypeMap()).filter((name) => !name.startsWith('__'));
  expect(names(again).toSorted()).toEqual(names(schema).toSorted());
  const rebuilt = buildHoldfastSchema({ entities: defineEntities([Sample, Material]) });
  expect(printSyncedSchema(rebuilt, entities)).toBe(sdl);
});

it('has no GraphQL default on any upsert or values input: it would overwrite what an edit leaves out', () => {
  for (const name of [
    'SampleUpsert',
    'SampleValues',
    'SamplePartInput',
    'MaterialUpsert',
    'MaterialValues',
  ]) {
    const type = schema.getType(name);
    const fields = isInputObjectType(type) ? Object.values(type.getFields()) : [];
    expect(fields.length).toBeGreaterThan(0);
    expect(fields.filter((field) => field.defaultValue !== undefined)).toEqual([]);
  }
});

it('leaves every field of an upsert optional but the id, and server-only fields out', () => {
  const type = schema.getType('SampleUpsert');
  const fields = isInputObjectType(type) ? type.getFields() : {};
  const types = Object.fromEntries(Object.values(fields).map((field) => [field.name, String(field.type)]));
  expect(types).toEqual({
    id: 'ID!',
    version: 'Position',
    epoch: 'ID',
    base: 'SampleValues',
    seq: 'Int',
    editedAt: 'DateTime',
    group: 'ID',
    deleted: 'Boolean',
    title: 'String',
    body: 'String',
    stock: 'Int',
    weight: 'Float',
    active: 'Boolean',
    labels: '[String!]',
    dueAt: 'DateTime',
    parts: '[SamplePartInput!]',
    extra: 'JSON',
  });
});

it('writes what the device has to know as directives, on types and on inputs alike', () => {
  const lines = sdl.split('\n').map((line) => line.trim());
  for (const line of [
    'type Sample implements SyncRecord @synced(plural: "samples", policy: "merge") {',
    'type Material implements SyncRecord @synced(plural: "materials", policy: "serverWins", scope: "catalog") {',
    'title: String! @default(value: "") @constraint(maxLength: 20)',
    'title: String @default(value: "") @constraint(maxLength: 20)',
    'body: String! @default(value: "") @merge(with: "text")',
    'stock: Int! @default(value: 0) @merge(with: "counter") @constraint(max: 99)',
    'state: SampleState! @default(value: "NEW")',
    'extra: JSON @default(value: {size: 1.5, list: [null, true]})',
    'materialId: ID! @references(type: "Material", field: "material", scope: "catalog")',
    'count: Int! @constraint(min: 1)',
  ]) {
    expect(lines).toContain(line);
  }
});

it('gives filters only operators that mean something, and orders only by single values', () => {
  const fieldsOf = (name: string): readonly string[] => {
    const type = schema.getType(name);
    return isInputObjectType(type) ? Object.keys(type.getFields()) : [];
  };
  expect(fieldsOf('SampleFilter').join(' ')).toBe(
    'and or not id createdAt updatedAt title body stock weight active labels state dueAt',
  );
  expect(fieldsOf('SampleStateFilter')).toEqual(['eq', 'in', 'isNull']);
  expect(fieldsOf('StringFilter')).toEqual(['eq', 'in', 'lt', 'lte', 'gt', 'gte', 'isNull', 'contains']);
  expect(fieldsOf('BooleanFilter')).toEqual(['eq', 'isNull']);
  const order = schema.getType('SampleOrderField');
  const values = isEnumType(order) ? order.getValues().map((value) => value.name) : [];
  expect(values.join(' ')).toBe('id createdAt updatedAt title body stock weight active state dueAt');
});

it('emits sync documents that are valid, hashed over their text, and name every field on the device', () => {
  const { pull, push, heads, pokes, types, protocol } = syncDocuments(entities);
  expect({ types, protocol }).toEqual({ types: ['Material', 'Sample'], protocol: PROTOCOL_VERSION });
  for (const { name, text, sha256 } of [pull, push, heads, pokes]) {
    expect(validate(schema, parse(text))).toEqual([]);
    expect(text).toContain(name);
    expect(createHash('sha256').update(text, 'utf8').digest('hex')).toBe(sha256);
  }
  for (const { text } of [pull, push]) {
    expect(stripIgnoredCharacters(text)).toContain(
      '{id scope version createdAt updatedAt deletedAt title body stock weight active labels state dueAt parts{materialId count}extra}',
    );
  }
});
