import { useDebouncedValue } from '@mantine/hooks';
import { IconBuildingStore, IconSearch } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { ListQuery } from '../../index.ts';
import { useHoldfast, useSyncedList } from '../../react.ts';
import { quantityOf } from '../orders/cart.ts';
import type { Cart } from '../orders/use-cart.ts';
import { ListSkeleton } from '../shell/list-skeleton.tsx';
import { Pane } from '../shell/pane.tsx';
import { Problem } from '../shell/problem.tsx';
import { routeHref, type Route } from '../shell/route.ts';
import { SearchField } from '../shell/search-field.tsx';
import { WindowedList } from '../shell/windowed-list.tsx';
import classes from './catalog.module.css';
import { ProductItem } from './product-item.tsx';

const ITEM_HEIGHT_PX = 84;
const SEARCH_DELAY_MS = 150;
/** More than a shop has; the list itself shows only what is in view. */
const EVERYTHING = 1_000_000;

interface ProductPaneProps {
  readonly route: Route;
  /** Null: these are products to edit. */
  readonly cart: Cart | null;
  readonly actions?: ReactNode;
  readonly foot?: ReactNode;
}

/** What is sold, with its search. */
export function ProductPane({ route, cart, actions, foot }: ProductPaneProps) {
  const [search, setSearch] = useState('');
  const [settledSearch] = useDebouncedValue(search.trim(), SEARCH_DELAY_MS);
  return (
    <Pane label="List of products" title="Catalogue" actions={actions} foot={foot}>
      <div className={classes.search}>
        <SearchField label="Search the catalogue" value={search} onChange={setSearch} />
      </div>
      <FoundProducts route={route} cart={cart} search={settledSearch} />
    </Pane>
  );
}

interface FoundProductsProps extends Pick<ProductPaneProps, 'route' | 'cart'> {
  readonly search: string;
}

function FoundProducts({ route, cart, search }: FoundProductsProps) {
  const { sync } = useHoldfast();
  const { rows, loading, error } = useSyncedList(productQuery(search, cart === null));
  if (error) return <Problem error={error} action={{ label: 'Try again', run: () => sync.requestPull() }} />;
  if (loading) return <ListSkeleton label="Loading the catalogue" />;
  if (rows.length === 0) return <NoProducts search={search} />;
  return (
    <WindowedList label="Products" rows={rows} rowHeightPx={ITEM_HEIGHT_PX}>
      {({ scope, id }) => (
        <ProductItem
          productRef={{ scope, id }}
          cart={cart && { quantity: quantityOf(cart.lines, id), put: cart.put }}
          href={routeHref({ ...route, product: id })}
          isOpen={route.product === id}
        />
      )}
    </WindowedList>
  );
}

/** Staff see what is not sold at the moment as well. */
function productQuery(search: string, isStaff: boolean): ListQuery {
  const words = search.split(/\s+/).filter((word) => word !== '');
  return {
    type: 'Product',
    scopes: ['catalog'],
    filter: {
      and: [
        ...(isStaff ? [] : [{ active: { eq: true } }]),
        ...words.map((word) => ({
          or: [{ name: { contains: word } }, { description: { contains: word } }],
        })),
      ],
    },
    orderBy: [{ field: 'name', direction: 'ASC' }],
    limit: EVERYTHING,
  };
}

function NoProducts({ search }: { readonly search: string }) {
  if (search !== '') {
    return (
      <Problem
        icon={<IconSearch size={32} stroke={1.5} />}
        title="Nothing found"
        text={`No product here contains “${search}”.`}
      />
    );
  }
  return (
    <Problem
      icon={<IconBuildingStore size={32} stroke={1.5} />}
      title="Nothing is sold yet"
      text="Once staff add products, you find them here, with a connection or without."
    />
  );
}
