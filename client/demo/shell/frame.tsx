import { VisuallyHidden } from '@mantine/core';
import { use, type ReactNode } from 'react';
import { FrameContext } from './frame-context.ts';
import classes from './shell.module.css';

interface FrameProps {
  readonly list: ReactNode;
  readonly main: ReactNode;
  /** On a narrow screen the list or the main pane is shown; this says which. */
  readonly isMainOpen: boolean;
}

/** A list and what is open of it, side by side; on a narrow screen one of them at a time. */
export function Frame({ list, main, isMainOpen }: FrameProps) {
  const { isNarrow } = use(FrameContext);
  // Alone on the screen, the list is what the page is about.
  const List = isNarrow ? 'main' : 'div';
  return (
    <>
      {(!isNarrow || !isMainOpen) && (
        <List className={classes.list}>
          {isNarrow && <AppHeading />}
          {list}
        </List>
      )}
      {(!isNarrow || isMainOpen) && <Room>{main}</Room>}
    </>
  );
}

/** What has the window for itself. */
export function Room({ children }: { readonly children: ReactNode }) {
  return (
    <main className={classes.main}>
      <AppHeading />
      {children}
    </main>
  );
}

function AppHeading() {
  return <VisuallyHidden component="h1">Field Notes</VisuallyHidden>;
}
