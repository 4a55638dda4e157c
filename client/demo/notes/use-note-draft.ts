import { useApolloClient } from '@apollo/client/react';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { showProblem } from '../shell/notices.ts';
import { NoteDraft, type NoteEdits, type NoteFields } from './note-draft.ts';
import { saveNote, type NoteRef } from './save-note.ts';

export interface NoteEditing {
  /** The note with what has been typed over it. */
  readonly shown: NoteFields;
  readonly isSaving: boolean;
  readonly edit: (edits: NoteEdits) => void;
  readonly flush: () => Promise<void>;
}

const EMPTY: NoteFields = { title: '', content: '', tags: [], pinned: false, notebookId: null };

/**
 * Editing of one note; `stored` is null as long as it does not exist, `start` is what a new one begins with. What was typed is
 * stored a moment later, and at the latest when the editor or the page goes away.
 */
export function useNoteDraft(ref: NoteRef, stored: NoteFields | null, start: NoteEdits): NoteEditing {
  const client = useApolloClient();
  const exists = useRef(stored !== null);
  if (stored !== null) exists.current = true;

  const [draft] = useState(
    () =>
      new NoteDraft({
        save: async (edits, base) => {
          await saveNote(client, ref, exists.current ? { ...edits, base } : { ...start, ...edits });
          exists.current = true;
        },
        onError: (error) => showProblem('Your text could not be saved on this device yet', error),
      }),
  );
  const edits = useSyncExternalStore(draft.subscribe, draft.current);
  useFlushWhenLeaving(draft);

  const shown = { ...EMPTY, ...start, ...stored, ...edits };
  return {
    shown,
    isSaving: Object.keys(edits).length > 0,
    edit: (change) => draft.edit(change, shown),
    flush: () => draft.flush(),
  };
}

/** The page may be gone before the next timer: leaving it, and leaving the note, store at once. */
function useFlushWhenLeaving(draft: NoteDraft): void {
  useEffect(() => {
    const flush = () => void draft.flush();
    window.addEventListener('pagehide', flush);
    document.addEventListener('visibilitychange', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      document.removeEventListener('visibilitychange', flush);
      flush();
    };
  }, [draft]);
}
