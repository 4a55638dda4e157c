/** `@holdfast/client/react`: hooks and small components. */
export { OfflineProvider, useHoldfast } from './react/offline-provider.tsx';
export type { OfflineProviderProps } from './react/offline-provider.tsx';
export { useSyncStatus } from './react/use-sync-status.ts';
export { useConflicts, useFailedWrites, useHistory, usePendingChanges } from './react/use-work.ts';
export { useSyncedList } from './react/use-synced-list.ts';
export type { SyncedList } from './react/use-synced-list.ts';
export { SyncBadge } from './react/sync-badge.tsx';
export type { SyncBadgeProps } from './react/sync-badge.tsx';
