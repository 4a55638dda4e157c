import { Progress } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { useSyncStatus } from '../../react.ts';
import { readerTimeAgo } from '../shell/reader-time.ts';
import { describeStatus } from './describe-status.ts';
import classes from './status-line.module.css';

const REFRESH_MS = 30_000;

/** One sentence that says how things stand. */
export function StatusLine() {
  const status = useSyncStatus();
  useTick();
  const { tone, headline, detail } = describeStatus(status, readerTimeAgo);
  return (
    <div className={classes.status} role="status" aria-label="Sync status" data-tone={tone}>
      <span className={classes.dot} aria-hidden="true" />
      <span className={classes.words}>
        <span className={classes.headline}>{headline}</span>
        <span className={classes.detail}>{detail}</span>
      </span>
      {status.progress !== null && (
        <Progress
          className={classes.progress ?? ''}
          size={3}
          value={status.progress.total === 0 ? 0 : (100 * status.progress.done) / status.progress.total}
          aria-label="First download"
        />
      )}
    </div>
  );
}

/** Draws again now and then, so that "just now" does not stay for an hour. */
function useTick(): void {
  const [, setTick] = useState(0);
  const { start, stop } = useInterval(() => setTick((tick) => tick + 1), REFRESH_MS);
  useEffect(() => {
    start();
    return stop;
  }, [start, stop]);
}
