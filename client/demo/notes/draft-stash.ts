import type { NoteChange, NoteRef } from './save-note.ts';

/** Edits that the page had to leave behind. */
export interface StashedEdits {
  readonly ref: NoteRef;
  readonly change: NoteChange;
}

type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/**
 * Where the last keystrokes go when a page is closed before the database could take them, or when it has no room. A closing page
 * gets no time to wait, and localStorage is the only storage that needs none. What lies here is stored properly, and removed, when
 * the note is opened again or at the next start.
 */
export class DraftStash {
  private readonly prefix: string;
  private isCleared = false;

  constructor(
    account: string,
    private readonly shelf: Shelf = localStorage,
  ) {
    this.prefix = `field-notes.unsaved/${account}/`;
  }

  /** Never throws: a full or forbidden shelf must not keep the page from trying the database. */
  put(stashed: StashedEdits): void {
    if (this.isCleared) return;
    try {
      this.shelf.setItem(this.keyOf(stashed.ref), JSON.stringify(stashed));
    } catch {
      return;
    }
  }

  get(ref: NoteRef): NoteChange | undefined {
    return parse(this.shelf.getItem(this.keyOf(ref)))[0]?.change;
  }

  remove(ref: NoteRef): void {
    this.shelf.removeItem(this.keyOf(ref));
  }

  all(): readonly StashedEdits[] {
    return this.keys().flatMap((key) => parse(this.shelf.getItem(key)));
  }

  /** The end of it: nothing is taken any more, from an editor that is still open, say. */
  clear(): void {
    this.isCleared = true;
    this.keys().forEach((key) => this.shelf.removeItem(key));
  }

  private keys(): string[] {
    const keys = Array.from({ length: this.shelf.length }, (_, index) => this.shelf.key(index) ?? '');
    return keys.filter((key) => key.startsWith(this.prefix));
  }

  private keyOf({ scope, id }: NoteRef): string {
    return `${this.prefix}${scope}/${id}`;
  }
}

function parse(text: string | null): StashedEdits[] {
  try {
    const stashed = JSON.parse(text ?? 'null') as StashedEdits | null;
    return stashed === null ? [] : [stashed];
  } catch {
    return [];
  }
}
