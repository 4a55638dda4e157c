import { IconPlugConnectedX, IconServer2 } from '@tabler/icons-react';
import type { SyncStatus } from '../../index.ts';
import { OfflineProvider, useSyncStatus } from '../../react.ts';
import type { OpenDevice } from './open-devices.ts';
import type { Each, Person } from './person.ts';
import classes from './wires.module.css';

/** Between the devices: the server, and a wire to each. The devices say the same in words. */
export function Wires({ devices }: { readonly devices: Each<OpenDevice> }) {
  return (
    <div className={classes.wires} aria-hidden="true">
      <OfflineProvider holdfast={devices.ada.holdfast}>
        <Wire person="ada" />
      </OfflineProvider>
      <div className={classes.server}>
        <IconServer2 size={26} stroke={1.5} />
      </div>
      <OfflineProvider holdfast={devices.ben.holdfast}>
        <Wire person="ben" />
      </OfflineProvider>
    </div>
  );
}

/** Ada's; Ben's is its mirror image. */
const WHOLE = 'M0 20 C 30 62, 70 62, 100 34';
const ENDS = ['M0 20 C 14 32, 22 48, 23 74', 'M77 78 C 78 58, 86 42, 100 34'];

function Wire({ person }: { readonly person: Person }) {
  const status = useSyncStatus();
  const state = connectionOf(status);
  return (
    <div className={classes.wire} data-person={person} data-state={state}>
      <svg viewBox="0 0 100 80" preserveAspectRatio="none" focusable="false">
        {state === 'cut' ? ENDS.map((end) => <path key={end} d={end} />) : <path d={WHOLE} />}
      </svg>
      {state === 'cut' && <IconPlugConnectedX className={classes.cut} size={20} stroke={1.75} />}
      {/* Each runs along the wire once, when the engine has sent or received something. */}
      <span key={`up ${status.lastPushedAt}`} className={classes.packet} data-way="up" />
      <span key={`down ${status.lastPulledAt}`} className={classes.packet} data-way="down" />
    </div>
  );
}

/** What the wire looks like: whole; cut by the person; whole, but nobody answers at its end. */
function connectionOf({ phase }: SyncStatus): 'up' | 'cut' | 'down' {
  switch (phase) {
    case 'idle':
    case 'syncing':
      return 'up';
    case 'paused':
      return 'cut';
    case 'offline':
    case 'waiting':
    case 'signedOut':
    case 'upgradeNeeded':
      return 'down';
  }
}
