import { Button, Group, Stack } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useHoldfast, useSyncStatus } from '../../react.ts';
import { Room } from '../shell/frame.tsx';
import { showProblem } from '../shell/notices.tsx';
import { Page } from '../shell/pane.tsx';
import { InstallCard } from './install-card.tsx';
import { PendingList } from './pending-list.tsx';
import { ScopeList } from './scope-list.tsx';
import { StatusLine } from './status-line.tsx';
import { SyncFacts } from './sync-facts.tsx';
import classes from './sync.module.css';
import { WorkOfflineSwitch } from './work-offline-switch.tsx';

/** How syncing stands, in full, and what a person can do about it. */
export function SyncRoom() {
  return (
    <Room>
      <Page title="Sync">
        <Stack gap="2rem">
          <div className={classes.now}>
            <StatusLine />
            <Group gap="lg">
              <WorkOfflineSwitch />
              <SyncNow />
            </Group>
          </div>
          <SyncFacts />
          <ScopeList />
          <PendingList />
          <InstallCard />
        </Stack>
      </Page>
    </Room>
  );
}

function SyncNow() {
  const { sync } = useHoldfast();
  const { phase } = useSyncStatus();
  const [isBusy, setBusy] = useState(false);
  const run = () => {
    setBusy(true);
    sync
      .catchUp()
      .catch((error: unknown) => showProblem('Syncing did not work just now', error))
      .finally(() => setBusy(false));
  };
  return (
    <Button
      leftSection={<IconRefresh size={17} />}
      loading={isBusy}
      disabled={phase === 'paused' || phase === 'signedOut' || phase === 'upgradeNeeded'}
      onClick={run}
    >
      Sync now
    </Button>
  );
}
