/** What the status shows, out of what is stored and what the leader says of itself. Pure. */
import type { Json } from './manifest.ts';
import type { Phase, SyncStatus } from './model.ts';
import { isChange } from './outbox.ts';
import type { OutboxRow, ScopeRow } from './stored.ts';

/** What only the leader knows; it tells the other tabs through the database. */
export interface Live {
  readonly phase: Phase;
  readonly pulling: boolean;
  readonly pushing: boolean;
  readonly online: boolean;
  readonly inFlight: number;
  readonly nextRetryAt: string | null;
  readonly error: SyncStatus['error'];
}

export interface StatusInput {
  readonly live: Live;
  readonly isLeader: boolean;
  readonly isPaused: boolean;
  readonly changes: readonly OutboxRow[];
  readonly superseded: number;
  readonly openScopes: readonly string[];
  readonly scopeRows: ReadonlyMap<string, ScopeRow>;
  readonly lastPulledAt: string | null;
  readonly lastPushedAt: string | null;
  readonly waiting: number;
  readonly storage: SyncStatus['storage'];
  readonly backgroundSync: SyncStatus['backgroundSync'];
  readonly repairs: SyncStatus['repairs'];
  readonly storageProblem: SyncStatus['error'];
}

/** A leader's answer to "what are you doing", by what weighs most. */
export function phaseOf(facts: {
  readonly state: string;
  readonly isReachable: boolean;
  readonly isBusy: boolean;
  readonly isWaiting: boolean;
}): Phase {
  if (facts.state === 'upgradeNeeded' || facts.state === 'signedOut' || facts.state === 'paused')
    return facts.state;
  if (facts.state === 'offline' || !facts.isReachable) return 'offline';
  if (facts.isBusy) return 'syncing';
  return facts.isWaiting ? 'waiting' : 'idle';
}

export const UNKNOWN_LIVE: Live = {
  phase: 'idle',
  pulling: false,
  pushing: false,
  online: true,
  inFlight: 0,
  nextRetryAt: null,
  error: null,
};

export function readLive(stored: Json | undefined): Live {
  return typeof stored === 'object' && stored !== null ? (stored as unknown as Live) : UNKNOWN_LIVE;
}

export function statusOf(input: StatusInput): SyncStatus {
  const { live, changes } = input;
  const pending = changes.filter((row) => row.state === 'pending');
  const conflicts = changes
    .filter(isChange)
    .filter((row) => row.state === 'conflict')
    .map((row) => `${row.type}\n${row.scope}\n${row.id}`);
  const oldest = pending.reduce((at, row) => Math.min(at, row.firstEditedAt), Infinity);
  return {
    phase: input.isPaused ? 'paused' : live.phase,
    pulling: live.pulling,
    pushing: live.pushing,
    online: live.online,
    inFlight: live.inFlight,
    nextRetryAt: live.nextRetryAt,
    pending: pending.length,
    failed: changes.filter((row) => row.state === 'failed').length,
    conflicts: new Set(conflicts).size,
    superseded: input.superseded,
    waiting: input.waiting,
    oldestPendingAt: oldest === Infinity ? null : new Date(oldest).toISOString(),
    lastPulledAt: input.lastPulledAt,
    lastPushedAt: input.lastPushedAt,
    progress: progressOf(input),
    scopes: input.openScopes.map((id) => scopeStatus(id, input.scopeRows.get(id))),
    storage: input.storage,
    backgroundSync: input.backgroundSync,
    repairs: input.repairs,
    leader: input.isLeader,
    error: live.error ?? input.storageProblem,
  };
}

function scopeStatus(id: string, row: ScopeRow | undefined): SyncStatus['scopes'][number] {
  if (row?.synced === true) return { id, synced: true, progress: 1 };
  const { done, total } = positions(row);
  return { id, synced: false, progress: total === 0 ? 0 : done / total };
}

/** R7: positions against heads, of the scopes that are downloaded for the first time. */
function progressOf({ openScopes, scopeRows }: StatusInput): SyncStatus['progress'] {
  const rows = openScopes.map((id) => scopeRows.get(id)).filter((row) => row?.synced !== true);
  const parts = rows.map(positions);
  const total = parts.reduce((sum, part) => sum + part.total, 0);
  return total === 0 ? null : { done: parts.reduce((sum, part) => sum + part.done, 0), total };
}

/** Each type runs through the scope's positions; one that is there counts in full. */
function positions(row: ScopeRow | undefined): { done: number; total: number } {
  const cursors = Object.values(row?.cursors ?? {});
  return {
    done: cursors.reduce(
      (sum, { position, head, floor }) => sum + (floor === null ? head : Math.min(position, head)),
      0,
    ),
    total: cursors.reduce((sum, { head }) => sum + head, 0),
  };
}
