import { SegmentedControl } from '@mantine/core';
import { IconPackage } from '@tabler/icons-react';
import { use } from 'react';
import { useHoldfast, useSyncedList } from '../../react.ts';
import type { Space } from '../notebooks/space.ts';
import { FrameContext } from '../shell/frame-context.ts';
import { Frame } from '../shell/frame.tsx';
import { ListSkeleton } from '../shell/list-skeleton.tsx';
import { Pane } from '../shell/pane.tsx';
import { Problem } from '../shell/problem.tsx';
import type { Go, Route } from '../shell/route.ts';
import { OrderList, orderQuery } from './order-list.tsx';
import { OrderView } from './order-view.tsx';
import classes from './order.module.css';

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
  const { rows, loading, error } = useSyncedList(orderQuery(route.space));
  if (error) return <Problem error={error} action={{ label: 'Try again', run: () => sync.requestPull() }} />;
  if (loading) return <ListSkeleton label="Loading your orders" />;
  if (rows.length === 0) return <NoOrders onOpenCatalog={() => go({ view: 'catalog' })} />;
  return <OrderList orders={rows} route={route} />;
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
