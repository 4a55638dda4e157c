import type { SyncStatus } from '../../index.ts';
import { useSyncStatus } from '../../react.ts';
import { readerMoment } from '../shell/reader-time.ts';
import { counted, keepsNothing } from './describe-status.ts';
import classes from './sync.module.css';

/** Times, counts and what the browser does for the app, each in words. */
export function SyncFacts() {
  const status = useSyncStatus();
  return (
    <dl className={classes.facts}>
      {factsOf(status).map(([name, value]) => (
        <div key={name} className={classes.fact}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const STORAGE: Readonly<Record<SyncStatus['storage'], string>> = {
  persistent: 'Everything, for good',
  bestEffort: 'Everything; the browser may clear it when the disk is full',
  memory: 'Nothing: it is gone when this page is closed',
};

const BACKGROUND: Readonly<Record<SyncStatus['backgroundSync'], string>> = {
  on: 'Is sent as soon as there is a connection',
  off: 'Waits until the app is open again',
  unsupported: 'Waits until the app is open again: this browser cannot',
};

function factsOf(status: SyncStatus): readonly (readonly [string, string])[] {
  const moment = (time: string | null) => (time === null ? 'Not yet' : readerMoment(time));
  const oldest = status.oldestPendingAt;
  return [
    ['Waiting to sync', status.pending === 0 ? 'Nothing' : counted(status.pending, 'change')],
    ...(oldest === null ? [] : [['The oldest of it', readerMoment(oldest)] as const]),
    ['Being sent', status.inFlight === 0 ? 'Nothing' : counted(status.inFlight, 'change')],
    ['Last received', moment(status.lastPulledAt)],
    ['Last sent', moment(status.lastPushedAt)],
    ...(status.nextRetryAt === null ? [] : [['Next try', readerMoment(status.nextRetryAt)] as const]),
    ['Kept on this device', STORAGE[keepsNothing(status) ? 'memory' : status.storage]],
    ['What is unsent with the app closed', BACKGROUND[status.backgroundSync]],
    ['Who syncs', status.leader ? 'This tab, for all tabs of this browser' : 'Another tab of this browser'],
  ];
}
