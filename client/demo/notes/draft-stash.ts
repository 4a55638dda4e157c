import type { NoteChange, NoteRef } from './save-note.ts';

/** Edits that the page had to leave behind. */
export interface StashedEdits {
  readonly ref: NoteRef;
  readonly change: NoteChange;
}

/** Where they lie: by key and text, so that nobody takes away what another page put there meanwhile. */
export interface Stashed extends StashedEdits {
  readonly key: string;
  readonly text: string;
}

type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

interface StashOptions {
  readonly shelf?: Shelf;
  /** Whether the account is still open here. Default: it always is. */
  readonly isOpen?: () => boolean;
}

/**
 * Where the last keystrokes go when a page is closed before the database could take them, or when it has no room. A closing page
 * gets no time to wait, and localStorage is the only storage that needs none. What lies here is stored properly, and removed, when
 * the note is opened again or at the next start. Pages that edit one note side by side each have a place of their own.
 */
export class DraftStash {
  /** Once it is not, nothing is taken any more: from an editor that is still open, say. */
  readonly isOpen: () => boolean;
  private readonly prefix: string;
  private readonly shelf: Shelf;

  constructor(account: string, { shelf = localStorage, isOpen = () => true }: StashOptions = {}) {
    this.prefix = `field-notes.unsaved/${account}/`;
    this.shelf = shelf;
    this.isOpen = isOpen;
  }

  /** Takes the place of `before`, if that still lies there. Null: it was not taken, for want of room or of an open account. */
  put(edits: StashedEdits, before?: Stashed | null): Stashed | null {
    if (!this.isOpen()) return null;
    const text = JSON.stringify(edits);
    const key =
      before && this.holds(before) ? before.key : `${this.placeOf(edits.ref)}${crypto.randomUUID()}`;
    try {
      this.shelf.setItem(key, text);
      return { ...edits, key, text };
    } catch {
      // A full or forbidden shelf must not keep the page from trying the database.
      return null;
    }
  }

  get(ref: NoteRef): Stashed | undefined {
    return this.all().find(({ key }) => key.startsWith(this.placeOf(ref)));
  }

  /** Leaves what was put there since. */
  remove(stashed: Stashed): void {
    if (this.holds(stashed)) this.shelf.removeItem(stashed.key);
  }

  all(): readonly Stashed[] {
    return this.keys().flatMap((key) => this.read(key));
  }

  /** Of every page. */
  clear(): void {
    this.keys().forEach((key) => this.shelf.removeItem(key));
  }

  private holds({ key, text }: Stashed): boolean {
    return this.shelf.getItem(key) === text;
  }

  private read(key: string): Stashed[] {
    const text = this.shelf.getItem(key);
    try {
      const edits = JSON.parse(text ?? 'null') as StashedEdits | null;
      return text === null || edits === null ? [] : [{ ...edits, key, text }];
    } catch {
      return [];
    }
  }

  private keys(): string[] {
    const keys = Array.from({ length: this.shelf.length }, (_, index) => this.shelf.key(index) ?? '');
    return keys.filter((key) => key.startsWith(this.prefix));
  }

  private placeOf({ scope, id }: NoteRef): string {
    return `${this.prefix}${scope}/${id}/`;
  }
}
