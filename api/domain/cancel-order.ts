import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { ExactlyOnce, Refusal } from '../index.ts';
import type { Operation } from '../index.ts';
import { Order } from './order.ts';
import { giveBack } from './stock.ts';

@Resolver()
export class CancelOrder {
  @Mutation(() => Order, {
    description:
      'Cancels an order that is not packed yet, and returns its pieces to the catalogue. Runs exactly once.',
  })
  @ExactlyOnce({ scopes: ['catalog'] })
  async cancelOrder(
    @Arg('scope', () => ID, { nullable: true, description: "The order's scope. Absent: the viewer's own." })
    _scope: string | undefined,
    @Arg('orderId', () => ID, { description: 'The order, a draft or placed.' }) orderId: string,
    @Ctx('operation') operation: Operation,
  ): Promise<Order> {
    const [order] = await operation.read(Order, [orderId]);
    if (!order) {
      throw new Refusal('GONE', 'There is no such order.');
    }
    if (order.reserved) {
      await giveBack(operation, order.lines);
    }
    return operation.write(Order, { id: orderId, status: 'CANCELLED', reserved: false });
  }
}
