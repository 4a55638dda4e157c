import { useApolloClient, useQuery } from '@apollo/client/react';
import { DraftsDocument, type OrderRowFragment } from '../../generated/documents.ts';
import { newId } from '../../index.ts';
import { useHoldfast } from '../../react.ts';
import { showProblem } from '../shell/notices.tsx';
import type { Address } from '../shell/route.ts';
import { withQuantity, type Line } from './cart.ts';
import { saveOrder } from './save-order.ts';
import { useOrderRequests } from './use-order-request.ts';

export interface Cart {
  /** Null: nothing is in it yet. */
  readonly order: OrderRowFragment | null;
  readonly lines: readonly Line[];
  readonly isLoading: boolean;
  /** Puts so many of a product into it; the first one makes the draft. */
  readonly put: (product: { readonly id: string; readonly price: number }, quantity: number) => void;
}

const NO_LINES: readonly Line[] = [];

/** The cart of a space: the draft that nobody has asked to place yet. Everybody in the space fills the same one. */
export function useCart(scope: string): Cart {
  const requestOf = useOrderRequests();
  const { data, loading } = useQuery(DraftsDocument, { variables: { scopes: [scope] } });
  const order = data?.orders.find((draft) => requestOf(draft) === null) ?? null;
  const putInto = usePutIntoOrder();
  return {
    order,
    lines: order?.lines ?? NO_LINES,
    isLoading: loading && data === undefined,
    put: (product, quantity) => putInto(order ?? { scope, id: newId() }, product, quantity),
  };
}

/** Changes how many of a product an order holds, from what the device holds at that moment. */
export function usePutIntoOrder() {
  const client = useApolloClient();
  const { sync } = useHoldfast();
  return (
    { scope, id }: Address,
    product: { readonly id: string; readonly price: number },
    quantity: number,
  ): void => {
    const stored = sync.read({ type: 'Order', scope, id })?.values['lines'];
    const lines = (stored ?? []) as unknown as readonly Line[];
    const changed = withQuantity(lines, product, quantity);
    // A cart without anything in it is none.
    const change = changed.length === 0 ? { deleted: true } : { lines: changed };
    saveOrder(client, { scope, id }, change).catch((error: unknown) =>
      showProblem('The cart could not be changed', error),
    );
  };
}
