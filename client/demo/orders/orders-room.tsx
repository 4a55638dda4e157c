import { SegmentedControl } from '@mantine/core';
import { IconPackage } from '@tabler/icons-react';
import { use } from 'react';
import { useHoldfast, useSyncedList } from '../../react.ts';
import type { ListQuery } from '../../index.ts';
import type { Space } from '../notebooks/space.ts';
import { FrameContext } from '../shell/frame-context.ts';
import { Frame } from '../shell/frame.tsx';
import { ListSkeleton } from '../shell/list-skeleton.tsx';
import { Pane } from '../shell/pane.tsx';
import { Problem } from '../shell/problem.tsx';
import { routeHref, type Go, type Route } from '../shell/route.ts';
import { WindowedList } from '../shell/windowed-list.tsx';
import { OrderItem } from './order-item.tsx';
import { OrderView } from './order-view.tsx';
import classes from './order.module.css';
import { useOrderRequests } from './use-order-request.ts';

const ITEM_HEIGHT_PX = 96;
/** More than anyone has; the list itself shows only what is in view. */
const EVERYTHING = 1_000_000;
const ALL = 'all';

interface OrdersRoomProps {
  readonly route: Route;
  readonly go: Go;
  readonly spaces: readonly Space[];
}

/** The orders of a place, and the one that is open. */
export function OrdersRoom({ route, go, spaces }: OrdersRoomProps) {
  const places = [
    { value: ALL, label: 'All' },
    ...spaces.map(({ scope, isShared, name }) => ({
      value: scope,
      label: isShared ? name : 'Only me',
    })),
  ];
  return (
    <Frame
      isMainOpen={route.order !== null}
      list={
        <Pane label="List of orders" title="Orders">
          <div className={classes.filter}>
            <SegmentedControl
              fullWidth
              size="sm"
              aria-label="Whose orders"
              data={places}
              value={route.space ?? ALL}
              onChange={(value) => go({ space: value === ALL ? null : value, order: null })}
            />
          </div>
          <FoundOrders route={route} go={go} />
        </Pane>
      }
      main={<OpenOrder route={route} go={go} />}
    />
  );
}

function FoundOrders({ route, go }: Omit<OrdersRoomProps, 'spaces'>) {
  const { sync } = useHoldfast();
  const requestOf = useOrderRequests();
  const { rows, loading, error } = useSyncedList(orderQuery(route.space));
  if (error) return <Problem error={error} action={{ label: 'Try again', run: () => sync.requestPull() }} />;
  if (loading) return <ListSkeleton label="Loading your orders" />;
  if (rows.length === 0) return <NoOrders onOpenCatalog={() => go({ view: 'catalog' })} />;
  return (
    <WindowedList label="Orders" rows={rows} rowHeightPx={ITEM_HEIGHT_PX}>
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

function orderQuery(space: string | null): ListQuery {
  return {
    type: 'Order',
    scopes: space === null ? undefined : [space],
    orderBy: [{ field: 'updatedAt', direction: 'DESC' }],
    limit: EVERYTHING,
  };
}

function NoOrders({ onOpenCatalog }: { readonly onOpenCatalog: () => void }) {
  return (
    <Problem
      icon={<IconPackage size={32} stroke={1.5} />}
      title="No orders here yet"
      text="Fill a cart from the catalogue. You can place it with a connection or without."
      action={{ label: 'Open the catalogue', run: onOpenCatalog }}
    />
  );
}

function OpenOrder({ route, go }: Omit<OrdersRoomProps, 'spaces'>) {
  const { isNarrow } = use(FrameContext);
  const { order } = route;
  if (order === null) {
    return (
      <Problem
        icon={<IconPackage size={32} stroke={1.5} />}
        title="Choose an order"
        text="Here you see what is in it and how far it is."
      />
    );
  }
  return (
    <OrderView
      key={`${order.scope}/${order.id}`}
      orderRef={order}
      withBack={isNarrow}
      onClose={() => go({ order: null })}
    />
  );
}
