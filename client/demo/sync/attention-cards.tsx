import { Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Conflict, FailedWrite, RecordRef, SupersededChange } from '../../index.ts';
import { useHoldfast } from '../../react.ts';
import { showProblem } from '../shell/notices.ts';
import { readerTimeAgo } from '../shell/reader-time.ts';
import { reasonWords, recordTitle } from './change-words.ts';
import { FieldVersions } from './field-versions.tsx';
import classes from './attention.module.css';

interface CardProps {
  /** Null: not about a record. */
  readonly recordRef: RecordRef | null;
  readonly text: string;
  readonly children: ReactNode;
  readonly actions: ReactNode;
}

function Card({ recordRef, text, children, actions }: CardProps) {
  const { sync } = useHoldfast();
  const title = recordTitle(sync, recordRef);
  return (
    <li className={classes.card} aria-label={title}>
      <div>
        <Text fw={600}>{title}</Text>
        <Text size="sm" c="dimmed">
          {text}
        </Text>
      </div>
      {children}
      <Group gap="xs">{actions}</Group>
    </li>
  );
}

/** Reports what could not be done; the card stays. */
const attempt = (work: Promise<unknown>) => {
  work.catch((error: unknown) => showProblem('This did not work', error));
};

/** Two people, or two devices, changed the same thing: a person decides. */
export function ConflictCard({ conflict }: { readonly conflict: Conflict }) {
  const { sync } = useHoldfast();
  const decide = (side: 'yours' | 'theirs') => attempt(sync.resolve(conflict.ref, side));
  return (
    <Card
      recordRef={conflict.ref}
      text={`Changed here and elsewhere, ${readerTimeAgo(conflict.since)}. Which one is right?`}
      actions={
        <>
          <Button size="sm" onClick={() => decide('yours')}>
            Keep mine
          </Button>
          <Button size="sm" variant="default" onClick={() => decide('theirs')}>
            Keep theirs
          </Button>
        </>
      }
    >
      {conflict.fields.map(({ name, base, yours, theirs }) => (
        <FieldVersions
          key={name}
          recordRef={conflict.ref}
          field={name}
          versions={[
            ['Yours', yours],
            ['Theirs', theirs],
            ['Before', base],
          ]}
        />
      ))}
    </Card>
  );
}

/** The server did not accept a change. */
export function FailedCard({ failed }: { readonly failed: FailedWrite }) {
  const { sync } = useHoldfast();
  const { ref } = failed;
  return (
    <Card
      recordRef={ref}
      text={reasonWords(failed.error)}
      actions={
        <>
          <Button size="sm" onClick={() => attempt(sync.retry(failed.change))}>
            Try again
          </Button>
          <Button size="sm" variant="default" onClick={() => attempt(sync.discard(failed.change))}>
            Discard
          </Button>
        </>
      }
    >
      {ref !== null &&
        Object.entries(failed.values).map(([name, value]) => (
          <FieldVersions key={name} recordRef={ref} field={name} versions={[['Yours', value]]} />
        ))}
    </Card>
  );
}

/** A newer edit won; what it replaced can be brought back. */
export function SupersededCard({ change }: { readonly change: SupersededChange }) {
  const { sync } = useHoldfast();
  return (
    <Card
      recordRef={change.ref}
      text={`${change.reason === 'SUPERSEDED' ? 'A newer edit took its place' : 'Lost when the server was restored'}, ${readerTimeAgo(change.at)}.`}
      actions={
        <Button size="sm" variant="default" onClick={() => attempt(sync.restore(change.id))}>
          Bring mine back
        </Button>
      }
    >
      {change.fields.map(({ field, yours, theirs }) => (
        <FieldVersions
          key={field}
          recordRef={change.ref}
          field={field}
          versions={[
            ['Yours', yours],
            ['Now', theirs],
          ]}
        />
      ))}
    </Card>
  );
}
