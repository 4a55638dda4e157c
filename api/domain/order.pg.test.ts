import { afterAll, beforeAll, expect, it } from 'vitest';
import { execute, parse } from 'graphql';
import { buildHoldfastSchema } from '../graphql/build-schema.ts';
import type { ChangeInput, SyncEngine, Values, Viewer } from '../sync/model.ts';
import { openTestEngine } from '../testing/test-engine.ts';
import type { TestEngine } from '../testing/test-engine.ts';
import { entities } from './index.ts';
import { migrations } from './migrations/index.ts';
import { OrderStatus } from './order-status.ts';

const TEAM = 'team:shop';
const line = (productId: string, quantity = 1, unitPrice = 250) => ({ productId, quantity, unitPrice });

let api: TestEngine;
let ada: Viewer;

beforeAll(async () => {
  api = await openTestEngine({ entities, migrations });
  ada = await api.viewer('ada', { catalog: 'READ', [TEAM]: 'WRITE' });
  const products = ['tea', 'cup', 'pot'].map((id) => ({
    type: 'Product',
    change: { id, values: { name: id, price: 250, stock: 10 } },
  }));
  await api.engine.write('catalog', products);
});

afterAll(() => api.close());

async function push(id: string, values: Values, rest: Partial<ChangeInput> = {}) {
  const change = { ...EMPTY, id, values, payload: null, ...rest };
  const answer = await api.engine.push({
    viewer: ada,
    fields: [{ type: 'Order', scope: TEAM, device: undefined, changes: [change] }],
  });
  return answer.results.flat()[0] ?? expect.fail('there is no result');
}

const EMPTY = {
  version: undefined,
  epoch: undefined,
  base: undefined,
  seq: undefined,
  editedAt: undefined,
  group: undefined,
  deleted: undefined,
};

async function stateOf(id: string) {
  const [record] = await api.engine.records(ada, 'Order', [{ scope: TEAM, id }]);
  return record ?? expect.fail('there is no order');
}

it('begins as a draft whose total the server computes', async () => {
  expect(await push('o1', { lines: [line('tea', 2), line('cup', 3, 100)] })).toMatchObject({
    outcome: 'APPLIED',
    record: { status: 'DRAFT', number: null, total: 800, note: '' },
  });
  expect(await push('o1', { total: 1 }, { version: 1 })).toMatchObject({
    error: { code: 'BAD_INPUT', field: 'total' },
  });
  expect(await push('o2', { status: 'PACKED' })).toMatchObject({
    error: { code: 'RULE_VIOLATED', field: 'status' },
  });
});

it('R27 refuses a line whose product is not in the catalogue', async () => {
  expect(await push('o3', { lines: [line('tea'), line('none')] })).toMatchObject({
    outcome: 'REJECTED',
    error: { code: 'MISSING_REFERENCE', field: 'lines' },
  });
});

it.each([
  ['DRAFT', ['CANCELLED']],
  ['PLACED', ['PACKED', 'CANCELLED']],
  ['PACKED', ['SHIPPED']],
  ['SHIPPED', ['DELIVERED']],
  ['DELIVERED', []],
  ['CANCELLED', []],
] as const)('goes from %s to %j and nowhere else', async (from, allowed) => {
  const path = { DRAFT: 0, PLACED: 1, PACKED: 2, SHIPPED: 3, DELIVERED: 4, CANCELLED: 1 }[from];
  const statuses = from === 'CANCELLED' ? ['CANCELLED'] : Object.keys(OrderStatus).slice(1, path + 1);
  for (const to of Object.keys(OrderStatus).filter((status) => status !== from)) {
    const id = `${from}-${to}`;
    await push(id, { lines: [line('tea')] });
    for (const status of statuses) {
      await writeAsServer(id, status === 'PLACED' ? { status, number: freeNumber() } : { status });
    }
    const { version } = await stateOf(id);
    const { outcome, error } = await push(id, { status: to }, { version });
    const isAllowed = (allowed as readonly string[]).includes(to);
    expect([to, outcome, error?.code]).toEqual([
      to,
      isAllowed ? 'APPLIED' : 'REJECTED',
      isAllowed ? undefined : 'RULE_VIOLATED',
    ]);
  }
});

