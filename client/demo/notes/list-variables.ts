import type { NoteFilter, NoteListQueryVariables } from '../../generated/documents.ts';
import type { Route } from '../shell/route.ts';

/** More than anyone has; the list itself shows only what is in view. */
const EVERYTHING = 100_000;

/** What the list asks for: the space and notebook of the route, the words searched for; pinned first, then newest. */
export function listVariables(route: Route, search: string): NoteListQueryVariables {
  const conditions: NoteFilter[] = [];
  if (route.notebook !== null) conditions.push({ notebookId: { eq: route.notebook } });
  for (const word of search.split(/\s+/).filter((part) => part !== '')) conditions.push(containsWord(word));
  return {
    ...(route.space === null ? {} : { scopes: [route.space] }),
    filter: { and: conditions },
    orderBy: [
      { field: 'pinned', direction: 'DESC' },
      { field: 'updatedAt', direction: 'DESC' },
    ],
    limit: EVERYTHING,
  };
}

function containsWord(word: string): NoteFilter {
  return {
    or: [{ title: { contains: word } }, { content: { contains: word } }, { tags: { contains: word } }],
  };
}
