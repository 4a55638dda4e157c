import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { RecordRef } from '../../index.ts';
import { useHoldfast } from '../../react.ts';
import { SpaceLabel } from '../notebooks/space-label.tsx';
import { showProblem } from '../shell/notices.tsx';
import { recordHref, recordTitle } from './change-words.ts';
import classes from './attention.module.css';

interface WorkCardProps {
  /** Null: not about a record. */
  readonly recordRef: RecordRef | null;
  /** Instead of what the record is called. */
  readonly title?: string;
  readonly text: string;
  readonly children?: ReactNode;
  readonly actions: ReactNode;
}

/** Something for a person to look at: what it is about, what happened, and what can be done. */
export function WorkCard({ recordRef, title, text, children, actions }: WorkCardProps) {
  const { sync } = useHoldfast();
  const name = title ?? recordTitle(sync, recordRef);
  const href = recordRef && recordHref(recordRef);
  return (
    <li className={classes.card} aria-label={name}>
      <div>
        <Group justify="space-between" gap="xs">
          {href === null ? (
            <Text fw={600}>{name}</Text>
          ) : (
            <a className={classes.name} href={href}>
              {name}
            </a>
          )}
          {recordRef !== null && recordRef.scope !== 'catalog' && (
            <Text size="sm">
              <SpaceLabel scope={recordRef.scope} />
            </Text>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {text}
        </Text>
      </div>
      {children}
      {actions && (
        <Group gap="xs" className={classes.actions ?? ''}>
          {actions}
        </Group>
      )}
    </li>
  );
}

/** Reports what could not be done; the card stays. */
export function attempt(work: Promise<unknown>): void {
  work.catch((error: unknown) => showProblem('This did not work', error));
}
