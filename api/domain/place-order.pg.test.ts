import { afterAll, beforeAll, expect, it } from 'vitest';
import { graphqlRequest } from '../testing/graphql-request.ts';
import type { GraphqlAnswer } from '../testing/graphql-request.ts';
import { startTestServer } from '../testing/test-server.ts';
import type { TestServer } from '../testing/test-server.ts';

const TEAM = 'team:demo';
const PLACE = `mutation Place($scope: ID, $orderId: ID!) {
  placeOrder(scope: $scope, orderId: $orderId) {
    id version status number total lines { quantity product { name stock version } }
  }
}`;

const CANCEL = `mutation Cancel($scope: ID, $orderId: ID!) {
  cancelOrder(scope: $scope, orderId: $orderId) { status number reserved lines { product { stock } } }
}`;

let server: TestServer;
const tokens = new Map<string, string>();

beforeAll(async () => {
  server = await startTestServer();
  for (const user of ['ada', 'ben', 'sam']) {
    tokens.set(user, await server.tokenFor(user));
  }
});

afterAll(() => server.stop());

interface Sent {
  readonly user?: string;
  readonly query?: string;
  readonly variables?: Record<string, unknown>;
  readonly holdfast?: Record<string, unknown>;
}

function send({ user = 'ada', query = PLACE, variables = {}, holdfast }: Sent): Promise<GraphqlAnswer> {
  return graphqlRequest(server, {
    query,
    variables,
    token: tokens.get(user) ?? '',
    ...(holdfast === undefined ? {} : { extensions: { holdfast } }),
  });
}

interface Claim {
  readonly device: string;
  readonly seq: number;
}

function operate(query: string, orderId: string, claim?: Claim): Promise<GraphqlAnswer> {
  const holdfast = claim && { device: { id: claim.device }, scope: TEAM, seq: claim.seq };
  return send({
    query,
    variables: { scope: TEAM, orderId },
    ...(holdfast === undefined ? {} : { holdfast }),
  });
}

const place = (orderId: string, claim?: Claim) => operate(PLACE, orderId, claim);
const cancel = (orderId: string, claim?: Claim) => operate(CANCEL, orderId, claim);

/** Edits an order as a device does. */
async function edit(id: string, values: string): Promise<unknown> {
  const { version } = await orderOf(id);
  const query = `mutation { upsertOrders(scope: "${TEAM}", changes: [{ id: "${id}", version: ${version}, ${values} }]) {
    results { outcome error { code field } } } }`;
  const { data } = await send({ query });
  return (data?.['upsertOrders'] as { results: unknown[] }).results[0];
}

async function stock(id: string, count: number): Promise<void> {
  const changes = [{ id, name: id, price: 250, stock: count }];
  const query =
    'mutation ($changes: [ProductUpsert!]!) { upsertProducts(scope: "catalog", changes: $changes) { results { outcome } } }';
  const { data } = await send({ user: 'sam', query, variables: { changes } });
  expect(data).toEqual({ upsertProducts: { results: [{ outcome: 'APPLIED' }] } });
}

async function order(id: string, lines: readonly (readonly [string, number])[]): Promise<void> {
  const change = {
    id,
    lines: lines.map(([productId, quantity]) => ({ productId, quantity, unitPrice: 250 })),
  };
  const query = `mutation ($change: OrderUpsert!) { upsertOrders(scope: "${TEAM}", changes: [$change]) { results { outcome error { code } } } }`;
  const { data } = await send({ query, variables: { change } });
  expect(data).toEqual({ upsertOrders: { results: [{ outcome: 'APPLIED', error: null }] } });
}

async function stockOf(id: string): Promise<unknown> {
  const { data } = await send({ query: `{ product(id: "${id}") { stock } }` });
  return (data?.['product'] as { stock: number }).stock;
}

async function orderOf(id: string) {
  const { data } = await send({
    query: `{ order(scope: "${TEAM}", id: "${id}") { status number reserved version } }`,
  });
  return data?.['order'] as { status: string; number: number | null; reserved: boolean; version: number };
}

const codes = ({ errors }: GraphqlAnswer) => errors.map(({ extensions }) => extensions.code);

it('R32 reserves the stock, gives the number, and answers the records as they are stored', async () => {
  await stock('tea', 10);
  await order('o1', [
    ['tea', 2],
    ['tea', 1],
  ]);
  const answer = await place('o1', { device: 'first', seq: 1 });
  expect(answer.errors).toEqual([]);
  const placed = answer.data?.['placeOrder'] as { version: number; lines: { product: object }[] };
  expect(placed).toMatchObject({ id: 'o1', status: 'PLACED', number: 1, total: 750 });
  expect(placed.lines.map(({ product }) => product)).toMatchObject([
    { name: 'tea', stock: 7 },
    { name: 'tea', stock: 7 },
  ]);
  expect(await orderOf('o1')).toEqual({
    status: 'PLACED',
    number: 1,
    reserved: true,
    version: placed.version,
  });
  expect(JSON.parse(answer.text)).toMatchObject({
    extensions: { holdfast: { seq: 1, outcome: 'APPLIED', replayed: false } },
  });
});

