import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { ExactlyOnce, Refusal } from '../index.ts';
import type { Operation } from '../index.ts';
import { Order } from './order.ts';
import { reserve } from './stock.ts';

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
    const number = await operation.next('order');
    return operation.write(Order, { id: orderId, status: 'PLACED', number, reserved: true });
  }
}
