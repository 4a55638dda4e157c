import { Stack } from '@mantine/core';
import type { OrderRowFragment } from '../../generated/documents.ts';
import { OrderActions } from './order-actions.tsx';
import { OrderLines } from './order-lines.tsx';
import { OrderNote } from './order-note.tsx';
import { OrderSteps } from './order-steps.tsx';
import { RequestNotice } from './request-notice.tsx';
import { useOrderRequests } from './use-order-request.ts';

interface OrderSheetProps {
  readonly order: OrderRowFragment;
  readonly onPlaced?: () => void;
}

/** All of one order: what was asked, its lines, its note, what can be done, how far it is. */
export function OrderSheet({ order, onPlaced }: OrderSheetProps) {
  const request = useOrderRequests()(order);
  const isDraft = order.status === 'DRAFT';
  return (
    <Stack gap="xl">
      {request !== null && <RequestNotice request={request} isHeld={order.syncState === 'CONFLICT'} />}
      <OrderLines order={order} canEdit={isDraft && request === null} />
      <OrderNote key={`${order.scope}/${order.id}`} order={order} />
      {request === null && <OrderActions order={order} onPlaced={onPlaced} />}
      {!isDraft && <OrderSteps order={order} />}
    </Stack>
  );
}
