import type { Violation } from '../index.ts';
import type { OrderLine } from './order-line.ts';
import { NEXT_STATUS } from './order-status.ts';
import type { OrderStatus } from './order-status.ts';

/** What of an order the rule looks at. */
interface OrderFacts {
  readonly lines: readonly OrderLine[];
  readonly status: OrderStatus;
  readonly number: number | null;
  readonly reserved: boolean;
  readonly total: number;
}

/** What an `Int` holds, in cents. */
const MAX_TOTAL = 2_147_483_647;

/** An order begins as a draft, moves along `NEXT_STATUS`, and keeps its lines once it is placed. */
export function orderRule(before: OrderFacts | null, after: OrderFacts): Violation | null {
  if (after.total > MAX_TOTAL) {
    return { field: 'lines', message: 'The total is too large. Split the order.' };
  }
  if (before !== null && before.status !== 'DRAFT' && spell(before) !== spell(after)) {
    return { field: 'lines', message: 'The lines of an order stay as they are once it is placed.' };
  }
  return statusProblem(before, after);
}

function statusProblem(
  before: OrderFacts | null,
  { status, number, reserved }: OrderFacts,
): Violation | null {
  const from = before?.status ?? 'DRAFT';
  const allowed = before === null ? [] : NEXT_STATUS[from];
  if (from !== status && !allowed.includes(status)) {
    return { field: 'status', message: `An order cannot go from ${from} to ${status}.` };
  }
  if (status === 'CANCELLED' && reserved) {
    return { field: 'status', message: 'Cancel the order with cancelOrder: it returns the stock.' };
  }
  return number === null && !['DRAFT', 'CANCELLED'].includes(status)
    ? { field: 'status', message: 'Place the order with placeOrder: it reserves the stock.' }
    : null;
}

function spell({ lines }: OrderFacts): string {
  return JSON.stringify(lines.map(({ productId, quantity, unitPrice }) => [productId, quantity, unitPrice]));
}
