import type { ApolloClient } from '@apollo/client';
import { UpsertNotebooksDocument } from '../../generated/documents.ts';
import type { Address } from '../shell/route.ts';

interface NotebookChange {
  readonly name?: string;
  readonly deleted?: boolean;
}

/** Stores a change of a notebook on the device, or makes one. Resolves when it is durable; rejects with a sentence to show. */
export async function saveNotebook(
  client: ApolloClient,
  { scope, id }: Address,
  change: NotebookChange,
): Promise<void> {
  const { data } = await client.mutate({
    mutation: UpsertNotebooksDocument,
    variables: { scope, changes: [{ id, ...change }] },
  });
  const error = data?.upsertNotebooks.results[0]?.error;
  if (error) throw new Error(error.message);
}
