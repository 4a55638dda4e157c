/** The notes that are measured with: about 300 bytes of JSON each, the same in every run. */
export interface WireNote {
  readonly id: string;
  readonly scope: string;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
  readonly title: string;
  readonly content: string;
  readonly tags: readonly string[];
  readonly pinned: boolean;
  readonly notebookId: string | null;
}

export const USER = 'bench';
export const SCOPE = `user:${USER}`;

/** Words from which every note's content is made; a filter that asks for one of them finds about a twelfth of the notes. */
export const WORDS = ['river', 'stone', 'amber', 'night', 'cedar', 'morning', 'harbour', 'thirty', 'letter'];

const START = Date.UTC(2026, 0, 1);
const DAY_SECONDS = 86_400;

export function noteId(index: number): string {
  return `note-${String(index).padStart(6, '0')}`;
}

/** Stamps rise with the index, in an order of its own for every minute, as people's edits do. */
export function makeNote(index: number): WireNote {
  const at = new Date(START + ((index * 7_919) % (DAY_SECONDS * 90)) * 1_000).toISOString();
  const word = (place: number): string => WORDS[(index * 31 + place * 17) % WORDS.length] ?? '';
  return {
    id: noteId(index),
    scope: SCOPE,
    version: index + 1,
    createdAt: at,
    updatedAt: at,
    deletedAt: null,
    title: `Note ${index} ${word(0)}`,
    content: `${word(1)} ${word(2)} Field ${index % 997} ${word(3)} of the ${word(4)}`,
    tags: index % 5 === 0 ? ['outdoor'] : [],
    pinned: index % 50 === 0,
    notebookId: null,
  };
}
