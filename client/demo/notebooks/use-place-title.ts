import { useQuery } from '@apollo/client/react';
import { NotebooksDocument } from '../../generated/documents.ts';
import type { Route } from '../shell/route.ts';
import type { Space } from './space.ts';

/** What the listed place is called: its notebook, its space, or everything. */
export function usePlaceTitle(route: Route, spaces: readonly Space[]): string {
  const { data } = useQuery(NotebooksDocument, {
    variables: route.space === null ? {} : { scopes: [route.space] },
    skip: route.notebook === null,
  });
  const notebook = data?.notebooks.find(({ id }) => id === route.notebook);
  if (notebook !== undefined) return notebook.name;
  return spaces.find(({ scope }) => scope === route.space)?.name ?? 'All notes';
}
