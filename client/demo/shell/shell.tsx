import { Center, Loader } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { memo, Suspense, useEffect, useMemo, useState } from 'react';
import { AccountDialogs, type AccountDialog } from '../account/account-dialogs.tsx';
import { SessionEnded } from '../account/session-ended.tsx';
import type { Account } from '../account/session.ts';
import { spacesOf, type Space } from '../notebooks/space.ts';
import { NotesRoom } from '../notes/notes-room.tsx';
import { useHoldfast, useSyncStatus } from '../../react.ts';
import { StorageDeleted } from '../sync/storage-deleted.tsx';
import { FrameContext } from './frame-context.ts';
import { Room } from './frame.tsx';
import { Rail } from './rail.tsx';
import { AttentionRoom, CatalogRoom, loadRooms, OrdersRoom, SyncRoom } from './rooms.ts';
import { useRoute, type Go, type Route } from './route.ts';
import classes from './shell.module.css';

const WIDE = '(min-width: 1100px)';
const NARROW = '(max-width: 719px)';

interface ShellProps {
  readonly account: Account;
  readonly onSignedOut: () => void;
}

/** The window of somebody's spaces. */
export function Shell(props: ShellProps) {
  return <ShellOf {...props} spaces={useSpaces()} />;
}

/** Places beside the room that one is in, as far as there is space. It is not drawn again at each step of syncing. */
const ShellOf = memo(
  ({ account, spaces, onSignedOut }: ShellProps & { readonly spaces: readonly Space[] }) => {
    const { route, go } = useRoute();
    const isWide = useMediaQuery(WIDE, undefined, { getInitialValueInEffect: false });
    const isNarrow = useMediaQuery(NARROW, undefined, { getInitialValueInEffect: false });
    useEffect(() => void loadRooms(), []);
    const [dialog, setDialog] = useState<AccountDialog | null>(null);
    const places = <Rail account={account} spaces={spaces} route={route} go={go} onOpen={setDialog} />;
    return (
      <FrameContext value={{ isWide, isNarrow, places }}>
        <div className={classes.window}>
          <SessionEnded account={account} />
          <StorageDeleted />
          <div className={classes.panes}>
            {isWide && <aside className={classes.rail}>{places}</aside>}
            <Suspense fallback={<Opening />}>
              <CurrentRoom route={route} go={go} spaces={spaces} />
            </Suspense>
          </div>
          <AccountDialogs opened={dialog} onClose={() => setDialog(null)} onSignedOut={onSignedOut} />
        </div>
      </FrameContext>
    );
  },
);

function Opening() {
  return (
    <Room>
      <Center h="100%">
        <Loader type="dots" aria-label="Opening" />
      </Center>
    </Room>
  );
}

interface RoomProps {
  readonly route: Route;
  readonly go: Go;
  readonly spaces: readonly Space[];
}

function CurrentRoom(props: RoomProps) {
  switch (props.route.view) {
    case 'notes':
      return <NotesRoom {...props} />;
    case 'catalog':
      return <CatalogRoom {...props} />;
    case 'orders':
      return <OrdersRoom {...props} />;
    case 'attention':
      return <AttentionRoom />;
    case 'sync':
      return <SyncRoom />;
    case 'two-devices':
      // Stands in the shell's place.
      return null;
  }
}

function useSpaces(): readonly Space[] {
  const { sync } = useHoldfast();
  const { scopes } = useSyncStatus();
  const ids = scopes.map(({ id }) => id).join(' ');
  return useMemo(() => spacesOf(ids.split(' '), sync.ownScope), [ids, sync.ownScope]);
}
