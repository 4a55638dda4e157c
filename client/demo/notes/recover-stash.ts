import type { ApolloClient } from '@apollo/client';
import type { DraftStash, Stashed } from './draft-stash.ts';
import { saveNote } from './save-note.ts';

/**
 * Stores what an earlier page had to leave behind. What cannot be stored now stays for the next start and holds up nothing
 * else; the first reason is thrown once everything was tried.
 */
export async function recoverStash(client: ApolloClient, stash: DraftStash): Promise<void> {
  const recover = async (stashed: Stashed) => {
    await saveNote(client, stashed.ref, stashed.change);
    stash.remove(stashed);
  };
  const ends = await Promise.allSettled(stash.all().map(recover));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
