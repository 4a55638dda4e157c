import { useApolloClient } from '@apollo/client/react';
import { use, useEffect, useEffectEvent, useRef, useState, useSyncExternalStore } from 'react';
import { Draft } from '../shell/draft.ts';
import { showProblem } from '../shell/notices.tsx';
import type { NoteEdits, NoteFields } from './note-fields.ts';
import { saveNote, type NoteChange, type NoteRef } from './save-note.ts';
import { StashContext } from './stash-context.ts';

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

  const [{ draft, changeOf }] = useState(() => {
    const changeOf = (edits: NoteEdits, base: NoteEdits): NoteChange =>
      exists.current ? { ...edits, base } : { ...start, ...edits };
    const save = async (edits: NoteEdits, base: NoteEdits) => {
      await saveNote(client, ref, changeOf(edits, base));
      exists.current = true;
    };
    const onError = (error: unknown) => showProblem('Your text could not be saved on this device yet', error);
    return { draft: new Draft<NoteFields>({ save, onError }), changeOf };
  });
  const edits = useSyncExternalStore(draft.subscribe, draft.current);
  useStoreWhenLeaving(draft, ref, changeOf);

  const shown = { ...EMPTY, ...start, ...stored, ...edits };
  return {
    shown,
    isSaving: Object.keys(edits).length > 0,
    edit: (change) => draft.edit(change, shown),
    flush: () => draft.flush(),
  };
}

type ChangeOf = (edits: NoteEdits, base: NoteEdits) => NoteChange;

/** Leaving the note stores at once. Leaving the page does too, and stashes: it may not live to see the database answer. */
function useStoreWhenLeaving(draft: Draft<NoteFields>, ref: NoteRef, changeOf: ChangeOf): void {
  const stash = use(StashContext);

  const leavePage = useEffectEvent(() => {
    const unsaved = draft.unsaved();
    if (unsaved === null) return;
    stash?.put({ ref, change: changeOf(unsaved.edits, unsaved.base) });
    void draft.flush().then(() => draft.unsaved() === null && stash?.remove(ref));
  });

  useEffect(() => {
    const leave = () => leavePage();
    window.addEventListener('pagehide', leave);
    document.addEventListener('visibilitychange', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      document.removeEventListener('visibilitychange', leave);
      void draft.flush();
    };
  }, [draft]);
}
