import { useCallback, useMemo, useSyncExternalStore } from 'react';

const VIEWS = ['notes', 'catalog', 'orders', 'attention', 'sync', 'two-devices'] as const;

/** The rooms of the app. */
export type View = (typeof VIEWS)[number];

/** A record as an address names it. */
export interface Address {
  readonly scope: string;
  readonly id: string;
}

/** What is on screen. It lives in the address, so that reload, back and a bookmark keep it. */
export interface Route {
  readonly view: View;
  /** The space whose notes or orders are listed; null: all. In the catalogue: whom the cart is for. */
  readonly space: string | null;
  readonly notebook: string | null;
  /** The open note and the space it belongs to. */
  readonly note: Address | null;
  /** The open note does not exist yet: its first keystroke creates it. */
  readonly isNew: boolean;
  readonly order: Address | null;
  /** The product that is being edited. */
  readonly product: string | null;
  /** On a narrow screen the cart stands in front of the catalogue. */
  readonly isCartOpen: boolean;
}

/** Where the app begins. */
export const START: Route = {
  view: 'notes',
  space: null,
  notebook: null,
  note: null,
  isNew: false,
  order: null,
  product: null,
  isCartOpen: false,
};

export function parseRoute(hash: string): Route {
  const params = new URLSearchParams(hash.replace(/^#/, ''));
  const scope = params.get('in');
  const address = (name: string): Address | null => {
    const id = params.get(name);
    return scope !== null && id !== null ? { scope, id } : null;
  };
  return {
    view: VIEWS.find((view) => view === params.get('view')) ?? 'notes',
    space: params.get('space'),
    notebook: params.get('notebook'),
    note: address('note'),
    isNew: params.has('new'),
    order: address('order'),
    product: params.get('product'),
    isCartOpen: params.has('cart'),
  };
}

/** The address of a place, as an `href`; what is not named is as at the start. */
export function routeHref(place: Partial<Route>): string {
  const route = { ...START, ...place };
  const entries = [...Object.entries(roomOf(route)), ...Object.entries(openedOf(route))];
  const named = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return `#${new URLSearchParams(named).toString()}`;
}

function roomOf({ view, space, notebook, product, isCartOpen }: Route) {
  return { view: view === 'notes' ? null : view, space, notebook, product, cart: isCartOpen ? '' : null };
}

/** What is open. An address names one record at most: a note before an order. */
function openedOf({ note, order, isNew }: Route) {
  if (note !== null) return { in: note.scope, note: note.id, new: isNew ? '' : null };
  return order === null ? {} : { in: order.scope, order: order.id };
}

const subscribe = (listener: () => void) => {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
};

/** Changes parts of the route. */
export type Go = (change: Partial<Route>) => void;

/** The route and a way to change parts of it. */
export function useRoute(): { route: Route; go: Go } {
  const hash = useSyncExternalStore(
    subscribe,
    () => window.location.hash,
    // The build has no address.
    () => '',
  );
  const route = useMemo(() => parseRoute(hash), [hash]);
  const go = useCallback((change: Partial<Route>) => {
    window.location.hash = routeHref({ ...parseRoute(window.location.hash), ...change });
  }, []);
  return { route, go };
}
