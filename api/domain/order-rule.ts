import type { OwnFields, Violation } from '../index.ts';
import { NEXT_STATUS } from './order-status.ts';
import type { Order } from './order.ts';

/** What an `Int` holds, in cents. */
const MAX_TOTAL = 2_147_483_647;

/** An order begins as a draft, moves along `NEXT_STATUS`, and keeps its lines once it is placed. */
export function orderRule(before: OwnFields<Order> | null, after: OwnFields<Order>): Violation | null {
  const from = before?.status ?? 'DRAFT';
  if (from !== after.status && (before === null || !NEXT_STATUS[from].includes(after.status))) {
    return { field: 'status', message: `An order cannot go from ${from} to ${after.status}.` };
  }
  if (after.number === null && after.status !== 'DRAFT' && after.status !== 'CANCELLED') {
    return { field: 'status', message: 'Place the order with placeOrder: it reserves the stock.' };
  }
  if (after.total > MAX_TOTAL) {
    return { field: 'lines', message: 'The total is too large. Split the order.' };
  }
  if (before !== null && from !== 'DRAFT' && isChanged(before, after)) {
    return { field: 'lines', message: 'The lines of an order stay as they are once it is placed.' };
  }
  return null;
}

function isChanged(before: OwnFields<Order>, after: OwnFields<Order>): boolean {
  const spell = ({ lines }: OwnFields<Order>): string =>
    JSON.stringify(lines.map(({ productId, quantity, unitPrice }) => [productId, quantity, unitPrice]));
  return spell(before) !== spell(after);
}
