import { check } from '../check.ts';
import { expectEqual, expectThat, NotObservable, spell } from '../expect.ts';
import type { Check } from '../check.ts';
import { codeOf } from '../wire.ts';
import type { Answer } from '../wire.ts';
import type { TypeInUse, World } from '../world.ts';
import { pageOf } from '../world.ts';

/**
 * The one place that knows an application by name: what an operation does is its author's, so the reference one is
 * taken, which places an order. Servers without it have nothing to try.
 */
const PLACE = `mutation Place($scope: ID, $orderId: ID!) {
  placeOrder(scope: $scope, orderId: $orderId) { id version status number }
}`;

interface Placing {
  readonly orderId: string;
  readonly seq: number;
}

/** A draft that can be placed, and a device that does it. */
interface Operations {
  readonly orderId: string;
  readonly orders: TypeInUse;
  readonly deviceId: string;
  place(placing: Placing): Promise<Answer>;
}

/** A draft of one piece of a product of which there are ten. */
async function prepare(world: World): Promise<Operations> {
  const [order, product] = ['Order', 'Product'].map((name) => world.types.find((type) => type.name === name));
  if (!world.mutations.includes('placeOrder') || order === undefined) {
    throw new NotObservable('only the reference operation placeOrder can be tried, and it is not here');
  }
  if (product === undefined) throw new NotObservable('needs a token that may write products');
  const sold = await world.create(world.device(product.place), product, { stock: 10, price: 5 });
  const lines = [{ productId: sold.id, quantity: 1, unitPrice: 5 }];
  const device = world.device(order.place);
  const draft = await world.create(device, order, { lines });
  const deviceId = world.freshId();
  const { actor, scope } = order.place;
  const place = ({ orderId, seq }: Placing) =>
    world.wire.send(actor, {
      query: PLACE,
      operationName: 'Place',
      variables: { scope, orderId },
      holdfast: { viewer: actor.id, device: { id: deviceId }, scope, seq },
    });
  return { orderId: draft.id, orders: order, deviceId, place };
}

function claimOf({ body }: Answer): { readonly outcome?: string; readonly replayed?: boolean } {
  return (body.extensions?.['holdfast'] ?? {}) as { readonly outcome?: string; readonly replayed?: boolean };
}

async function runsOnce(world: World): Promise<void> {
  const { orderId, orders, deviceId, place } = await prepare(world);
  const answers = await Promise.all([1, 2, 3].map(() => place({ orderId, seq: 1 })));
  for (const answer of answers)
    expectThat(codeOf(answer) === undefined, `placing answers ${spell(answer.body)}`);
  expectEqual(
    new Set(answers.map(({ body }) => JSON.stringify(body.data))).size,
    1,
    'the number of answers given',
  );
  expectEqual(
    answers.filter((answer) => claimOf(answer).replayed === false).length,
    1,
    'how often it was executed',
  );
  const since = await world.checkpoint(orders.place);
  const page = pageOf(await world.pull(orders.place, since, { device: deviceId }), orders);
  expectEqual(page.at.executed, 1, 'at.executed after an operation');
}

async function storesRefusals(world: World): Promise<void> {
  const operations = await prepare(world);
  const missing = { orderId: world.freshId(), seq: 1 };
  const first = await operations.place(missing);
  const again = await operations.place(missing);
  expectThat(codeOf(first) !== undefined, 'placing an order that does not exist is not refused');
  expectEqual([claimOf(first).outcome, claimOf(first).replayed], ['REJECTED', false], 'outcome and replayed');
  expectEqual(
    [codeOf(again), claimOf(again).replayed],
    [codeOf(first), true],
    'the code, when it is repeated',
  );
  const reused = await operations.place({ orderId: operations.orderId, seq: 1 });
  expectEqual(codeOf(reused), 'SEQ_REUSED', 'the code of a number that belongs to another operation');
}

export const operationChecks: readonly Check[] = [
  check('R32', 'an operation with a number runs exactly once', runsOnce),
  check('R32', 'a refused operation is stored as refused', storesRefusals),
];
