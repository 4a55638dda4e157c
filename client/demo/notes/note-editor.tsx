import { useQuery } from '@apollo/client/react';
import { useHotkeys } from '@mantine/hooks';
import { IconNoteOff } from '@tabler/icons-react';
import { useState } from 'react';
import { NoteDocument, type NoteRowFragment } from '../../generated/documents.ts';
import { Opened } from '../shell/opened.tsx';
import { Problem } from '../shell/problem.tsx';
import { EditorBar } from './editor-bar.tsx';
import { EditorDetails } from './editor-details.tsx';
import { EditorSkeleton } from './editor-skeleton.tsx';
import { ContentField, TitleField } from './editor-text.tsx';
import type { NoteEdits, NoteFields } from './note-fields.ts';
import classes from './note-editor.module.css';
import { ReadingView } from './reading-view.tsx';
import type { NoteRef } from './save-note.ts';
import { useNoteDraft } from './use-note-draft.ts';

interface NoteEditorProps {
  readonly noteRef: NoteRef;
  readonly isNew: boolean;
  /** The notebook a new note begins in. */
  readonly notebookId: string | null;
  readonly onClose: () => void;
  readonly withBack: boolean;
}

/** The editor of one note. Give it a `key` per note: what is typed belongs to one note only. */
export function NoteEditor(props: NoteEditorProps) {
  const { data, error } = useQuery(NoteDocument, { variables: props.noteRef });
  if (error && !data) return <Problem error={error} />;
  if (!data) return <EditorSkeleton />;
  const note = data.note ?? null;
  if (note === null && !props.isNew) return <NoteGone onClose={props.onClose} />;
  return <LoadedEditor {...props} note={note} />;
}

function LoadedEditor({ note, ...props }: NoteEditorProps & { readonly note: NoteRowFragment | null }) {
  const start: NoteEdits = props.notebookId === null ? {} : { notebookId: props.notebookId };
  const [isReading, setReading] = useState(false);
  useHotkeys([['mod+E', () => setReading((before) => !before)]], []);
  const editing = useNoteDraft(props.noteRef, note && fieldsOf(note), start);
  return (
    <Opened
      label={editing.shown.title || 'New note'}
      onBack={props.withBack ? props.onClose : null}
      bar={
        <EditorBar
          {...props}
          editing={editing}
          state={note?.syncState}
          exists={note !== null}
          isReading={isReading}
          onRead={setReading}
        />
      }
    >
      <div className={classes.sheet}>
        <TitleField editing={editing} autoFocus={props.isNew && note === null} />
        <EditorDetails editing={editing} scope={props.noteRef.scope} />
        {isReading ? <ReadingView text={editing.shown.content} /> : <ContentField editing={editing} />}
      </div>
    </Opened>
  );
}

function fieldsOf(note: NoteRowFragment): NoteFields {
  const { title, content, tags, pinned, notebookId } = note;
  return { title, content, tags, pinned, notebookId: notebookId ?? null };
}

function NoteGone({ onClose }: { readonly onClose: () => void }) {
  return (
    <Problem
      icon={<IconNoteOff size={32} />}
      title="This note is not here any more"
      text="It was deleted, or you can no longer see the team it belongs to."
      action={{ label: 'Back to the list', run: onClose }}
    />
  );
}
