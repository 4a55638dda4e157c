import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { ExactlyOnce, Refusal } from '../index.ts';
import type { Operation } from '../index.ts';
import type { OrderLine } from './order-line.ts';
import { Order } from './order.ts';
import { Product } from './product.ts';

@Resolver()
export class PlaceOrder {
  @Mutation(() => Order, {
    description:
      'Places a draft: reserves its pieces in the catalogue and gives it its number. Runs exactly once.',
  })
  @ExactlyOnce({ scopes: ['catalog'] })
  async placeOrder(
    @Arg('scope', () => ID, { nullable: true, description: "The order's scope. Absent: the viewer's own." })
    _scope: string | undefined,
    @Arg('orderId', () => ID, { description: 'The order, a draft with at least one line.' }) orderId: string,
    @Ctx('operation') operation: Operation,
  ): Promise<Order> {
    const [order] = await operation.read(Order, [orderId]);
    if (!order) {
      throw new Refusal('GONE', 'There is no such order.');
    }
    if (order.status !== 'DRAFT' || order.lines.length === 0) {
      throw new Refusal('RULE_VIOLATED', 'Only a draft with lines can be placed.', 'status');
    }
    await reserve(operation, order.lines);
    return operation.write(Order, { id: orderId, status: 'PLACED', number: await operation.next('order') });
  }
}

/** All products at once: two orders lock what they share in the same order. */
async function reserve(operation: Operation, lines: readonly OrderLine[]): Promise<void> {
  const ids = [...new Set(lines.map(({ productId }) => productId))];
  const products = await operation.read(Product, ids);
  for (const [at, id] of ids.entries()) {
    const product = products[at];
    const own = lines.filter(({ productId }) => productId === id);
    if (!product?.active) {
      throw new Refusal('RULE_VIOLATED', `${product?.name ?? id} is not sold any more.`, 'lines');
    }
    if (own.some(({ unitPrice }) => unitPrice !== product.price)) {
      throw new Refusal('RULE_VIOLATED', `The price of ${product.name} has changed.`, 'lines');
    }
    const left = product.stock - own.reduce((sum, { quantity }) => sum + quantity, 0);
    if (left < 0) {
      throw new Refusal(
        'RULE_VIOLATED',
        `Only ${product.stock} pieces of ${product.name} are left.`,
        'lines',
      );
    }
    await operation.write(Product, { id, stock: left });
  }
}
