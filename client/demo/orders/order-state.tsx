import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconClock,
  type Icon,
} from '@tabler/icons-react';
import type { OrderStatus } from '../../generated/documents.ts';
import { orderState, type OrderTone } from './order-words.ts';
import classes from './order.module.css';
import type { OrderRequest } from './use-order-request.ts';

const ICONS: Readonly<Record<OrderTone, Icon>> = {
  good: IconCircleCheck,
  waiting: IconClock,
  problem: IconAlertTriangle,
  quiet: IconCircleDashed,
};

interface OrderStateProps {
  readonly status: OrderStatus;
  readonly request: OrderRequest | null;
}

/** How far an order is, as an icon and in words. */
export function OrderState({ status, request }: OrderStateProps) {
  const { words, tone } = orderState(status, request);
  const Icon = ICONS[tone];
  return (
    <span className={classes.state} data-tone={tone}>
      <Icon size={14} aria-hidden="true" />
      {words}
    </span>
  );
}
