import type { ApolloClient } from '@apollo/client';
import { CancelOrderDocument, PlaceOrderDocument, UpsertOrdersDocument } from '../../generated/documents.ts';
import type { OrderStatus } from '../../generated/documents.ts';
import type { Address } from '../shell/route.ts';
import type { Line } from './cart.ts';

interface OrderChange {
  readonly lines?: readonly Line[];
  readonly note?: string;
  readonly status?: OrderStatus;
  readonly deleted?: boolean;
  /** What the person saw in each edited field before. */
  readonly base?: { readonly note?: string };
}

/** Stores a change of an order on the device. Resolves when it is durable; rejects with a sentence to show. */
export async function saveOrder(client: ApolloClient, order: Address, change: OrderChange): Promise<void> {
  const { data } = await client.mutate({
    mutation: UpsertOrdersDocument,
    variables: { scope: order.scope, changes: [{ id: order.id, ...change }] },
  });
  const error = data?.upsertOrders.results[0]?.error;
  if (error) throw new Error(error.message);
}

/** Asks for an order to be placed. Resolves when the request is durable on the device; the server answers it when it can. */
export async function placeOrder(client: ApolloClient, { scope, id }: Address): Promise<void> {
  await client.mutate({
    mutation: PlaceOrderDocument,
    variables: { scope, orderId: id },
    context: { offline: 'queue' },
  });
}

/** Asks for a placed order to be cancelled, as `placeOrder` does. */
export async function cancelOrder(client: ApolloClient, { scope, id }: Address): Promise<void> {
  await client.mutate({
    mutation: CancelOrderDocument,
    variables: { scope, orderId: id },
    context: { offline: 'queue' },
  });
}
