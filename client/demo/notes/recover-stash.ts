import type { ApolloClient } from '@apollo/client';
import type { DraftStash } from './draft-stash.ts';
import { saveNote } from './save-note.ts';

/** Stores what an earlier page had to leave behind. What cannot be stored now stays for the next start. */
export async function recoverStash(client: ApolloClient, stash: DraftStash): Promise<void> {
  for (const { ref, change } of stash.all()) {
    await saveNote(client, ref, change);
    stash.remove(ref);
  }
}
