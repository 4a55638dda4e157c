import { ArrayMaxSize, ArrayMinSize, IsEmail, Length, Matches, Max, MaxLength, Min } from 'class-validator';
import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { expect, it } from 'vitest';
import { defineEntities } from './define-entities.ts';
import { EntityDefinitionError } from './entity-definition-error.ts';
import { DateTime, JsonScalar } from './scalars.ts';
import { Synced } from './synced.ts';
import { SyncedRecord } from './synced-record.ts';

const OrderStatus = { OPEN: 'OPEN', PAID: 'PAID' } as const;
registerEnumType(OrderStatus, {
  name: 'OrderStatus',
  description: 'How far an order has come.',
  valuesConfig: { OPEN: { description: 'Not paid.' }, PAID: { description: 'Paid.' } },
});

@ObjectType('OrderLine', { description: 'One line of an order.', simpleResolvers: true })
class OrderLine {
  @Field(() => ID, { description: 'What is ordered.' })
  productId!: string;

  @Field(() => Int, { description: 'How many.' })
  @Min(1)
  quantity!: number;
}

@Synced<Product>({ description: 'Something to buy.', policy: 'serverWins', scope: 'catalog' })
@Entity({ name: 'shop_product' })
class Product extends SyncedRecord {
  @Field(() => Float, { description: 'What one costs.' })
  @Column('double precision')
  @Min(0)
  @Max(1000)
  price!: number;
}

@Synced<Order>({
  description: 'An order.',
  policy: 'manual',
  fields: {
    status: { default: 'OPEN', writable: false },
    lines: { fields: { productId: { references: 'Product', as: 'product' } } },
    labels: { default: [] },
    details: { merge: (base, yours) => yours ?? base },
  },
  unique: [['number']],
  rule: (_before, after) =>
    after.number === '0' ? { field: 'number', message: 'There is no order 0.' } : null,
})
class Order extends SyncedRecord {
  @Field(() => OrderStatus, { description: 'How far it has come.' })
  @Column('text')
  status!: keyof typeof OrderStatus;

  @Field(() => [OrderLine], { description: 'What is ordered.' })
  @Column('jsonb')
  lines!: OrderLine[];

  @Field(() => [String], { description: 'Labels.' })
  @Column('text', { array: true })
  @ArrayMinSize(0)
  @ArrayMaxSize(3)
  @MaxLength(10, { each: true })
  labels!: string[];

  @Field(() => DateTime, { nullable: true, description: 'When it is due.' })
  @Column('timestamp with time zone', { precision: 3, nullable: true })
  dueAt!: string | null;

  @Field(() => JsonScalar, { nullable: true, description: 'Anything else.' })
  @Column('jsonb', { nullable: true, name: 'more' })
  details!: unknown;

  @Field(() => String, { description: 'The number on the paper.' })
  @Column('text')
  @Matches(/^\d+$/)
  @Length(1, 9)
  number!: string;

  @Field(() => String, { nullable: true, description: 'Where to write to.' })
  @Column('text', { nullable: true })
  @IsEmail()
  email!: string | null;
}

const [product, order] = defineEntities([Product, Order]);
const fieldOf = (name: string) => order?.fields.find((field) => field.name === name);

it('reads names, table, scope and columns', () => {
  expect(product).toMatchObject({
    name: 'Product',
    plural: 'products',
    table: 'shop_product',
    scope: 'catalog',
  });
  expect(order).toMatchObject({
    name: 'Order',
    plural: 'orders',
    table: 'order',
    scope: undefined,
    unique: [['number']],
  });
  expect(order?.columns).toEqual([
    { field: 'status', column: 'status', pgType: 'text' },
    { field: 'lines', column: 'lines', pgType: 'jsonb' },
    { field: 'labels', column: 'labels', pgType: 'text[]' },
    { field: 'dueAt', column: 'due_at', pgType: 'timestamp with time zone' },
    { field: 'details', column: 'more', pgType: 'jsonb' },
    { field: 'number', column: 'number', pgType: 'text' },
    { field: 'email', column: 'email', pgType: 'text' },
  ]);
});

it('reads kinds, lists, null, defaults and who may write', () => {
  expect(fieldOf('status')).toMatchObject({
    kind: 'enum',
    values: ['OPEN', 'PAID'],
    default: 'OPEN',
    writable: false,
  });
  expect(fieldOf('labels')).toMatchObject({
    kind: 'string',
    list: true,
    nullable: false,
    default: [],
    writable: true,
  });
  expect(fieldOf('dueAt')).toMatchObject({
    kind: 'dateTime',
    list: false,
    nullable: true,
    default: undefined,
  });
  expect(fieldOf('details')).toMatchObject({ kind: 'json', nullable: true });
  expect(typeof fieldOf('details')?.merger).toBe('function');
});

it('reads nested objects, and takes the scope of a reference from the type it leads to', () => {
  const lines = fieldOf('lines');
  expect(lines).toMatchObject({ kind: 'object', list: true, typeName: 'OrderLine' });
  expect(lines?.fields?.map(({ name, kind }) => [name, kind])).toEqual([
    ['productId', 'id'],
    ['quantity', 'int'],
  ]);
  expect(lines?.fields?.[0]?.references).toEqual({ type: 'Product', scope: 'catalog' });
  expect(lines?.fields?.[0]?.referenceField).toBe('product');
});

