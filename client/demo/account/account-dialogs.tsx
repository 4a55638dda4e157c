import { DevtoolsDrawer } from '../sync/devtools-drawer.tsx';
import { SignOutDialog } from './sign-out-dialog.tsx';

/** What the account's menu opens over the whole window. */
export type AccountDialog = 'engine' | 'sign-out';

interface AccountDialogsProps {
  readonly opened: AccountDialog | null;
  readonly onClose: () => void;
  readonly onSignedOut: () => void;
}

/** Stands outside of the places, which come and go with the window's width. */
export function AccountDialogs({ opened, onClose, onSignedOut }: AccountDialogsProps) {
  if (opened === 'engine') return <DevtoolsDrawer onClose={onClose} />;
  if (opened === 'sign-out') return <SignOutDialog onSignedOut={onSignedOut} onStay={onClose} />;
  return null;
}
