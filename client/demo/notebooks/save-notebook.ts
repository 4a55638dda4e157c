import type { ApolloClient } from '@apollo/client';
import { UpsertNotebooksDocument } from '../../generated/documents.ts';
import { newId } from '../../index.ts';

/** Makes a notebook in a space; resolves with its id when it is durable on this device. Rejects with a sentence to show. */
export async function createNotebook(client: ApolloClient, scope: string, name: string): Promise<string> {
  const id = newId();
  const { data } = await client.mutate({
    mutation: UpsertNotebooksDocument,
    variables: { scope, changes: [{ id, name }] },
  });
  const error = data?.upsertNotebooks.results[0]?.error;
  if (error) throw new Error(error.message);
  return id;
}
