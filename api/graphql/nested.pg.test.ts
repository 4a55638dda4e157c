import { Min } from 'class-validator';
import { execute, parse } from 'graphql';
import pg from 'pg';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defineEntities } from '../entity/define-entities.ts';
import { draftMigration } from '../entity/draft-migration.ts';
import { Synced } from '../entity/synced.ts';
import { SyncedRecord } from '../entity/synced-record.ts';
import { openStorage } from '../storage/storage.ts';
import type { Storage } from '../storage/storage.ts';
import { syncedTableStatements } from '../storage/synced-table.ts';
import { sha256, systemClock } from '../storage/system-ports.ts';
import { createSyncEngine } from '../sync/engine.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import type { TestDatabase } from '../testing/test-database.ts';
import { buildHoldfastSchema } from './build-schema.ts';
import type { GraphqlContext } from './context.ts';

const OrderStatus = { OPEN: 'OPEN', PAID: 'PAID' } as const;
registerEnumType(OrderStatus, {
  name: 'OrderStatus',
  description: 'How far an order is.',
  valuesConfig: { OPEN: { description: 'Not paid.' }, PAID: { description: 'Paid.' } },
});

@Synced<Product>({ description: 'A product.', policy: 'serverWins', scope: 'catalog' })
class Product extends SyncedRecord {
  @Field(() => String, { description: 'Its name.' })
  @Column('text')
  name!: string;
}

@ObjectType('OrderLine', { description: 'A line of an order.', simpleResolvers: true })
class OrderLine {
  @Field(() => ID, { description: 'The product.' })
  productId!: string;

  @Field(() => ID, { nullable: true, description: 'The order it was copied from.' })
  originId!: string | null;

  @Field(() => Int, { description: 'How many.' })
  @Min(1)
  quantity!: number;
}

@Synced<Order>({
  description: 'An order.',
  policy: 'lastWriteWins',
  fields: {
    status: { default: 'OPEN' },
    total: { default: 0, writable: false },
    lines: {
      default: [],
      fields: {
        productId: { references: 'Product', as: 'product' },
        originId: { references: 'Order', as: 'origin' },
      },
    },
  },
  unique: [['number']],
  rule: (before, after) =>
    before?.status === 'PAID' && after.status === 'OPEN'
      ? { field: 'status', message: 'A paid order stays paid.' }
      : null,
  derive: (after) => ({ total: after.lines.reduce((sum, line) => sum + line.quantity, 0) }),
})
class Order extends SyncedRecord {
  @Field(() => String, { description: 'Its number.' })
  @Column('text')
  number!: string;

  @Field(() => OrderStatus, { description: 'How far it is.' })
  @Column('text')
  status!: keyof typeof OrderStatus;

  @Field(() => Int, { description: 'How many pieces.' })
  @Column('integer')
  total!: number;

  @Field(() => [OrderLine], { description: 'Its lines.' })
  @Column('jsonb')
  lines!: OrderLine[];
}

const classes = [Product, Order];
const entities = defineEntities(classes);
const schema = buildHoldfastSchema({ entities });

let database: TestDatabase;
let storage: Storage;
let createContext: () => GraphqlContext;

async function createTables(): Promise<void> {
  const { up, createdTables } = await draftMigration(database.url, classes);
  const client = new pg.Client({ connectionString: database.url, options: '-c search_path=public' });
  await client.connect();
  for (const statement of [...up, ...createdTables.flatMap((table) => syncedTableStatements(table).up)]) {
    await client.query(statement);
  }
  await client.end();
}

beforeAll(async () => {
  database = await createTestDatabase();
  storage = openStorage({ databaseUrl: database.url, entities });
  await storage.migrate();
  await createTables();
  await storage.start();
  await storage.access.ensureAccount({ id: 'ada', name: 'Ada' });
  await storage.access.grant('ada', 'catalog', 'WRITE');
  const viewer = (await storage.access.viewer('ada')) ?? expect.fail('there is no account');
  const engine = createSyncEngine({
    entities,
    store: storage,
    pokes: storage.notifier,
    hash: sha256,
    clock: systemClock,
  });
  createContext = () => ({ viewer, engine, requestId: 'r', heads: () => expect.fail('nobody subscribes') });
});

afterAll(async () => {
  await storage.close();
  await database.drop();
});

async function run(text: string) {
  const { data, errors } = await execute({ schema, document: parse(text), contextValue: createContext() });
  expect(errors).toBeUndefined();
  return JSON.parse(JSON.stringify(data)) as unknown;
}

const RESULT =
  '{ results { outcome error { code field } record { status total lines { productId quantity } } } }';

it('stores nested objects, derives values, and reads the records they refer to in their own and in fixed scopes', async () => {
  await run('mutation { upsertProducts(scope: "catalog", changes: [{ id: "p1", name: "Tea" }]) { epoch } }');
  const lines = '[{ productId: "p1", quantity: 2 }, { productId: "p1", quantity: 3, originId: "o0" }]';
  const created = await run(
    `mutation { upsertOrders(changes: [{ id: "o0", number: "1" }, { id: "o1", number: "2", lines: ${lines} }]) ${RESULT} }`,
  );
  expect(created).toMatchObject({
    upsertOrders: {
      results: [
        { outcome: 'APPLIED', record: { status: 'OPEN', total: 0, lines: [] } },
        {
          outcome: 'APPLIED',
          record: { total: 5, lines: [{ productId: 'p1', quantity: 2 }, { quantity: 3 }] },
        },
      ],
    },
  });
  const read = await run('{ order(id: "o1") { lines { product { name } origin { number } } } }');
  expect(read).toEqual({
    order: {
      lines: [
        { product: { name: 'Tea' }, origin: null },
        { product: { name: 'Tea' }, origin: { number: '1' } },
      ],
    },
  });
});

it('refuses nested values that break a limit, values twice that are unique, and steps that the rule forbids', async () => {
  const answer = await run(`mutation {
    upsertOrders(changes: [
      { id: "o2", number: "3", lines: [{ productId: "p1", quantity: 0 }] }
      { id: "o3", number: "1" }
      { id: "o1", version: 2, status: PAID }
    ]) ${RESULT}
  }`);
  expect(answer).toMatchObject({
    upsertOrders: {
      results: [
        { outcome: 'REJECTED', error: { code: 'BAD_INPUT', field: 'lines' } },
        { outcome: 'REJECTED', error: { code: 'ALREADY_EXISTS' } },
        { outcome: 'APPLIED', record: { status: 'PAID' } },
      ],
    },
  });
  const back = await run(
    `mutation { upsertOrders(changes: [{ id: "o1", version: 99, base: { status: PAID }, status: OPEN }]) ${RESULT} }`,
  );
  expect(back).toMatchObject({
    upsertOrders: { results: [{ outcome: 'REJECTED', error: { code: 'RULE_VIOLATED', field: 'status' } }] },
  });
});

it('filters by enums, and orders by numbers', async () => {
  const answer = await run(
    '{ orders(filter: { status: { in: [OPEN] } }, orderBy: [{ field: total, direction: DESC }]) { id } }',
  );
  expect(answer).toEqual({ orders: [{ id: 'o0' }] });
});
