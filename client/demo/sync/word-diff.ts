import { diffComm } from 'node-diff3';

/** A stretch of text as two versions have it. */
export interface Stretch {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Longer texts are shown without marks: comparing them would hold up the page. */
const TOKENS_MAX = 4_000;

/** What became of a text, word by word: the new text is what is `same` and `added`, the old one what is `same` and `removed`. */
export function wordDiff(before: string, after: string): readonly Stretch[] {
  return diff(tokensOf(before), tokensOf(after), after);
}

/** The same line by line, for what is a list: half of an entry says nothing. Each line ends with a line break. */
export function lineDiff(before: string, after: string): readonly Stretch[] {
  return diff(linesOf(before), linesOf(after), after);
}

function diff(old: string[], now: string[], after: string): readonly Stretch[] {
  if (old.length + now.length > TOKENS_MAX) return [{ kind: 'same', text: after }];
  return diffComm(old, now)
    .flatMap((part): Stretch[] =>
      'common' in part && part.common !== undefined
        ? [{ kind: 'same', text: part.common.join('') }]
        : [
            { kind: 'removed', text: (part.buffer1 ?? []).join('') },
            { kind: 'added', text: (part.buffer2 ?? []).join('') },
          ],
    )
    .filter(({ text }) => text !== '');
}

function linesOf(text: string): string[] {
  return text.split('\n').map((line) => `${line}\n`);
}

function tokensOf(text: string): string[] {
  return text.match(/\s+|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]+/gu) ?? [];
}
