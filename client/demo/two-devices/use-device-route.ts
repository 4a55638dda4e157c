import { useState, type MouseEvent } from 'react';
import { parseRoute, START, type Go, type Route } from '../shell/route.ts';
import { TEAM } from './person.ts';
import type { Tour } from './tour.ts';

/** Where a device is. Its links lead it, not the page: the address belongs to both. */
export interface DeviceRoute {
  readonly route: Route;
  readonly go: Go;
  /** It is where the tour wants it. */
  readonly isLed: boolean;
  /** Brings it there. */
  readonly lead: () => void;
  /** Takes a click on a link of the app's. */
  readonly follow: (event: MouseEvent) => void;
}

/** The place that the tour leads to, until the person goes elsewhere, and again once the tour leads to another. */
export function useDeviceRoute(tour: Tour): DeviceRoute {
  const led = placeOf(tour);
  // At the end, too: what was decided is to be seen on both.
  const key = JSON.stringify([led, tour.step === 'end']);
  const [own, setOwn] = useState<{ readonly from: string; readonly route: Route } | null>(null);
  const route = own?.from === key ? own.route : led;
  const setRoute = (next: Route) => setOwn({ from: key, route: next });
  const follow = (event: MouseEvent) => {
    const href = hrefOf(event);
    if (href === null) return;
    event.preventDefault();
    setRoute(parseRoute(href));
  };
  return {
    route,
    go: (change) => setRoute({ ...route, ...change }),
    isLed: route.note?.id === led.note?.id && route.order?.id === led.order?.id && route.view === led.view,
    lead: () => setOwn(null),
    follow,
  };
}

function placeOf({ step, place, noteId, orderId }: Tour): Route {
  const team: Route = { ...START, space: TEAM };
  if (step === 'prepare') return team;
  return place === 'note'
    ? { ...team, note: { scope: TEAM, id: noteId } }
    : { ...team, view: 'orders', order: { scope: TEAM, id: orderId } };
}

/** The address within the app that a plain click leads to; a new tab is another app's page. */
function hrefOf({ target, ctrlKey, metaKey, shiftKey, altKey }: MouseEvent): string | null {
  if (ctrlKey || metaKey || shiftKey || altKey || !(target instanceof Element)) return null;
  const href = target.closest('a')?.getAttribute('href') ?? '';
  return href.startsWith('#') ? href : null;
}
