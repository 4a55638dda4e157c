import { useApolloClient } from '@apollo/client/react';
import { use, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { Draft, type Unsaved } from '../shell/draft.ts';
import { showProblem } from '../shell/notices.tsx';
import type { NoteEdits, NoteFields } from './note-fields.ts';
import { saveNote, type NoteChange, type NoteRef } from './save-note.ts';
import { StashContext } from './stash-context.ts';

export interface NoteEditing {
  /** The note with what has been typed over it. */
  readonly shown: NoteFields;
  readonly isSaving: boolean;
  /** The device could not store what was typed; it is tried again. */
  readonly hasFailed: boolean;
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
  const stash = use(StashContext);
  const exists = useRef(stored !== null);
  if (stored !== null) exists.current = true;

  const [{ draft, setAside }] = useState(() => {
    const changeOf = (edits: NoteEdits, base: NoteEdits): NoteChange =>
      exists.current ? { ...edits, base } : { ...start, ...edits };
    const save = async (edits: NoteEdits, base: NoteEdits) => {
      await saveNote(client, ref, changeOf(edits, base));
      exists.current = true;
    };
    const setAside = () => {
      const unsaved = draft.unsaved();
      if (unsaved !== null) stash?.put({ ref, change: changeOf(unsaved.edits, unsaved.base) });
    };
    const onError = (error: unknown, isNews: boolean) => {
      if (isNews) showProblem('Your text could not be saved on this device yet', error);
      // The editor may be closed before there is room.
      setAside();
    };
    const onStored = () => stash?.remove(ref);
    const draft = new Draft<NoteFields>({ save, onError, onStored, left: leftOf(stash?.get(ref)) });
    return { draft, setAside };
  });
  const edits = useSyncExternalStore(draft.subscribe, draft.current);
  const hasFailed = useSyncExternalStore(draft.subscribe, draft.hasFailed);
  useStoreWhenLeaving(draft, setAside);

  const shown = { ...EMPTY, ...start, ...stored, ...edits };
  return {
    shown,
    isSaving: Object.keys(edits).length > 0,
    hasFailed,
    edit: (change) => draft.edit(change, shown),
    flush: () => draft.flush(),
  };
}

function sayLeft(): void {
  showProblem(
    'Your text is not saved yet',
    'It is saved when there is room: open the note again, or the app.',
  );
}

/** What an earlier editor of this note had to leave in the stash. */
function leftOf(change: NoteChange | undefined): Unsaved<NoteFields> | null {
  if (change === undefined) return null;
  const { base = {}, ...edits } = change;
  return { edits, base };
}

/** Leaving the note stores at once. Leaving the page does too, and stashes: it may not live to see the database answer. */
function useStoreWhenLeaving(draft: Draft<NoteFields>, setAside: () => void): void {
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
      void draft.flush().then(() => draft.hasFailed() && sayLeft());
    };
  }, [draft, setAside]);
}
