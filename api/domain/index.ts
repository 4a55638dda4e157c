import { Note } from './note.ts';
import { Notebook } from './notebook.ts';

/** The synced types of this application. A new one is a class beside these and a word here. */
export const entities = [Note, Notebook];
