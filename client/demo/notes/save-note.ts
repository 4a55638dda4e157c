import type { ApolloClient } from '@apollo/client';
import { UpsertNotesDocument } from '../../generated/documents.ts';
import type { NoteEdits } from './note-fields.ts';

export interface NoteRef {
  readonly scope: string;
  readonly id: string;
}

export interface NoteChange extends NoteEdits {
  readonly deleted?: boolean;
  /** What the person saw in each edited field before. */
  readonly base?: NoteEdits;
}

/** Stores a change of a note on the device. Resolves when it is durable; rejects with a sentence to show. */
export async function saveNote(client: ApolloClient, ref: NoteRef, change: NoteChange): Promise<void> {
  const { data } = await client.mutate({
    mutation: UpsertNotesDocument,
    variables: { scope: ref.scope, changes: [{ id: ref.id, ...change }] },
  });
  const error = data?.upsertNotes.results[0]?.error;
  if (error) throw new Error(error.message);
}
