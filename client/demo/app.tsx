import { Center, Loader } from '@mantine/core';
import { Suspense, useCallback, useEffect, useState } from 'react';
import type { Holdfast } from '../index.ts';
import { OfflineProvider } from '../react.ts';
import {
  onAccountChange,
  rememberedAccount,
  remember,
  sessionAccount,
  type Account,
} from './account/session.ts';
import { SignIn } from './account/sign-in.tsx';
import { DraftStash } from './notes/draft-stash.ts';
import { recoverStash } from './notes/recover-stash.ts';
import { StashContext } from './notes/stash-context.ts';
import { openHoldfast } from './open-holdfast.ts';
import { showProblem } from './shell/notices.tsx';
import { Problem } from './shell/problem.tsx';
import { TwoDevicesPage } from './shell/rooms.ts';
import { useRoute } from './shell/route.ts';
import { Shell } from './shell/shell.tsx';

/**
 * ```
 * starting ──nobody known──▶ signedOut ──choose──▶ starting ──opened──▶ open ──sign out──▶ signedOut
 * ```
 */
type Stage =
  | { readonly at: 'starting' }
  | { readonly at: 'signedOut' }
  | { readonly at: 'failed'; readonly error: unknown }
  | {
      readonly at: 'open';
      readonly account: Account;
      readonly holdfast: Holdfast;
      readonly stash: DraftStash;
    };

export function App() {
  const { route } = useRoute();
  const { stage, open, leave } = useStage();
  // People of their own live there; whoever uses this browser stays as they are meanwhile.
  if (route.view === 'two-devices') {
    return (
      <Suspense fallback={<Opening label="Opening two devices" />}>
        <TwoDevicesPage />
      </Suspense>
    );
  }
  switch (stage.at) {
    case 'starting':
      return <Opening label="Opening your notes" />;
    case 'signedOut':
      return <SignIn onSignedIn={open} />;
    case 'failed':
      return (
        <Problem error={stage.error} action={{ label: 'Try again', run: () => window.location.reload() }} />
      );
    case 'open':
      return (
        <OfflineProvider holdfast={stage.holdfast}>
          <StashContext value={stage.stash}>
            <Shell account={stage.account} onSignedOut={leave} />
          </StashContext>
        </OfflineProvider>
      );
  }
}

function Opening({ label }: { readonly label: string }) {
  return (
    <Center h="100dvh">
      <Loader type="dots" aria-label={label} />
    </Center>
  );
}

function useStage() {
  const [stage, setStage] = useState<Stage>({ at: 'starting' });

  const open = useCallback((account: Account) => {
    setStage({ at: 'starting' });
    const stash = new DraftStash(account.id);
    openHoldfast(account).then(
      (holdfast) => {
        setStage({ at: 'open', account, holdfast, stash });
        recoverStash(holdfast.client, stash).catch((error: unknown) =>
          showProblem('Your last words could not be saved yet', error),
        );
      },
      (error: unknown) => setStage({ at: 'failed', error }),
    );
  }, []);

  const leave = useCallback(() => {
    window.location.hash = '';
    delete window.holdfast;
    setStage({ at: 'signedOut' });
  }, []);

  useEffect(() => {
    void startingAccount().then((account) =>
      account === null ? setStage({ at: 'signedOut' }) : open(account),
    );
  }, [open]);

  const openAccount = stage.at === 'open' ? stage.account.id : null;
  useEffect(() => {
    if (openAccount === null) return;
    return onAccountChange(() => {
      if (rememberedAccount()?.id !== openAccount) startOver();
    });
  }, [openAccount]);

  return { stage, open, leave };
}

/** Somebody else uses this browser now: a new page holds nothing of the old one, not in memory either. */
function startOver(): void {
  window.location.hash = '';
  window.location.reload();
}

/** The account of last time opens at once, with a connection or without; only a new device asks the server first. */
async function startingAccount(): Promise<Account | null> {
  const remembered = rememberedAccount();
  if (remembered !== null) return remembered;
  const account = await sessionAccount();
  if (account !== null) remember(account);
  return account;
}
