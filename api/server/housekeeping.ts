import type { Logger } from 'pino';
import type { Purged, Retention } from '../storage/retention.ts';

export interface HousekeepingOptions {
  readonly retention: Pick<Retention, 'purge'>;
  readonly retentionDays: number;
  /** 0: nothing is done. */
  readonly intervalMs: number;
  readonly onPurged: (purged: Purged) => void;
  readonly logger: Logger;
}

export interface Housekeeping {
  /** Ends between two scopes; resolves when nothing runs any more. */
  close(): Promise<void>;
}

/** Soon enough that a process which never lives long purges too. */
const FIRST_AFTER_MS = 60_000;

/**
 * Purges from time to time, the first time a minute after the start. Of several processes one does it. A failure is
 * logged, and the next time is another attempt.
 */
export function startHousekeeping(options: HousekeepingOptions): Housekeeping {
  const { intervalMs } = options;
  const stopped = new AbortController();
  let running = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const plan = (afterMs: number) => {
    if (stopped.signal.aborted) return;
    timer = setTimeout(() => {
      running = purge(options, stopped.signal).then(() => plan(intervalMs));
    }, afterMs);
    timer.unref();
  };
  if (intervalMs > 0) plan(Math.min(intervalMs, FIRST_AFTER_MS));
  return {
    close: async () => {
      stopped.abort();
      clearTimeout(timer);
      await running;
    },
  };
}

async function purge(
  { retention, retentionDays, onPurged, logger }: HousekeepingOptions,
  signal: AbortSignal,
): Promise<void> {
  try {
    const purged = await retention.purge(retentionDays, signal);
    if (purged === null) return;
    onPurged(purged);
    logger.info({ ...purged, retentionDays }, 'purged');
  } catch (err) {
    logger.warn({ err }, 'could not purge');
  }
}
