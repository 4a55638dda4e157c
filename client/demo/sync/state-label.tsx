import { IconAlertTriangle, IconArrowsSplit2, IconCircleCheck, IconClock } from '@tabler/icons-react';
import type { RecordState } from '../../index.ts';
import { routeHref } from '../shell/route.ts';
import classes from './state-label.module.css';

const WORDS = {
  SYNCED: { text: 'Synced', Icon: IconCircleCheck },
  PENDING: { text: 'Waiting to sync', Icon: IconClock },
  FAILED: { text: 'Not accepted', Icon: IconAlertTriangle },
  UNSAVED: { text: 'Not saved yet', Icon: IconAlertTriangle },
  CONFLICT: { text: 'Needs your decision', Icon: IconArrowsSplit2 },
} as const;

/** `UNSAVED`: the device could not store what is in the editor. */
export type ShownState = RecordState | 'UNSAVED' | null | undefined;

interface StateLabelProps {
  readonly state: ShownState;
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

/** The state of what is open, told when it changes; where a person has to decide something, it leads there. */
export function OpenState({ state }: StateLabelProps) {
  const needsPerson = state === 'CONFLICT' || state === 'FAILED';
  return (
    <div role="status">
      {needsPerson ? (
        <a className={classes.link} href={routeHref({ view: 'attention' })}>
          <StateLabel state={state} />
        </a>
      ) : (
        <StateLabel state={state} />
      )}
    </div>
  );
}
