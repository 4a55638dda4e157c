import { Loader } from '@mantine/core';
import {
  lazy,
  startTransition,
  Suspense,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import {
  isLeaving,
  onAccountChange,
  rememberedAccount,
  remember,
  sessionAccount,
  type Account,
} from './account/session.ts';
import { SignIn } from './account/sign-in.tsx';
import type { OpenAccount } from './open-account.ts';
import { Logo } from './shell/logo.tsx';
import { Problem } from './shell/problem.tsx';
import { useRoute } from './shell/route.ts';

/** Most of the app: who is not signed in yet does not wait for it. */
const loadAccount = () => import('./open-account.ts');
/** Asked for before what uses them, they also stand before the app's own styles, which change them. */
const loadStyles = () => import('./mantine.css');
const loadWindow = () => Promise.all([loadStyles(), import('./account-window.tsx')]);
const AccountWindow = lazy(async () => ({ default: (await loadWindow())[1].AccountWindow }));
const TwoDevicesPage = lazy(async () => {
  const [, page] = await Promise.all([loadStyles(), import('./two-devices/two-devices-page.tsx')]);
  return { default: page.TwoDevicesPage };
});

/**
 * ```
 * starting ──nobody known──▶ signedOut ──choose──▶ starting ──opened──▶ open ──sign out──▶ signedOut
 * ```
 */
type Stage =
  | { readonly at: 'starting' }
  | { readonly at: 'signedOut' }
  | { readonly at: 'failed'; readonly error: unknown }
  | { readonly at: 'open'; readonly open: OpenAccount };

export function App() {
  const { route } = useRoute();
  const { stage, choose, open, leave } = useStage();
  // Set before the first paint, for what index.html shows.
  useLayoutEffect(() => document.documentElement.removeAttribute('data-opening'), []);
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
      return <Opening label="Opening what is yours" />;
    case 'signedOut':
      return <SignIn onChosen={choose} onSignedIn={open} />;
    case 'failed':
      return (
        <Problem error={stage.error} action={{ label: 'Try again', run: () => window.location.reload() }} />
      );
    case 'open':
      return (
        <Suspense fallback={<Opening label="Opening what is yours" />}>
          <AccountWindow open={stage.open} onSignedOut={leave} />
        </Suspense>
      );
  }
}

function Opening({ label }: { readonly label: string }) {
  return (
    <div className="opening">
      <Logo size={56} />
      <Loader type="dots" aria-label={label} />
    </div>
  );
}

function useStage() {
  const [stage, setStage] = useState<Stage>(startingStage);
  // What a person chooses goes before the session that the server may yet tell of: only one account is opened.
  const isChosen = useRef(false);
  const choose = useCallback(() => {
    isChosen.current = true;
  }, []);

  const open = useCallback((account: Account) => {
    isChosen.current = true;
    setStage({ at: 'starting' });
    // What draws the window comes while the database is being opened.
    const opening = loadAccount().then(({ openAccount }) => openAccount(account));
    Promise.all([opening, loadWindow()]).then(
      // Drawn in slices: it is the whole app, and a first touch shall not wait for all of it.
      ([opened]) => startTransition(() => setStage({ at: 'open', open: opened })),
      (error: unknown) => setStage({ at: 'failed', error }),
    );
  }, []);

  const leave = useCallback(() => {
    window.location.hash = '';
    delete window.holdfast;
    setStage({ at: 'signedOut' });
  }, []);

  useEffect(() => {
    void startingAccount().then((account) => {
      if (isChosen.current) return;
      if (account === null) return setStage({ at: 'signedOut' });
      remember(account);
      open(account);
    });
  }, [open]);

  const who = stage.at === 'open' ? stage.open.account.id : null;
  useEffect(() => {
    if (who === null) return;
    return onAccountChange(() => {
      if (rememberedAccount()?.id !== who) startOver();
    });
  }, [who]);

  return { stage, choose, open, leave };
}

/** Whoever is not known here sees at once how to sign in. */
function startingStage(): Stage {
  return { at: rememberedAccount() === null && !isLeaving() ? 'signedOut' : 'starting' };
}

/** Somebody else uses this browser now: a new page holds nothing of the old one, not in memory either. */
function startOver(): void {
  window.location.hash = '';
  window.location.reload();
}

/** The account of last time opens at once, with a connection or without; only a new device asks the server first. */
async function startingAccount(): Promise<Account | null> {
  return rememberedAccount() ?? (await sessionAccount());
}
