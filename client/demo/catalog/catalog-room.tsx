import { use } from 'react';
import type { Space } from '../notebooks/space.ts';
import { CartPane } from '../orders/cart-pane.tsx';
import { useCart } from '../orders/use-cart.ts';
import { FrameContext } from '../shell/frame-context.ts';
import { Frame } from '../shell/frame.tsx';
import type { Go, Route } from '../shell/route.ts';
import { CartButton } from './cart-button.tsx';
import { ProductPane } from './product-pane.tsx';
import { StaffCatalog } from './staff-catalog.tsx';
import { useIsStaff } from './use-is-staff.ts';

interface CatalogRoomProps {
  readonly route: Route;
  readonly go: Go;
  readonly spaces: readonly Space[];
}

/** What is sold, and the cart; for staff, what is sold and the product that they edit. */
export function CatalogRoom(props: CatalogRoomProps) {
  return useIsStaff() ? <StaffCatalog route={props.route} go={props.go} /> : <CustomerCatalog {...props} />;
}

function CustomerCatalog({ route, go, spaces }: CatalogRoomProps) {
  const { isNarrow } = use(FrameContext);
  const space = route.space ?? spaces.find(({ isShared }) => isShared)?.scope ?? spaces[0]?.scope ?? '';
  const cart = useCart(space);
  return (
    <Frame
      isMainOpen={route.isCartOpen}
      list={
        <ProductPane
          route={route}
          cart={cart}
          foot={isNarrow && <CartButton cart={cart} onOpen={() => go({ isCartOpen: true })} />}
        />
      }
      main={
        <CartPane
          cart={cart}
          space={space}
          spaces={spaces}
          onSpace={(scope) => go({ space: scope })}
          onPlaced={(order) => go({ view: 'orders', order, isCartOpen: false })}
          onClose={isNarrow ? () => go({ isCartOpen: false }) : null}
        />
      }
    />
  );
}
