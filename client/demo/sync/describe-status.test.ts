import { expect, test } from 'vitest';
import type { SyncStatus } from '../../index.ts';
import { describeStatus, keepsNothing } from './describe-status.ts';

const synced: SyncStatus = {
  phase: 'idle',
  pulling: false,
  pushing: false,
  online: true,
  pending: 0,
  inFlight: 0,
  failed: 0,
  conflicts: 0,
  superseded: 0,
  waiting: 0,
  oldestPendingAt: null,
  lastPulledAt: '2026-01-31T12:00:00.000Z',
  lastPushedAt: '2026-01-31T12:05:00.000Z',
  nextRetryAt: null,
  progress: null,
  scopes: [],
  storage: 'persistent',
  backgroundSync: 'off',
  repairs: [],
  leader: true,
  error: null,
};

const say = (status: Partial<SyncStatus>) =>
  describeStatus({ ...synced, ...status }, (time) => `at ${time.slice(11, 16)}`);

test('all synced names the later of the last push and pull', () => {
  expect(say({})).toEqual({ tone: 'good', headline: 'All changes synced', detail: 'Last synced at 12:05' });
});

test('a database that was lost, or that there is none, is said before anything else', () => {
  const error = { code: 'STORAGE_LOST', message: 'deleted' };
  expect(say({ phase: 'syncing', error })).toMatchObject({
    tone: 'problem',
    headline: 'This browser had deleted what was here',
  });
  expect(say({ phase: 'offline', storage: 'memory', pending: 1 })).toEqual({
    tone: 'problem',
    headline: 'Nothing can be saved on this device',
    detail: 'What is not synced is gone when you close this page. 1 change not synced yet.',
  });
});

test('a deleted database is never called saved, nor is anything to be kept there', () => {
  const error = { code: 'STORAGE_GONE', message: 'deleted' };
  expect([synced, { ...synced, error }, { ...synced, storage: 'memory' as const }].map(keepsNothing)).toEqual(
    [false, true, true],
  );
  for (const phase of ['idle', 'offline', 'paused'] as const) {
    expect(say({ phase, pending: 2, error })).toEqual({
      tone: 'problem',
      headline: 'This browser deleted what was here',
      detail: 'Reload to get it back from the server. 2 changes had not been synced: copy what you need.',
    });
  }
});

test('what waits for a decision does not take the place of the decision that is asked for', () => {
  expect(say({ conflicts: 1, pending: 1 })).toEqual({
    tone: 'quiet',
    headline: '1 change for you to look at',
    detail: '1 change saved on this device, waiting to sync.',
  });
});

test('a look for news is no work of the person: the words stay', () => {
  expect(say({ phase: 'syncing', pulling: true })).toEqual(say({}));
});

test.each<[Partial<SyncStatus>, string, string]>([
  [{ phase: 'paused', pending: 3 }, 'Working offline', '3 changes saved on this device, waiting to sync.'],
  [{ phase: 'paused' }, 'Working offline', 'Everything is saved on this device.'],
  [{ phase: 'offline', pending: 1 }, 'No connection', '1 change saved on this device, waiting to sync.'],
  [{ phase: 'syncing', pending: 1 }, 'Syncing 1 change', 'Everything is saved on this device.'],
  [{ pending: 2 }, '2 changes to sync', 'Everything is saved on this device.'],
  [
    { phase: 'syncing', progress: { done: 1, total: 3 } },
    'Getting what is yours',
    '33 % are on this device.',
  ],
  [
    { phase: 'waiting', nextRetryAt: '2026-01-31T12:10:00.000Z' },
    'Cannot reach the server',
    'Everything is saved on this device. Next try at 12:10.',
  ],
  [{ failed: 1, conflicts: 1 }, '2 changes for you to look at', 'The rest is synced.'],
  [{ phase: 'signedOut' }, 'Sign in again to sync', 'Everything is saved on this device.'],
  [{ lastPulledAt: null, lastPushedAt: null }, 'Connecting', 'Everything is saved on this device.'],
])('%j is put into words', (status, headline, detail) => {
  expect(say(status)).toMatchObject({ headline, detail });
});
