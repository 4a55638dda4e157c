import type { OrderStatus } from '../../generated/documents.ts';
import type { OrderRequest } from './use-order-request.ts';

const STATUS_WORDS: Readonly<Record<OrderStatus, string>> = {
  DRAFT: 'Draft',
  PLACED: 'Placed',
  PACKED: 'Packed',
  SHIPPED: 'On its way',
  DELIVERED: 'Delivered',
  CANCELLED: 'Cancelled',
};

export function statusWords(status: OrderStatus): string {
  return STATUS_WORDS[status];
}

/** How an order gets from start to end. */
const WAY: readonly OrderStatus[] = ['DRAFT', 'PLACED', 'PACKED', 'SHIPPED', 'DELIVERED'];

interface Step {
  readonly status: OrderStatus;
  /** Null: it is still to come, or nobody knows. */
  readonly at: string | null;
}

/** What an order went through and, unless it was cancelled, what is ahead of it. */
export function stepsOf({
  status,
  steps,
}: {
  readonly status: OrderStatus;
  readonly steps: readonly Step[];
}): readonly Step[] {
  const isOver = status === 'CANCELLED';
  const passed = steps.map((step) => step.status);
  const way = isOver ? [...WAY.filter((step) => passed.includes(step)), status] : WAY;
  return way.map((each) => ({ status: each, at: steps.find((step) => step.status === each)?.at ?? null }));
}

/** What staff do next with an order; the rest moves by requests of its own. */
export const NEXT_STEP: Partial<Record<OrderStatus, { readonly to: OrderStatus; readonly label: string }>> = {
  PLACED: { to: 'PACKED', label: 'Mark as packed' },
  PACKED: { to: 'SHIPPED', label: 'Mark as sent' },
  SHIPPED: { to: 'DELIVERED', label: 'Mark as delivered' },
};

export type OrderTone = 'good' | 'waiting' | 'problem' | 'quiet';

/** How far an order is, the requests about it included. */
export function orderState(
  status: OrderStatus,
  request: OrderRequest | null,
): { readonly words: string; readonly tone: OrderTone } {
  if (request !== null) return requestState(request);
  if (status === 'DRAFT' || status === 'CANCELLED') return { words: statusWords(status), tone: 'quiet' };
  return { words: statusWords(status), tone: 'good' };
}

function requestState({ name, error }: OrderRequest): ReturnType<typeof orderState> {
  const isPlacing = name === 'PlaceOrder';
  if (error !== null) {
    return { words: isPlacing ? 'Could not be placed' : 'Could not be cancelled', tone: 'problem' };
  }
  return { words: isPlacing ? 'Waiting to be placed' : 'Waiting to be cancelled', tone: 'waiting' };
}

interface Titled {
  readonly number: number | null;
  readonly status: OrderStatus;
}

/** What an order is called: by its number, once it has one. */
export function orderTitle({ number, status }: Titled): string {
  if (number !== null) return `Order ${number.toLocaleString()}`;
  return status === 'DRAFT' ? 'New order' : 'Order';
}
