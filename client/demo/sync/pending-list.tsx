import { Title } from '@mantine/core';
import type { PendingChange, SyncEngine } from '../../index.ts';
import { useHoldfast, usePendingChanges } from '../../react.ts';
import { readerTime } from '../shell/reader-time.ts';
import { fieldName, operationTitle, recordTitle } from './change-words.ts';
import classes from './sync.module.css';

const SHOWN_MAX = 100;

/** What the server has not answered, in the order in which it is sent. */
export function PendingList() {
  const { sync } = useHoldfast();
  const changes = usePendingChanges();
  if (changes.length === 0) return null;
  return (
    <section aria-label="Waiting to sync">
      <Title order={3} fz="md" mb="xs">
        Waiting to sync
      </Title>
      <ol className={classes.rows}>
        {changes.slice(0, SHOWN_MAX).map((change) => (
          <li key={change.change} className={classes.row}>
            <span className={classes.rowName}>{titleOf(sync, change)}</span>
            <span className={classes.rowText}>{contentOf(change)}</span>
            <time className={classes.rowText} dateTime={change.editedAt}>
              {readerTime(change.editedAt)}
            </time>
          </li>
        ))}
        {changes.length > SHOWN_MAX && (
          <li className={classes.row}>
            <span className={classes.rowText}>And {(changes.length - SHOWN_MAX).toLocaleString()} more.</span>
          </li>
        )}
      </ol>
    </section>
  );
}

function titleOf(sync: SyncEngine, { ref, operation, scope }: PendingChange): string {
  if (operation === null) return recordTitle(sync, ref);
  const id = operation.variables['orderId'];
  return operationTitle(sync, operation, typeof id === 'string' ? { type: 'Order', scope, id } : null);
}

function contentOf({ values, deleted, operation, sent, heldBy }: PendingChange): string {
  if (heldBy !== null) return 'Waits for something that needs you';
  if (sent) return 'Sent, not answered yet';
  if (deleted === true) return 'Deleted';
  if (operation !== null) return 'A request';
  return Object.keys(values).map(fieldName).join(', ');
}
