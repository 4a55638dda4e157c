import type { ListQuery } from '../../index.ts';
import { routeHref, type Address, type Route } from '../shell/route.ts';
import { WindowedList } from '../shell/windowed-list.tsx';
import { OrderItem } from './order-item.tsx';
import { useOrderRequests } from './use-order-request.ts';

const ITEM_HEIGHT_PX = 96;
/** More than anyone has; the list itself shows only what is in view. */
const EVERYTHING = 1_000_000;

/** The orders of a space, or of all: what changed last comes first. */
export function orderQuery(space: string | null): ListQuery {
  return {
    type: 'Order',
    scopes: space === null ? undefined : [space],
    orderBy: [{ field: 'updatedAt', direction: 'DESC' }],
    limit: EVERYTHING,
  };
}

interface OrderListProps {
  readonly orders: readonly Address[];
  readonly route: Route;
}

/** The orders as links. */
export function OrderList({ orders, route }: OrderListProps) {
  const requestOf = useOrderRequests();
  return (
    <WindowedList label="Orders" rows={orders} rowHeightPx={ITEM_HEIGHT_PX}>
      {({ scope, id }) => (
        <OrderItem
          orderRef={{ scope, id }}
          request={requestOf({ scope, id })}
          href={routeHref({ ...route, order: { scope, id } })}
          isOpen={route.order?.id === id && route.order.scope === scope}
        />
      )}
    </WindowedList>
  );
}
