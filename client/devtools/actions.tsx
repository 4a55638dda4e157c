import { useState } from 'react';
import { useHoldfast } from '../react/offline-provider.tsx';
import { SyncBadge } from '../react/sync-badge.tsx';
import { useSyncStatus } from '../react/use-sync-status.ts';
import type { ScopeCheck } from '../sync/model.ts';
import { saveExport } from './save-export.ts';

/** How things stand, and what a person can do about it. */
export function Actions({ device }: { readonly device: string | null }) {
  const { sync } = useHoldfast();
  const { phase, leader, storage, backgroundSync } = useSyncStatus();
  const { said, isBusy, run } = useAction();
  const isPaused = phase === 'paused';
  const compare = async () => (await sync.verify()).map(describe).join(' · ');
  return (
    <header>
      <div className="actions">
        <SyncBadge className="badge" />
        <label>
          <input
            type="checkbox"
            checked={isPaused}
            onChange={() => void run(() => (isPaused ? sync.resume() : sync.pause()))}
          />
          Force offline
        </label>
        <button type="button" disabled={isBusy} onClick={() => void run(() => sync.catchUp())}>
          Sync now
        </button>
        <button type="button" disabled={isBusy} onClick={() => void run(compare)}>
          Check digests
        </button>
        <button type="button" onClick={() => saveExport(sync)}>
          Export
        </button>
      </div>
      <p className="quiet">
        {[
          leader ? 'this tab leads' : 'another tab leads',
          `storage ${storage}`,
          `background sync ${backgroundSync}`,
        ].join(' · ')}
        {device !== null && ` · device ${device}`}
      </p>
      <p role="status">{said}</p>
    </header>
  );
}

/** One thing at a time; what it said, or why it failed. */
function useAction() {
  const [said, setSaid] = useState('');
  const [isBusy, setBusy] = useState(false);
  const run = async (action: () => Promise<string | void>): Promise<void> => {
    setBusy(true);
    setSaid('');
    const words = await action().catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    setSaid(words ?? '');
    setBusy(false);
  };
  return { said, isBusy, run };
}

function describe({ scope, outcome, types }: ScopeCheck): string {
  switch (outcome) {
    case 'same':
      return `${scope} is the same as on the server`;
    case 'differs':
      return `${scope} differs in ${types.join(', ')} and is pulled afresh`;
    case 'notNow':
      return `${scope} cannot be compared now`;
    case 'unavailable':
      return `${scope} cannot be compared here: that needs a secure context`;
  }
}
