import { useFragment } from '@apollo/client/react';
import { Button, Skeleton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { ProductRowFragmentDoc, type ProductRowFragment } from '../../generated/documents.ts';
import { useHoldfast } from '../../react.ts';
import { StateLabel } from '../sync/state-label.tsx';
import { QuantityStepper } from '../orders/quantity-stepper.tsx';
import type { Cart } from '../orders/use-cart.ts';
import type { Address } from '../shell/route.ts';
import classes from './catalog.module.css';
import { readerMoney } from './money.ts';
import { isScarce, stockWords } from './stock-words.ts';

interface ProductItemProps {
  readonly productRef: Address;
  /** How many the cart holds of it; null: it is here to be edited. */
  readonly cart: { readonly quantity: number; readonly put: Cart['put'] } | null;
  readonly href: string;
  readonly isOpen: boolean;
}

/** One product of the list. It watches that product alone. */
export function ProductItem({ productRef, cart, href, isOpen }: ProductItemProps) {
  const holdfast = useHoldfast();
  const { data, complete } = useFragment({
    fragment: ProductRowFragmentDoc,
    fragmentName: 'ProductRow',
    from: holdfast.ref('Product', productRef.id, productRef.scope),
  });
  if (!complete) return <Skeleton h={60} m="sm" />;
  const product = data as ProductRowFragment;
  if (cart === null) {
    return (
      <a className={classes.item} href={href} aria-current={isOpen ? 'true' : undefined}>
        <ProductWords product={product} />
        {product.syncState !== 'SYNCED' && <StateLabel state={product.syncState} />}
      </a>
    );
  }
  return (
    <div className={classes.item}>
      <ProductWords product={product} />
      <CartControl product={product} cart={cart} />
    </div>
  );
}

function ProductWords({ product }: { readonly product: ProductRowFragment }) {
  return (
    <span className={classes.words}>
      <span className={classes.name}>{product.name}</span>
      <span className={classes.about}>{product.description}</span>
      <span className={classes.facts}>
        <span className={classes.price}>{readerMoney(product.price)}</span>
        <span className={classes.stock} data-scarce={isScarce(product) || undefined}>
          {stockWords(product)}
        </span>
      </span>
    </span>
  );
}

interface CartControlProps {
  readonly product: ProductRowFragment;
  readonly cart: NonNullable<ProductItemProps['cart']>;
}

function CartControl({ product, cart }: CartControlProps) {
  if (cart.quantity > 0) {
    return (
      <QuantityStepper
        product={product.name}
        quantity={cart.quantity}
        max={product.stock}
        onChange={(quantity) => cart.put(product, quantity)}
      />
    );
  }
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<IconPlus size={15} />}
      disabled={product.stock === 0}
      aria-label={`Add ${product.name}`}
      onClick={() => cart.put(product, 1)}
    >
      Add
    </Button>
  );
}
