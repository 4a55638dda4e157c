import type { ChangeError, PendingChange } from '../../index.ts';
import { useFailedWrites, usePendingChanges } from '../../react.ts';
import type { Address } from '../shell/route.ts';

/** Something that was asked of the server about an order, and has not been granted yet. */
export interface OrderRequest {
  readonly name: 'PlaceOrder' | 'CancelOrder';
  readonly change: string;
  /** Why it was not accepted; null: it is still to be answered. */
  readonly error: ChangeError | null;
}

/** Finds what is asked about an order: its last request. */
export function useOrderRequests(): (order: Address) => OrderRequest | null {
  const failed = useFailedWrites().flatMap((write) => requestIn(write, write.error));
  const pending = usePendingChanges().flatMap((change) => requestIn(change, null));
  const requests = [...failed, ...pending];
  return ({ scope, id }) =>
    requests.findLast((request) => request.orderId === id && request.scope === scope) ?? null;
}

function requestIn(change: PendingChange, error: ChangeError | null) {
  const { operation, scope } = change;
  if (operation === null || !isRequest(operation.name)) return [];
  return [
    { name: operation.name, scope, orderId: operation.variables['orderId'], change: change.change, error },
  ];
}

function isRequest(name: string): name is OrderRequest['name'] {
  return name === 'PlaceOrder' || name === 'CancelOrder';
}
