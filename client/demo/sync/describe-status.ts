import type { SyncStatus } from '../../index.ts';

export type Tone = 'good' | 'busy' | 'quiet' | 'problem';

export interface StatusWords {
  readonly tone: Tone;
  readonly headline: string;
  readonly detail: string;
}

const SAVED_HERE = 'Everything is saved on this device.';

/** Says in words how things stand. `formatTime` turns a canonical time into the reader's. */
export function describeStatus(status: SyncStatus, formatTime: (time: string) => string): StatusWords {
  if (status.error?.code === 'STORAGE_GONE') return describeStorageGone(status);
  if (status.error?.code === 'STORAGE_LOST') return STORAGE_LOST;
  return status.storage === 'memory' ? memoryOnly(status) : describePhase(status, formatTime);
}

function describePhase(status: SyncStatus, formatTime: (time: string) => string): StatusWords {
  switch (status.phase) {
    case 'paused':
      return { tone: 'quiet', headline: 'Working offline', detail: waitingHere(status.pending) };
    case 'offline':
      return { tone: 'quiet', headline: 'No connection', detail: waitingHere(status.pending) };
    case 'signedOut':
      return { tone: 'problem', headline: 'Sign in again to sync', detail: SAVED_HERE };
    case 'upgradeNeeded':
      return {
        tone: 'problem',
        headline: 'A new version is needed to sync',
        detail: 'Reload the app to get it.',
      };
    case 'waiting':
      return { tone: 'quiet', headline: 'Cannot reach the server', detail: retryDetail(status, formatTime) };
    case 'syncing':
      return syncing(status, formatTime);
    case 'idle':
      // What waits for a decision about something else stays unsent, however long it takes.
      return status.pending > 0 && openOf(status) === 0
        ? { tone: 'busy', headline: `${counted(status.pending, 'change')} to sync`, detail: SAVED_HERE }
        : atRest(status, formatTime);
  }
}

/** Found at the start. */
const STORAGE_LOST: StatusWords = {
  tone: 'problem',
  headline: 'This browser had deleted what was here',
  detail: 'It comes back from the server. What had not been synced is lost.',
};

/** There is no database, or it cannot be opened. */
function memoryOnly({ pending }: SyncStatus): StatusWords {
  const unsent = pending === 0 ? '' : ` ${counted(pending, 'change')} not synced yet.`;
  return {
    tone: 'problem',
    headline: 'Nothing can be saved on this device',
    detail: `What is not synced is gone when you close this page.${unsent}`,
  };
}

/** What is not synced ends with this page. */
export function keepsNothing({ storage, error }: SyncStatus): boolean {
  return storage === 'memory' || error?.code === 'STORAGE_GONE';
}

/** Deleted by the browser, or by a person in its settings: nothing here may claim to be saved any more. */
export function describeStorageGone({ pending }: SyncStatus): StatusWords {
  const lost = pending === 0 ? '' : ` ${counted(pending, 'change')} had not been synced: copy what you need.`;
  return {
    tone: 'problem',
    headline: 'This browser deleted what was here',
    detail: `Reload to get it back from the server.${lost}`,
  };
}

function syncing(status: SyncStatus, formatTime: (time: string) => string): StatusWords {
  if (status.progress !== null) {
    const { done, total } = status.progress;
    const percent = total === 0 ? 0 : Math.floor((100 * done) / total);
    return { tone: 'busy', headline: 'Getting what is yours', detail: `${percent} % are on this device.` };
  }
  if (status.pending === 0) return atRest(status, formatTime);
  return { tone: 'busy', headline: `Syncing ${counted(status.pending, 'change')}`, detail: SAVED_HERE };
}

/** How many wait for a person. */
function openOf({ failed, conflicts }: SyncStatus): number {
  return failed + conflicts;
}

function atRest(status: SyncStatus, formatTime: (time: string) => string): StatusWords {
  const last = lastSync(status);
  if (last === null) return { tone: 'busy', headline: 'Connecting', detail: SAVED_HERE };
  const open = openOf(status);
  if (open > 0) {
    return {
      tone: 'quiet',
      headline: `${counted(open, 'change')} for you to look at`,
      detail: status.pending === 0 ? 'The rest is synced.' : waitingHere(status.pending),
    };
  }
  return { tone: 'good', headline: 'All changes synced', detail: `Last synced ${formatTime(last)}` };
}

function waitingHere(pending: number): string {
  return pending === 0 ? SAVED_HERE : `${counted(pending, 'change')} saved on this device, waiting to sync.`;
}

function retryDetail(status: SyncStatus, formatTime: (time: string) => string): string {
  const retry = status.nextRetryAt === null ? '' : ` Next try ${formatTime(status.nextRetryAt)}.`;
  return `${waitingHere(status.pending)}${retry}`;
}

/** The later of the last push and pull; canonical times compare as text. */
function lastSync(status: SyncStatus): string | null {
  const times = [status.lastPulledAt, status.lastPushedAt].filter((time) => time !== null);
  return times.sort().at(-1) ?? null;
}

export function counted(count: number, noun: string): string {
  return `${count.toLocaleString()} ${noun}${count === 1 ? '' : 's'}`;
}
