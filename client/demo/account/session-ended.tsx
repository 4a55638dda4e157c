import { useHoldfast, useSyncStatus } from '../../react.ts';
import { Banner } from '../shell/banner.tsx';
import { showProblem } from '../shell/notices.tsx';
import { signIn, type Account } from './session.ts';

/** Shown when the session ran out: reading and writing go on, syncing waits for a new sign-in. */
export function SessionEnded({ account }: { readonly account: Account }) {
  const { sync } = useHoldfast();
  const { phase } = useSyncStatus();
  if (phase !== 'signedOut') return null;
  const signInAgain = async () => {
    try {
      await signIn(account.id);
      await sync.resume();
    } catch (error) {
      showProblem('You could not be signed in', error);
    }
  };
  return (
    <Banner
      text="Your session ended. Your notes are safe here; sign in to sync them."
      action={{ label: 'Sign in again', run: () => void signInAgain() }}
    />
  );
}
