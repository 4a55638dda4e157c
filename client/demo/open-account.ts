import type { Holdfast } from '../index.ts';
import { rememberedAccount, type Account } from './account/session.ts';
import { DraftStash } from './notes/draft-stash.ts';
import { recoverStash } from './notes/recover-stash.ts';
import { openHoldfast } from './open-holdfast.ts';
import { showProblem } from './shell/notices.tsx';

/** What is open while somebody is signed in. */
export interface OpenAccount {
  readonly account: Account;
  readonly holdfast: Holdfast;
  readonly stash: DraftStash;
}

/** Opens what this account has on this device, and stores what an earlier page had to leave behind. */
export async function openAccount(account: Account): Promise<OpenAccount> {
  const stash = new DraftStash(account.id, { isOpen: () => rememberedAccount()?.id === account.id });
  const holdfast = await openHoldfast(account);
  recoverStash(holdfast.client, stash).catch((error: unknown) =>
    showProblem('Your last words could not be saved yet', error),
  );
  return { account, holdfast, stash };
}
