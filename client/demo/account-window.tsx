import { OfflineProvider } from '../react.ts';
import { StashContext } from './notes/stash-context.ts';
import type { OpenAccount } from './open-account.ts';
import { Shell } from './shell/shell.tsx';

interface AccountWindowProps {
  readonly open: OpenAccount;
  readonly onSignedOut: () => void;
}

/** The app of somebody who is signed in. */
export function AccountWindow({ open, onSignedOut }: AccountWindowProps) {
  return (
    <OfflineProvider holdfast={open.holdfast}>
      <StashContext value={open.stash}>
        <Shell account={open.account} onSignedOut={onSignedOut} />
      </StashContext>
    </OfflineProvider>
  );
}