it('R32 the records and the number reach devices by their deltas', async () => {
  const query = `{
    orderDelta(scope: "${TEAM}", device: "first") { records { id number } at { executed } }
    productDelta(scope: "catalog") { records { id stock } }
  }`;
  const { data } = await send({ query });
  expect(data).toMatchObject({
    orderDelta: { records: [{ id: 'o1', number: 1 }], at: { executed: 1 } },
    productDelta: { records: [{ id: 'tea', stock: 7 }] },
  });
});

it('R32 runs once under twenty concurrent retries, and all get one answer', async () => {
  await stock('cup', 50);
  await order('o2', [['cup', 5]]);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => place('o2', { device: 'retry', seq: 4 })),
  );
  expect(answers.flatMap(codes)).toEqual([]);
  expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(1);
  const replays = answers.map(
    ({ text }) => (JSON.parse(text) as { extensions: { holdfast: { replayed: boolean } } }).extensions,
  );
  expect(replays.filter(({ holdfast }) => !holdfast.replayed)).toHaveLength(1);
  expect(await stockOf('cup')).toBe(45);
});

it('R32 replays the stored answer, whatever has happened since', async () => {
  const first = await place('o2', { device: 'retry', seq: 4 });
  await edit('o2', 'status: PACKED');
  expect((await orderOf('o2')).status).toBe('PACKED');
  const again = await place('o2', { device: 'retry', seq: 4 });
  expect(again.data).toEqual(first.data);
  expect(again.data).toMatchObject({ placeOrder: { status: 'PLACED' } });
});

it('R32 stores a refusal: it stands when the reason is gone', async () => {
  await stock('pot', 1);
  await order('o3', [['pot', 2]]);
  const refused = await place('o3', { device: 'second', seq: 1 });
  expect(refused).toMatchObject({
    data: null,
    errors: [{ extensions: { code: 'RULE_VIOLATED', retry: 'NEVER', field: 'lines' } }],
  });
  const { data } = await send({ query: '{ product(id: "pot") { version } }' });
  const { version } = data?.['product'] as { version: number };
  const query = `mutation { upsertProducts(scope: "catalog", changes: [{ id: "pot", version: ${version}, base: { stock: 1 }, stock: 9 }]) { results { outcome } } }`;
  await send({ user: 'sam', query });
  const again = await place('o3', { device: 'second', seq: 1 });
  expect(again.errors).toEqual(refused.errors);
  expect(await orderOf('o3')).toMatchObject({ status: 'DRAFT', number: null });
  expect(await place('o3', { device: 'second', seq: 2 })).toMatchObject({
    data: { placeOrder: { number: 3 } },
  });
});

it('R32 two orders for the last pieces never sell one twice, and numbers have no gaps', async () => {
  await stock('rare', 10);
  await stock('plenty', 1000);
  const ids = Array.from({ length: 25 }, (_, at) => `rush${at}`);
  for (const [at, id] of ids.entries()) {
    await order(
      id,
      at % 2 === 0
        ? [
            ['rare', 1],
            ['plenty', 1],
          ]
        : [
            ['plenty', 1],
            ['rare', 1],
          ],
    );
  }
  const answers = await Promise.all(ids.map((id, at) => place(id, { device: `d${at}`, seq: 1 })));
  const placed = answers.filter(({ errors }) => errors.length === 0);
  expect(placed).toHaveLength(10);
  expect(new Set(answers.flatMap(codes))).toEqual(new Set(['RULE_VIOLATED']));
  const numbers = placed.map(({ data }) => (data?.['placeOrder'] as { number: number }).number);
  expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, at) => at + 4));
  expect([await stockOf('rare'), await stockOf('plenty')]).toEqual([0, 990]);
});

it('R32 cancelling a placed order returns its pieces exactly once, however often it is sent', async () => {
  await stock('jar', 20);
  await order('c1', [
    ['jar', 3],
    ['jar', 4],
  ]);
  const { data } = await place('c1', { device: 'canceller', seq: 1 });
  const { number } = data?.['placeOrder'] as { number: number };
  expect(await stockOf('jar')).toBe(13);
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => cancel('c1', { device: 'canceller', seq: 2 })),
  );
  const line = { product: { stock: 20 } };
  for (const answer of answers) {
    expect(answer).toMatchObject({
      errors: [],
      data: { cancelOrder: { status: 'CANCELLED', number, reserved: false, lines: [line, line] } },
    });
  }
  // Other devices and other numbers find nothing to return any more.
  const others = ['a', 'b', 'c'].map((device) => cancel('c1', { device, seq: 1 }));
  expect((await Promise.all(others)).flatMap(codes)).toEqual([]);
  expect(await stockOf('jar')).toBe(20);
});

it('R32 orders that are placed and cancelled at once all end cancelled, with all stock back', async () => {
  await stock('lid', 5);
  const ids = Array.from({ length: 8 }, (_, at) => `race${at}`);
  for (const id of ids) await order(id, [['lid', 1]]);
  await Promise.all(
    ids.flatMap((id) => [place(id, { device: id, seq: 1 }), cancel(id, { device: `${id}-x`, seq: 1 })]),
  );
  const states = await Promise.all(ids.map(orderOf));
  expect(new Set(states.map(({ status }) => status))).toEqual(new Set(['CANCELLED']));
  expect(await stockOf('lid')).toBe(5);
});

