import type { ApolloClient } from '@apollo/client';
import { Draft } from '../shell/draft.ts';
import { showProblem } from '../shell/notices.tsx';
import type { DraftStash, Stashed } from './draft-stash.ts';
import type { NoteEdits, NoteFields } from './note-fields.ts';
import { saveNote, type NoteChange, type NoteRef } from './save-note.ts';

interface NoteDraftOptions {
  readonly client: ApolloClient;
  readonly ref: NoteRef;
  /** What a new note begins with. */
  readonly start: NoteEdits;
  readonly stash: DraftStash | null;
}

/** What was typed into a note: stored a moment later, and set aside where it cannot be. */
export class NoteDraft {
  /** The note is there, though this device may have yet to fetch it. */
  exists = false;
  readonly draft: Draft<NoteFields>;
  private readonly options: NoteDraftOptions;
  /** What is set aside of it; at first what an earlier editor, or one of another page, had to leave. */
  private aside: Stashed | undefined;

  constructor(options: NoteDraftOptions) {
    this.options = options;
    this.aside = options.stash?.get(options.ref);
    const { base, ...edits } = this.aside?.change ?? {};
    if (base !== undefined) this.exists = true;
    this.draft = new Draft<NoteFields>({
      save: async (typed, bases) => {
        await this.save(this.changeOf(typed, bases));
        this.exists = true;
      },
      onError: (error, isNews) => {
        if (isNews) showProblem('Your text could not be saved on this device yet', error);
        // The editor may be closed before there is room.
        this.setAside();
      },
      // Another page may have put something else there meanwhile: that stays.
      onStored: () => this.aside && options.stash?.remove(this.aside),
      left: this.aside === undefined ? null : { edits, base: base ?? {} },
    });
  }

  /** What is not stored yet outlives this page. */
  readonly setAside = (): void => {
    const { ref, stash } = this.options;
    const unsaved = this.draft.unsaved();
    if (unsaved === null) return;
    const change = this.changeOf(unsaved.edits, unsaved.base);
    this.aside = stash?.put({ ref, change }, this.aside) ?? this.aside;
  };

  /** Deletes the note, with what was typed and not stored yet, so that an undo has that, too. Rejects with a sentence to show. */
  readonly remove = async (): Promise<void> => {
    await this.draft.flush();
    const unsaved = this.draft.unsaved();
    const text = unsaved === null ? {} : this.changeOf(unsaved.edits, unsaved.base);
    await this.save({ ...text, deleted: true });
    this.draft.settle();
  };

  /** Says what becomes of text that could not be stored, now that its editor is gone. */
  readonly sayLeft = (): void => {
    const { ref, stash } = this.options;
    const unsaved = this.draft.hasFailed() ? this.draft.unsaved() : null;
    // Who signed out was asked about it.
    if (unsaved === null || stash?.isOpen() === false) return;
    if (stash?.get(ref) === undefined) return sayLost(unsaved.edits);
    showProblem(
      'Your text is not saved yet',
      'It is saved when there is room: open the note again, or the app.',
    );
  };

  private save(change: NoteChange): Promise<void> {
    return saveNote(this.options.client, this.options.ref, change);
  }

  private changeOf(edits: NoteEdits, base: NoteEdits): NoteChange {
    return this.exists ? { ...edits, base } : { ...this.options.start, ...edits };
  }
}

/** The words stand there once more, to be copied. */
function sayLost({ title, content }: NoteEdits): void {
  showProblem('Your text could not be saved', content ?? title ?? '');
}
