import { IconAlertTriangle, IconArrowsSplit2, IconCircleCheck, IconClock } from '@tabler/icons-react';
import type { RecordState } from '../../index.ts';
import classes from './note-state.module.css';

const WORDS = {
  SYNCED: { text: 'Synced', Icon: IconCircleCheck },
  PENDING: { text: 'Waiting to sync', Icon: IconClock },
  FAILED: { text: 'Not accepted', Icon: IconAlertTriangle },
  CONFLICT: { text: 'Needs your decision', Icon: IconArrowsSplit2 },
} as const;

interface NoteStateProps {
  readonly state: RecordState | null | undefined;
}

/** How far a note has come, as an icon and in words. */
export function NoteState({ state }: NoteStateProps) {
  const { text, Icon } = WORDS[state ?? 'SYNCED'];
  return (
    <span className={classes.state} data-state={state ?? 'SYNCED'}>
      <Icon size={14} stroke={2} aria-hidden="true" />
      {text}
    </span>
  );
}
