import { useCallback, useMemo, useSyncExternalStore } from 'react';

/** What is on screen. It lives in the address, so that reload, back and a bookmark keep it. */
export interface Route {
  /** The space whose notes are listed; null: all. */
  readonly space: string | null;
  readonly notebook: string | null;
  /** The open note and the space it belongs to. */
  readonly note: { readonly scope: string; readonly id: string } | null;
  /** The open note does not exist yet: its first keystroke creates it. */
  readonly isNew: boolean;
}

export function parseRoute(hash: string): Route {
  const params = new URLSearchParams(hash.replace(/^#/, ''));
  const [scope, id] = [params.get('in'), params.get('note')];
  return {
    space: params.get('space'),
    notebook: params.get('notebook'),
    note: scope !== null && id !== null ? { scope, id } : null,
    isNew: params.has('new'),
  };
}

/** The address of a route, as an `href`. */
export function routeHref(route: Route): string {
  const params = new URLSearchParams();
  if (route.space !== null) params.set('space', route.space);
  if (route.notebook !== null) params.set('notebook', route.notebook);
  if (route.note !== null) {
    params.set('in', route.note.scope);
    params.set('note', route.note.id);
    if (route.isNew) params.set('new', '');
  }
  return `#${params.toString()}`;
}

const subscribe = (listener: () => void) => {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
};

/** The route and a way to change parts of it. */
export function useRoute(): { route: Route; go: (change: Partial<Route>) => void } {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  const route = useMemo(() => parseRoute(hash), [hash]);
  const go = useCallback((change: Partial<Route>) => {
    window.location.hash = routeHref({ ...parseRoute(window.location.hash), ...change });
  }, []);
  return { route, go };
}
