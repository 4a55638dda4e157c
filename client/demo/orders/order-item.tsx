import { useFragment } from '@apollo/client/react';
import { Skeleton } from '@mantine/core';
import { OrderRowFragmentDoc, type OrderRowFragment } from '../../generated/documents.ts';
import { useHoldfast } from '../../react.ts';
import { readerMoney } from '../catalog/money.ts';
import { SpaceLabel } from '../notebooks/space-label.tsx';
import { StateLabel } from '../sync/state-label.tsx';
import { readerTime } from '../shell/reader-time.ts';
import type { Address } from '../shell/route.ts';
import { piecesOf, totalOf } from './cart.ts';
import { OrderState } from './order-state.tsx';
import { orderTitle } from './order-words.ts';
import classes from './order.module.css';
import type { OrderRequest } from './use-order-request.ts';

interface OrderItemProps {
  readonly orderRef: Address;
  readonly request: OrderRequest | null;
  readonly href: string;
  readonly isOpen: boolean;
}

/** One order of the list. It watches that order alone. */
export function OrderItem({ orderRef, request, href, isOpen }: OrderItemProps) {
  const holdfast = useHoldfast();
  const { data, complete } = useFragment({
    fragment: OrderRowFragmentDoc,
    fragmentName: 'OrderRow',
    from: holdfast.ref('Order', orderRef.id, orderRef.scope),
  });
  if (!complete) return <Skeleton h={64} m="sm" />;
  const order = data as OrderRowFragment;
  // There is room for one state, and this is the one that asks for something.
  const isHeld = request !== null && order.syncState === 'CONFLICT';
  return (
    <a className={classes.item} href={href} aria-current={isOpen ? 'true' : undefined}>
      <span className={classes.itemRow}>
        <span className={classes.itemTitle}>{orderTitle(order)}</span>
        <time className={classes.itemText} dateTime={order.updatedAt}>
          {readerTime(order.updatedAt)}
        </time>
      </span>
      <span className={classes.itemRow}>
        <span className={classes.itemText}>{contents(order)}</span>
        <span className={classes.money}>{readerMoney(totalOf(order.lines))}</span>
      </span>
      <span className={classes.itemRow}>
        {!isHeld && <OrderState status={order.status} request={request} />}
        <ItemEnd order={order} hasRequest={request !== null} />
      </span>
    </a>
  );
}

/** Whose it is; or how its last edit stands, where its status does not say that. */
function ItemEnd({ order, hasRequest }: { readonly order: OrderRowFragment; readonly hasRequest: boolean }) {
  const isSaid = order.syncState === 'SYNCED' || (hasRequest && order.syncState !== 'CONFLICT');
  if (!isSaid) return <StateLabel state={order.syncState} />;
  return (
    <span className={classes.itemText}>
      <SpaceLabel scope={order.scope} />
    </span>
  );
}

function contents({ lines }: OrderRowFragment): string {
  const [first] = lines;
  if (first === undefined) return 'Nothing in it yet';
  const name = first.product?.name ?? 'A product';
  const others = piecesOf(lines) - first.quantity;
  const begin = first.quantity === 1 ? name : `${first.quantity.toLocaleString()} × ${name}`;
  return others === 0 ? begin : `${begin} and ${others.toLocaleString()} more`;
}
