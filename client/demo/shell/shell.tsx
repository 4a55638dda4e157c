import { VisuallyHidden } from '@mantine/core';
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import { IconNotes } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { SessionEnded } from '../account/session-ended.tsx';
import type { Account } from '../account/session.ts';
import { newId } from '../../index.ts';
import { useHoldfast, useSyncStatus } from '../../react.ts';
import { spacesOf, type Space } from '../notebooks/space.ts';
import { NoteEditor } from '../notes/note-editor.tsx';
import { NotePane } from '../notes/note-pane.tsx';
import { StatusLine } from '../sync/status-line.tsx';
import { MenuButton } from './menu-button.tsx';
import { Problem } from './problem.tsx';
import { Rail } from './rail.tsx';
import { useRoute, type Route } from './route.ts';
import classes from './shell.module.css';
import { usePlaceTitle } from './use-place-title.ts';

const WIDE = '(min-width: 1100px)';
const NARROW = '(max-width: 719px)';

interface ShellProps {
  readonly account: Account;
  readonly onSignedOut: () => void;
}

/** The window: places, list and editor side by side; on a narrow screen one of them at a time. */
export function Shell({ account, onSignedOut }: ShellProps) {
  const { route, go } = useRoute();
  const spaces = useSpaces();
  const isWide = useMediaQuery(WIDE, undefined, { getInitialValueInEffect: false });
  const isNarrow = useMediaQuery(NARROW, undefined, { getInitialValueInEffect: false });
  const startNote = useStartNote(route, go);
  const heading = <VisuallyHidden component="h1">Field Notes</VisuallyHidden>;
  const rail = <Rail account={account} spaces={spaces} route={route} go={go} onSignedOut={onSignedOut} />;
  // Alone on the screen, the list is what the page is about.
  const List = isNarrow ? 'main' : 'div';
  const isListShown = !isNarrow || route.note === null;
  return (
    <div className={classes.window}>
      <SessionEnded account={account} />
      <div className={classes.panes}>
        {isWide && <aside className={classes.rail}>{rail}</aside>}
        {isListShown && (
          <List className={classes.list}>
            {isNarrow && heading}
            <ListPane route={route} spaces={spaces} startNote={startNote} menu={isWide ? null : rail} />
          </List>
        )}
        {(!isNarrow || route.note !== null) && (
          <main className={classes.editor}>
            {heading}
            <OpenNote route={route} go={go} withBack={isNarrow} />
          </main>
        )}
      </div>
    </div>
  );
}

function useSpaces(): Space[] {
  const { sync } = useHoldfast();
  const { scopes } = useSyncStatus();
  return spacesOf(
    scopes.map((scope) => scope.id),
    sync.ownScope,
  );
}

/** A new note begins in the place that is listed, with an id and nothing else: its first keystroke creates it. */
function useStartNote(route: Route, go: (change: Partial<Route>) => void): () => void {
  const { sync } = useHoldfast();
  const start = () => go({ note: { scope: route.space ?? sync.ownScope, id: newId() }, isNew: true });
  useHotkeys([['alt+N', start]]);
  return start;
}

interface ListPaneProps {
  readonly route: Route;
  readonly spaces: readonly Space[];
  readonly startNote: () => void;
  /** What stands in the menu where there is no room beside the list. */
  readonly menu: ReactNode;
}

function ListPane({ route, spaces, startNote, menu }: ListPaneProps) {
  const title = usePlaceTitle(route, spaces);
  return (
    <NotePane
      key={`${route.space}/${route.notebook}`}
      route={route}
      title={title}
      onNewNote={startNote}
      before={menu !== null && <MenuButton>{menu}</MenuButton>}
      footer={
        menu !== null && (
          <div className={classes.footer}>
            <StatusLine />
          </div>
        )
      }
    />
  );
}

interface OpenNoteProps {
  readonly route: Route;
  readonly go: (change: Partial<Route>) => void;
  readonly withBack: boolean;
}

function OpenNote({ route, go, withBack }: OpenNoteProps) {
  const { note } = route;
  if (note === null) {
    return (
      <Problem
        icon={<IconNotes size={32} stroke={1.5} />}
        title="Choose a note"
        text="Or begin a new one. Everything you write is saved on this device first."
      />
    );
  }
  return (
    <NoteEditor
      key={`${note.scope}/${note.id}`}
      noteRef={note}
      isNew={route.isNew}
      notebookId={route.isNew ? route.notebook : null}
      onClose={() => go({ note: null, isNew: false })}
      withBack={withBack}
    />
  );
}
