import { expect, test } from 'vitest';
import { parseRoute, routeHref, START, type Route } from './route.ts';

test.each<Route>([
  START,
  { ...START, space: 'team:demo', notebook: 'n1' },
  { ...START, space: 'user:ada', note: { scope: 'user:ada', id: 'a-b_c' }, isNew: true },
  { ...START, view: 'orders', space: 'team:demo', order: { scope: 'team:demo', id: 'o1' } },
  { ...START, view: 'catalog', product: 'tea', isCartOpen: true },
])('a route survives its address', (route) => {
  expect(parseRoute(routeHref(route))).toEqual(route);
});

test('an address that names only half a note opens none, and an unknown room is the notes', () => {
  expect(parseRoute('#note=abc')).toEqual(START);
  expect(parseRoute('#view=cellar')).toEqual(START);
});
