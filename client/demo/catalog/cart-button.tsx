import { Button } from '@mantine/core';
import { IconShoppingCart } from '@tabler/icons-react';
import { piecesOf, totalOf } from '../orders/cart.ts';
import type { Cart } from '../orders/use-cart.ts';
import { counted } from '../sync/describe-status.ts';
import classes from './catalog.module.css';
import { readerMoney } from './money.ts';

interface CartButtonProps {
  readonly cart: Cart;
  readonly onOpen: () => void;
}

/** Where there is no room for the cart: what is in it, and the way there. */
export function CartButton({ cart, onOpen }: CartButtonProps) {
  if (cart.order === null) return null;
  return (
    <div className={classes.cartButton}>
      <Button fullWidth size="md" leftSection={<IconShoppingCart size={19} />} onClick={onOpen}>
        {counted(piecesOf(cart.lines), 'piece')} · {readerMoney(totalOf(cart.lines))}
      </Button>
    </div>
  );
}
