import { expect, test } from 'vitest';
import { parseRoute, routeHref, type Route } from './route.ts';

const nothing: Route = { space: null, notebook: null, note: null, isNew: false };

test.each<Route>([
  nothing,
  { ...nothing, space: 'team:demo', notebook: 'n1' },
  { space: 'user:ada', notebook: null, note: { scope: 'user:ada', id: 'a-b_c' }, isNew: true },
])('a route survives its address', (route) => {
  expect(parseRoute(routeHref(route))).toEqual(route);
});

test('an address that names only half a note opens none', () => {
  expect(parseRoute('#note=abc')).toEqual(nothing);
});
