/** The fields of a note that its editor writes. */
export interface NoteFields {
  readonly title: string;
  readonly content: string;
  readonly tags: readonly string[];
  readonly pinned: boolean;
  readonly notebookId: string | null;
}

export type NoteEdits = Partial<NoteFields>;
