import { Button, Text } from '@mantine/core';
import { useHoldfast, useSyncStatus } from '../../react.ts';
import { showProblem } from '../shell/notices.tsx';
import classes from './session-ended.module.css';
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
    <div className={classes.banner} role="alert">
      <Text size="sm">Your session ended. Your notes are safe here; sign in to sync them.</Text>
      <Button size="compact-sm" onClick={() => void signInAgain()}>
        Sign in again
      </Button>
    </div>
  );
}
