import type { Values } from '../../sync/model.ts';

const WORDS = 'tide harbour lantern meadow copper violin orchard signal granite pepper winter ladder'.split(
  ' ',
);

/** A note of about 300 bytes on the wire, another one for each number. */
export function sampleNote(n: number): Values {
  const word = (at: number): string => WORDS[(n * 7 + at * 5) % WORDS.length] ?? '';
  return {
    title: `Note ${n}: ${word(1)} and ${word(2)}`,
    content: Array.from({ length: 10 }, (_, at) => word(at + 3)).join(' '),
    tags: [word(0), `tag-${n % 50}`],
    pinned: n % 10 === 0,
    notebookId: null,
  };
}

/** Ids as long as a device's, rising as a device's do. */
export function sampleId(prefix: string, n: number): string {
  return `${prefix}-${String(n).padStart(35 - prefix.length, '0')}`;
}
