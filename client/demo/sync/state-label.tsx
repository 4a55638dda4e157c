import { IconAlertTriangle, IconArrowsSplit2, IconCircleCheck, IconClock } from '@tabler/icons-react';
import type { RecordState } from '../../index.ts';
import classes from './state-label.module.css';

const WORDS = {
  SYNCED: { text: 'Synced', Icon: IconCircleCheck },
  PENDING: { text: 'Waiting to sync', Icon: IconClock },
  FAILED: { text: 'Not accepted', Icon: IconAlertTriangle },
  CONFLICT: { text: 'Needs your decision', Icon: IconArrowsSplit2 },
} as const;

interface StateLabelProps {
  readonly state: RecordState | null | undefined;
}

/** How far a record has come, as an icon and in words. */
export function StateLabel({ state }: StateLabelProps) {
  const { text, Icon } = WORDS[state ?? 'SYNCED'];
  return (
    <span className={classes.state} data-state={state ?? 'SYNCED'}>
      <Icon size={14} stroke={2} aria-hidden="true" />
      {text}
    </span>
  );
}
