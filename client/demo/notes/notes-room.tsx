import { useHotkeys } from '@mantine/hooks';
import { IconNotes } from '@tabler/icons-react';
import { Suspense, use } from 'react';
import { newId } from '../../index.ts';
import { useHoldfast } from '../../react.ts';
import type { Space } from '../notebooks/space.ts';
import { usePlaceTitle } from '../notebooks/use-place-title.ts';
import { FrameContext } from '../shell/frame-context.ts';
import { Frame } from '../shell/frame.tsx';
import { Problem } from '../shell/problem.tsx';
import { NoteEditor } from '../shell/rooms.ts';
import type { Go, Route } from '../shell/route.ts';
import { EditorSkeleton } from './editor-skeleton.tsx';
import { NotePane } from './note-pane.tsx';

interface NotesRoomProps {
  readonly route: Route;
  readonly go: Go;
  readonly spaces: readonly Space[];
}

/** The notes of a place, and the one that is open. */
export function NotesRoom({ route, go, spaces }: NotesRoomProps) {
  const startNote = useStartNote(route, go);
  const title = usePlaceTitle(route, spaces);
  return (
    <Frame
      isMainOpen={route.note !== null}
      list={
        <NotePane
          key={`${route.space}/${route.notebook}`}
          route={route}
          title={title}
          onNewNote={startNote}
        />
      }
      main={<OpenNote route={route} go={go} />}
    />
  );
}

/** A new note begins in the place that is listed, with an id and nothing else: its first keystroke creates it. */
function useStartNote(route: Route, go: Go): () => void {
  const { sync } = useHoldfast();
  const start = () => go({ note: { scope: route.space ?? sync.ownScope, id: newId() }, isNew: true });
  useHotkeys([['alt+N', start]]);
  return start;
}

function OpenNote({ route, go }: Omit<NotesRoomProps, 'spaces'>) {
  const { isNarrow } = use(FrameContext);
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
    <Suspense fallback={<EditorSkeleton />}>
      <NoteEditor
        key={`${note.scope}/${note.id}`}
        noteRef={note}
        isNew={route.isNew}
        notebookId={route.isNew ? route.notebook : null}
        onClose={() => go({ note: null, isNew: false })}
        withBack={isNarrow}
      />
    </Suspense>
  );
}
