/** Flags under which Chromium stays silent towards the outside and runs as root. */
export const CHROMIUM_FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Background Sync is tried again after a second, not after five minutes; everything else is as it ships. */
export const QUICK_SYNCS = [
  '--force-fieldtrials=BackgroundSync/Test',
  '--force-fieldtrial-params=BackgroundSync.Test:initial_retry_delay_sec/1/retry_delay_factor/1/max_sync_attempts/100/min_sync_recovery_time_sec/1',
];
