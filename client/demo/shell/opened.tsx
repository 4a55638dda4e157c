import { ActionIcon } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './opened.module.css';

interface OpenedProps {
  readonly as?: 'article' | 'section';
  /** What a screen reader calls it. */
  readonly label: string;
  /** Null: it stands beside the list, which needs no way back. */
  readonly onBack: (() => void) | null;
  readonly backTo?: string;
  /** Beside the way back: how it stands, what can be done. */
  readonly bar?: ReactNode;
  readonly children: ReactNode;
}

/** What is open of a list, below its bar. */
export function Opened({ as: Element = 'article', label, onBack, backTo, bar, children }: OpenedProps) {
  return (
    <Element className={classes.view} aria-label={label}>
      <div className={classes.bar}>
        {onBack !== null && (
          <ActionIcon aria-label={`Back to ${backTo ?? 'the list'}`} onClick={onBack}>
            <IconArrowLeft size={20} />
          </ActionIcon>
        )}
        {bar}
      </div>
      <div className={classes.scroller}>{children}</div>
    </Element>
  );
}
