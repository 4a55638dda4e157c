import { SegmentedControl, Skeleton } from '@mantine/core';
import { IconShoppingCart } from '@tabler/icons-react';
import type { Space } from '../notebooks/space.ts';
import { Opened } from '../shell/opened.tsx';
import openedClasses from '../shell/opened.module.css';
import { Problem } from '../shell/problem.tsx';
import type { Address } from '../shell/route.ts';
import { OrderSheet } from './order-sheet.tsx';
import classes from './order.module.css';
import type { Cart } from './use-cart.ts';

interface CartPaneProps {
  readonly cart: Cart;
  readonly space: string;
  readonly spaces: readonly Space[];
  readonly onSpace: (scope: string) => void;
  /** It was asked to be placed: from here on it is an order. */
  readonly onPlaced: (order: Address) => void;
  /** Null: it stands beside the catalogue, and stays. */
  readonly onClose: (() => void) | null;
}

/** The cart of a space, ready to be placed. */
export function CartPane({ cart, space, spaces, onSpace, onPlaced, onClose }: CartPaneProps) {
  return (
    <Opened as="section" label="Cart" onBack={onClose} backTo="the catalogue">
      <div className={openedClasses.sheet}>
        <div className={classes.heading}>
          <h2 className={openedClasses.title}>Cart</h2>
          <SegmentedControl
            size="sm"
            aria-label="Whom it is for"
            data={spaces.map(({ scope, isShared, name }) => ({
              value: scope,
              label: isShared ? name : 'Only me',
            }))}
            value={space}
            onChange={onSpace}
          />
        </div>
        <CartContents cart={cart} onPlaced={onPlaced} />
      </div>
    </Opened>
  );
}

function CartContents({ cart, onPlaced }: Pick<CartPaneProps, 'cart' | 'onPlaced'>) {
  const { order } = cart;
  if (cart.isLoading) return <Skeleton h={120} />;
  if (order !== null) {
    return <OrderSheet order={order} onPlaced={() => onPlaced({ scope: order.scope, id: order.id })} />;
  }
  return (
    <Problem
      icon={<IconShoppingCart size={32} stroke={1.5} />}
      title="Nothing in it yet"
      text="Add something from the catalogue. What you add is saved on this device first, and the team sees it when it is synced."
    />
  );
}
