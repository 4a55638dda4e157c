import type { ListQuery } from '../../index.ts';
import type { Route } from '../shell/route.ts';
import { orderBy, type NoteOrder } from './note-order.ts';

type Filter = NonNullable<ListQuery['filter']>;

/** More than anyone has; the list itself shows only what is in view. */
const EVERYTHING = 1_000_000;

/** What the list asks for: the space and notebook of the route, the words searched for; pinned first, then in this order. */
export function listQuery(route: Route, search: string, order: NoteOrder): ListQuery {
  const words = search.split(/\s+/).filter((word) => word !== '');
  const place: Filter[] = route.notebook === null ? [] : [{ notebookId: { eq: route.notebook } }];
  return {
    type: 'Note',
    scopes: route.space === null ? undefined : [route.space],
    filter: { and: [...place, ...words.map(containsWord)] },
    orderBy: orderBy(order),
    limit: EVERYTHING,
  };
}

function containsWord(word: string): Filter {
  return {
    or: [{ title: { contains: word } }, { content: { contains: word } }, { tags: { contains: word } }],
  };
}