let numbers = 0;
const freeNumber = () => ++numbers;

async function writeAsServer(id: string, values: Values): Promise<void> {
  const { version } = await stateOf(id);
  const [result] = await api.engine.write(TEAM, [{ type: 'Order', change: { id, version, values } }]);
  expect(result).toMatchObject({ outcome: 'APPLIED' });
}

it('says when it reached each step, and keeps that through other edits', async () => {
  const [begun, placed] = ['2026-01-31T12:00:00.000Z', '2026-01-31T13:00:00.000Z'];
  const at = (time: string) => ({ editedAt: Date.parse(time) });
  await push('timed', { lines: [line('tea')] }, at(begun));
  await push('timed', { note: 'Ring twice.' }, { version: 1, ...at(placed) });
  expect(await stateOf('timed')).toMatchObject({ steps: [{ status: 'DRAFT', at: begun }] });
  await writeAsServer('timed', { status: 'PLACED', number: freeNumber() });
  const { version } = await stateOf('timed');
  const { record } = await push('timed', { status: 'PACKED' }, { version });
  expect(record).toMatchObject({
    steps: [{ status: 'DRAFT' }, { status: 'PLACED' }, { status: 'PACKED' }],
  });
  expect(await push('timed', { steps: [] }, { version })).toMatchObject({
    error: { code: 'BAD_INPUT', field: 'steps' },
  });
});

it('keeps its lines once it is placed', async () => {
  await push('fixed', { lines: [line('tea')] });
  await writeAsServer('fixed', { status: 'PLACED', number: freeNumber() });
  const { version } = await stateOf('fixed');
  expect(await push('fixed', { lines: [line('cup')] }, { version })).toMatchObject({
    error: { code: 'RULE_VIOLATED', field: 'lines' },
  });
  expect(await push('fixed', { note: 'Ring twice.' }, { version })).toMatchObject({ outcome: 'APPLIED' });
});

it('R22 leaves opposed edits to a person', async () => {
  const { record } = await push('both', { note: 'one' });
  const version = record?.version;
  await push('both', { note: 'two' }, { version, base: { note: 'one' } });
  expect(await push('both', { note: 'three' }, { version, base: { note: 'one' } })).toMatchObject({
    outcome: 'CONFLICT',
    conflicts: [{ field: 'note', base: 'one', yours: 'three', theirs: 'two', kept: 'UNDECIDED' }],
    record: { note: 'two' },
  });
});

it('reads the products of all lines of all orders with one query', async () => {
  for (const id of ['r1', 'r2', 'r3']) {
    await push(id, { lines: [line('tea'), line('cup'), line('pot')], note: 'read' });
  }
  const asked: (readonly unknown[])[] = [];
  const engine: SyncEngine = {
    ...api.engine,
    records: (viewer, type, keys) => {
      asked.push([type, keys.map(({ scope, id }) => `${scope}/${id}`).sort()]);
      return api.engine.records(viewer, type, keys);
    },
  };
  const { data, errors } = await execute({
    schema: buildHoldfastSchema({ entities: api.entities }),
    document: parse(
      '{ orders(filter: { note: { eq: "read" } }) { lines { quantity product { name stock } } } }',
    ),
    contextValue: { viewer: ada, engine, requestId: 'r', heads: () => expect.fail('nobody subscribes') },
  });
  expect(errors).toBeUndefined();
  const [order] = data?.['orders'] as unknown[];
  expect(JSON.parse(JSON.stringify(order))).toEqual({
    lines: ['tea', 'cup', 'pot'].map((name) => ({ quantity: 1, product: { name, stock: 10 } })),
  });
  expect(asked).toEqual([['Product', ['catalog/cup', 'catalog/pot', 'catalog/tea']]]);
});
