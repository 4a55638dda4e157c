import { useApolloClient } from '@apollo/client/react';
import { use, useEffect, useState, useSyncExternalStore } from 'react';
import { NoteDraft } from './note-draft.ts';
import type { NoteEdits, NoteFields } from './note-fields.ts';
import type { NoteRef } from './save-note.ts';
import { StashContext } from './stash-context.ts';

export interface NoteEditing {
  /** The note with what has been typed over it. */
  readonly shown: NoteFields;
  readonly isSaving: boolean;
  /** The device could not store what was typed; it is tried again. */
  readonly hasFailed: boolean;
  readonly edit: (edits: NoteEdits) => void;
  readonly remove: () => Promise<void>;
}

const EMPTY: NoteFields = { title: '', content: '', tags: [], pinned: false, notebookId: null };

/**
 * Editing of one note; `stored` is null as long as it does not exist, `start` is what a new one begins with. What was typed is
 * stored a moment later, and at the latest when the editor or the page goes away.
 */
export function useNoteDraft(ref: NoteRef, stored: NoteFields | null, start: NoteEdits): NoteEditing {
  const client = useApolloClient();
  const stash = use(StashContext);
  const [note] = useState(() => new NoteDraft({ client, ref, start, stash }));
  const { draft, remove } = note;
  useEffect(() => {
    if (stored !== null) note.exists = true;
  }, [note, stored]);
  const edits = useSyncExternalStore(draft.subscribe, draft.current);
  const hasFailed = useSyncExternalStore(draft.subscribe, draft.hasFailed);
  useStoreWhenLeaving(note);

  const shown = { ...EMPTY, ...start, ...stored, ...edits };
  return {
    shown,
    isSaving: Object.keys(edits).length > 0,
    hasFailed,
    edit: (change) => draft.edit(change, shown),
    remove,
  };
}

/** Leaving the note stores at once. Leaving the page does too, and sets aside: it may not live to see the database answer. */
function useStoreWhenLeaving({ draft, setAside, sayLeft }: NoteDraft): void {
  useEffect(() => {
    const leave = () => {
      setAside();
      void draft.flush();
    };
    // What was left is stored as soon as it is looked at again.
    void draft.flush();
    window.addEventListener('pagehide', leave);
    document.addEventListener('visibilitychange', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      document.removeEventListener('visibilitychange', leave);
      void draft.flush().then(sayLeft);
    };
  }, [draft, setAside, sayLeft]);
}
