import type { HTMLAttributes, ReactNode } from 'react';
import type { Phase, SyncStatus } from '../sync/model.ts';
import { useSyncStatus } from './use-sync-status.ts';

/** Attributes of its `span`, and its words. */
export interface SyncBadgeProps extends Omit<HTMLAttributes<HTMLSpanElement>, 'children'> {
  /** Words of the app's own language. Default: short English ones. */
  readonly describe?: (status: SyncStatus) => string;
}

/** One line that says how far this device's work has come; announced politely to screen readers. Style it by `data-phase`. */
export function SyncBadge({ describe = describeStatus, ...attributes }: SyncBadgeProps): ReactNode {
  const status = useSyncStatus();
  return (
    <span
      role="status"
      aria-live="polite"
      {...attributes}
      data-phase={status.phase}
      data-pending={status.pending}
      data-attention={status.failed + status.conflicts > 0 ? '' : undefined}
    >
      {describe(status)}
    </span>
  );
}

const PHASES: Readonly<Record<Phase, string>> = {
  idle: 'Up to date',
  syncing: 'Syncing',
  waiting: 'Trying again soon',
  offline: 'Offline',
  paused: 'Paused',
  signedOut: 'Signed out',
  upgradeNeeded: 'Update the app to go on syncing',
};

function describeStatus({ phase, pending, failed, conflicts }: SyncStatus): string {
  const parts = [pending > 0 && phase === 'idle' ? 'Saving' : PHASES[phase]];
  if (pending > 0) parts.push(`${pending} to send`);
  if (failed > 0) parts.push(`${failed} refused`);
  if (conflicts > 0) parts.push(`${conflicts} to decide`);
  return parts.join(' · ');
}
