import { IconPlugConnectedX, IconServer2 } from '@tabler/icons-react';
import type { SyncStatus } from '../../index.ts';
import { OfflineProvider, useSyncStatus } from '../../react.ts';
import type { OpenDevice } from './open-devices.ts';
import type { Each, Person } from './person.ts';
import classes from './wires.module.css';

/** To devices beside the server, or to one below it. */
type Lead = 'beside' | 'below';

interface WiresProps {
  readonly devices: Each<OpenDevice>;
  readonly lead: Lead;
}

/** Between the devices: the server, and a wire to each. The devices say the same in words. */
export function Wires({ devices, lead }: WiresProps) {
  return (
    <div className={classes.wires} data-lead={lead} aria-hidden="true">
      <OfflineProvider holdfast={devices.ada.holdfast}>
        <Wire person="ada" lead={lead} />
      </OfflineProvider>
      <div className={classes.server}>
        <IconServer2 size={26} stroke={1.5} />
      </div>
      <OfflineProvider holdfast={devices.ben.holdfast}>
        <Wire person="ben" lead={lead} />
      </OfflineProvider>
    </div>
  );
}

/** Ada's; Ben's is its mirror image. */
const SHAPES = {
  beside: {
    whole: ['M0 44 C 28 80, 68 80, 100 32'],
    cut: ['M0 44 C 16 50, 24 60, 25 84', 'M75 80 C 76 58, 84 40, 100 32'],
  },
  below: {
    whole: ['M0 80 C 6 30, 50 40, 100 40'],
    cut: ['M0 80 C 1 68, 6 60, 14 54', 'M48 74 C 50 52, 70 40, 100 40'],
  },
} as const;

function Wire({ person, lead }: { readonly person: Person; readonly lead: Lead }) {
  const status = useSyncStatus();
  const state = connectionOf(status);
  return (
    <div className={classes.wire} data-person={person} data-state={state}>
      <svg className={classes.line} viewBox="0 0 100 80" preserveAspectRatio="none" focusable="false">
        {SHAPES[lead][state === 'cut' ? 'cut' : 'whole'].map((line) => (
          <path key={line} d={line} />
        ))}
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
