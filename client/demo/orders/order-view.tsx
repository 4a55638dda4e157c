import { useQuery } from '@apollo/client/react';
import { Skeleton, Stack } from '@mantine/core';
import { IconShoppingCartOff } from '@tabler/icons-react';
import { OrderDocument, type OrderRowFragment } from '../../generated/documents.ts';
import { SpaceLabel } from '../notebooks/space-label.tsx';
import { OpenState } from '../sync/state-label.tsx';
import { Opened } from '../shell/opened.tsx';
import openedClasses from '../shell/opened.module.css';
import { Problem } from '../shell/problem.tsx';
import type { Address } from '../shell/route.ts';
import { OrderSheet } from './order-sheet.tsx';
import { OrderState } from './order-state.tsx';
import { orderTitle } from './order-words.ts';
import classes from './order.module.css';
import { useOrderRequests } from './use-order-request.ts';

interface OrderViewProps {
  readonly orderRef: Address;
  readonly withBack: boolean;
  readonly onClose: () => void;
}

/** One order that is open. */
export function OrderView({ orderRef, withBack, onClose }: OrderViewProps) {
  const { data, error } = useQuery(OrderDocument, { variables: orderRef });
  if (error && !data) return <Problem error={error} />;
  if (!data) return <OrderSkeleton />;
  if (data.order === null) return <OrderGone onClose={onClose} />;
  return <LoadedOrder order={data.order} withBack={withBack} onClose={onClose} />;
}

interface LoadedOrderProps extends Omit<OrderViewProps, 'orderRef'> {
  readonly order: OrderRowFragment;
}

function LoadedOrder({ order, withBack, onClose }: LoadedOrderProps) {
  const request = useOrderRequests()(order);
  const title = orderTitle(order);
  return (
    <Opened
      label={title}
      onBack={withBack ? onClose : null}
      // Its status tells of a request, but not that edits of the order met.
      bar={(request === null || order.syncState === 'CONFLICT') && <OpenState state={order.syncState} />}
    >
      <div className={openedClasses.sheet}>
        <div className={classes.heading}>
          <div>
            <h2 className={openedClasses.title}>{title}</h2>
            <SpaceLabel scope={order.scope} />
          </div>
          <OrderState status={order.status} request={request} />
        </div>
        <OrderSheet order={order} />
      </div>
    </Opened>
  );
}

function OrderGone({ onClose }: { readonly onClose: () => void }) {
  return (
    <Problem
      icon={<IconShoppingCartOff size={32} stroke={1.5} />}
      title="This order is not here any more"
      text="It was thrown away, or you can no longer see the team it belongs to."
      action={{ label: 'Back to the list', run: onClose }}
    />
  );
}

function OrderSkeleton() {
  return (
    <Stack p="xl" gap="md" aria-label="Loading the order" role="status">
      <Skeleton h={34} w="40%" />
      <Skeleton h={14} mt="lg" />
      <Skeleton h={14} />
      <Skeleton h={14} w="80%" />
    </Stack>
  );
}