it('an order that holds stock is not cancelled by an edit, a draft is; nothing packed is cancelled at all', async () => {
  await stock('bag', 5);
  for (const id of ['e1', 'e2']) await order(id, [['bag', 1]]);
  await place('e1');
  const refused = { outcome: 'REJECTED', error: { code: 'RULE_VIOLATED', field: 'status' } };
  expect(await edit('e1', 'status: CANCELLED')).toEqual(refused);
  expect(await edit('e2', 'status: CANCELLED')).toEqual({ outcome: 'APPLIED', error: null });
  await edit('e1', 'status: PACKED');
  expect(codes(await cancel('e1'))).toEqual(['RULE_VIOLATED']);
  expect(await orderOf('e1')).toMatchObject({ status: 'PACKED', reserved: true });
  expect(await stockOf('bag')).toBe(4);
});

it('a cancelled order returns what is still sold', async () => {
  await stock('gone', 5);
  await stock('left', 5);
  await order('e3', [
    ['gone', 2],
    ['left', 2],
  ]);
  await place('e3');
  const { data } = await send({ query: '{ product(id: "gone") { version } }' });
  const { version } = data?.['product'] as { version: number };
  await server.write('catalog', [{ type: 'Product', change: { id: 'gone', version, deleted: true } }]);
  expect((await send({ query: '{ product(id: "gone") { id } }' })).data).toEqual({ product: null });
  expect(codes(await cancel('e3'))).toEqual([]);
  expect(await stockOf('left')).toBe(5);
});

it('R32 a number belongs to one change only, an operation or not', async () => {
  expect(codes(await place('o1', { device: 'retry', seq: 4 }))).toEqual(['SEQ_REUSED']);
  expect(codes(await place('o1', { device: 'retry', seq: 3 }))).toEqual(['STALE_SEQ']);
  const device = '{ id: "retry", sentAt: "2026-01-31T12:00:00.000Z" }';
  const query = `mutation { upsertOrders(scope: "${TEAM}", device: ${device}, changes: [{ id: "o9", seq: 4 }]) { results { error { code } } } }`;
  const { data } = await send({ query });
  expect(data).toEqual({ upsertOrders: { results: [{ error: { code: 'SEQ_REUSED' } }] } });
});

it('R14 runs without a device, too, each time it is sent', async () => {
  await order('o4', [['cup', 1]]);
  expect((await place('o4')).data).toMatchObject({ placeOrder: { status: 'PLACED' } });
  expect(codes(await place('o4'))).toEqual(['RULE_VIOLATED']);
});

it('R12 leaves no receipt where the viewer may not write', async () => {
  const variables = { scope: 'user:ben', orderId: 'o1' };
  const holdfast = { device: { id: 'd' }, scope: 'user:ben', seq: 1 };
  expect(codes(await send({ variables, holdfast }))).toEqual(['SCOPE_FORBIDDEN']);
  const rows = await server.sql("SELECT FROM holdfast.receipt WHERE scope = 'user:ben'");
  expect(rows).toEqual([]);
});

it.each([
  [
    'company in the document',
    `mutation { a: placeOrder(orderId: "o") { id } b: placeOrder(orderId: "o") { id } }`,
    {},
  ],
  ['a number for a mutation that is no operation', 'mutation { upsertNotes(changes: []) { epoch } }', {}],
  ['another scope than the operation names', 'mutation { placeOrder(orderId: "o") { id } }', { scope: TEAM }],
  ['no number', 'mutation { placeOrder(orderId: "o") { id } }', { seq: undefined }],
  ['no device', 'mutation { placeOrder(orderId: "o") { id } }', { device: undefined }],
  ['a number of 0', 'mutation { placeOrder(orderId: "o") { id } }', { seq: 0 }],
])('R32 refuses %s', async (_, query, claim) => {
  const holdfast = { device: { id: 'd' }, seq: 1, ...claim };
  expect(codes(await send({ query, variables: {}, holdfast }))).toEqual(['BAD_INPUT']);
});

it('R10 answers EPOCH_CHANGED to a device of another epoch, and uses no number', async () => {
  await order('o5', [['cup', 1]]);
  const claim = { scope: TEAM, seq: 1 };
  const variables = { scope: TEAM, orderId: 'o5' };
  const old = await send({ variables, holdfast: { device: { id: 'old', epoch: '0-0' }, ...claim } });
  expect(old.errors).toMatchObject([{ extensions: { code: 'EPOCH_CHANGED', retry: 'NOW' } }]);
  const now = await send({ variables, holdfast: { device: { id: 'old' }, ...claim } });
  expect(now).toMatchObject({ errors: [], data: { placeOrder: { status: 'PLACED' } } });
});

it('wrong variables are refused in the words of any other operation', async () => {
  const { errors } = await send({ variables: { scope: TEAM } });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});
