import { useQuery } from '@apollo/client/react';
import { ViewerDocument } from '../../generated/documents.ts';

/** Whether this account writes the catalogue. Kept on the device with the last answer, so it is known offline as well. */
export function useIsStaff(): boolean {
  const { data } = useQuery(ViewerDocument);
  return data?.viewer.scopes.some(({ id, access }) => id === 'catalog' && access === 'WRITE') === true;
}