it("reads the limits of class-validator's decorators, those of elements included", () => {
  expect(product?.fields[0]?.constraint).toEqual({ min: 0, max: 1000 });
  expect(fieldOf('labels')?.constraint).toEqual({ minItems: 0, maxItems: 3, maxLength: 10 });
  expect(fieldOf('number')?.constraint).toEqual({ pattern: '^\\d+$', minLength: 1, maxLength: 9 });
  expect(fieldOf('email')?.constraint).toBeUndefined();
});

it.each([
  [{ number: '12' }, null],
  [{ number: 'twelve' }, 'number'],
  [{ number: '1234567890' }, 'number'],
  [{ number: null }, 'number'],
  [{ number: 12 }, 'number'],
  [{ email: 'nobody' }, 'email'],
  [{ email: null }, null],
  [{ status: 'LOST' }, 'status'],
  [{ labels: ['a', 'b', 'c', 'd'] }, 'labels'],
  [{ labels: ['much too long a label'] }, 'labels'],
  [{ labels: ['a', null] }, 'labels'],
  [{ lines: [{ productId: 'p', quantity: 1 }] }, null],
  [{ lines: [{ productId: 'p', quantity: 0 }] }, 'lines'],
  [{ lines: [{ productId: 'p' }] }, 'lines'],
  [{ lines: [null] }, 'lines'],
  [{ lines: [{ productId: 'p', quantity: 1, price: 3 }] }, 'lines'],
  [{ details: { a: ['nul \u0000'] } }, 'details'],
  [{ email: 'half \ud800' }, 'email'],
  [{ details: '👍' }, null],
  [{ colour: 'red' }, 'colour'],
  [{}, null],
])('checks only the values a change names: %j', (values, field) => {
  const violation = order?.validate(values);
  expect(violation === null ? null : violation?.field).toBe(field);
});

it('hands on the rule of the type', () => {
  expect(order?.rule?.(null, { number: '0' })).toEqual({ field: 'number', message: 'There is no order 0.' });
});

function problemsOf(...classes: (new () => SyncedRecord)[]): readonly string[] {
  try {
    defineEntities(classes);
  } catch (error) {
    if (error instanceof EntityDefinitionError) {
      return error.problems;
    }
    throw error;
  }
  return [];
}

it('says what is wrong with a class and how to mend it, everything at once', () => {
  @Synced<Bad>({
    description: ' ',
    policy: 'merge',
    plural: 'bad',
    fields: {
      plain: { default: 5 as unknown as string, merge: 'counter' },
      kept: { writable: false },
      otherId: { references: 'Nowhere', as: 'other' },
      alone: { references: 'Bad' },
    },
    unique: [['plain', 'ghost' as 'plain']],
  })
  class Bad extends SyncedRecord {
    @Field(() => String)
    @Column('integer')
    plain!: string;

    @Field(() => Int, { description: 'Set by the server.' })
    @Column('integer')
    kept!: number;

    @Field(() => ID, { nullable: true, description: 'Leads nowhere.' })
    @Column('text')
    otherId!: string | null;

    @Field(() => ID, { description: 'Nobody reads it.' })
    alone!: string;

    @Field(() => Number, { description: 'Int or Float?' })
    @Column('integer')
    vague!: number;

    @Field(() => Date, { description: 'When?' })
    @Column('timestamptz' as 'timestamp with time zone')
    when!: Date;

    @Field(() => [String], { nullable: 'items', description: 'Holes.' })
    @Column('text')
    holes!: string[];

    @Field(() => String, { description: 'Taken.' })
    @Column('text')
    syncState!: string;
  }

  const problems = problemsOf(Bad).join('\n');
  for (const sentence of [
    'Bad has no description',
    'Bad: the plural is the same as the single name',
    'Bad.plain has no description',
    "Bad.plain: this column cannot hold it. Write @Column('text')",
    'Bad.plain: the default 5 is not a value of this field',
    "Bad.plain: the merger 'counter' does not fit",
    'Bad.kept: clients may not set it and it cannot be null',
    'Bad.otherId references Nowhere, which is not in the list of entities (Bad)',
    'Bad.otherId: @Field and @Column disagree on null',
    "Bad.alone: a reference needs both, references: 'Type' and as:",
    "Bad.alone has no column. Write @Column('text')",
    'Bad.vague: Number says too little',
    'Bad.when: a JavaScript Date loses',
    'Bad.holes: elements of a list cannot be null',
    "Bad.holes: this column cannot hold it. Write @Column('text', { array: true })",
    'Bad.syncState: this name is taken',
    'Bad: unique names ghost',
  ]) {
    expect(problems).toContain(sentence);
  }
});

it('refuses classes that are no synced types, or are listed twice', () => {
  class Plain extends SyncedRecord {}
  expect(problemsOf(Plain)).toEqual([
    expect.stringContaining('Plain is no synced type. Write @Synced<Plain>'),
  ]);
  expect(problemsOf(Product, Product)).toContain('Product stands in the list twice. Remove one.');
});

it('refuses a field that @Synced names and the class does not have', () => {
  const fields = { gone: { default: 1 } } as object;
  @Synced<Half>({ description: 'Half a class.', policy: 'merge', fields })
  class Half extends SyncedRecord {
    @Field(() => String, { description: 'There.' })
    @Column('text')
    there!: string;
  }
  expect(problemsOf(Half)).toEqual([expect.stringContaining('names the field gone, which has no @Field')]);
});
