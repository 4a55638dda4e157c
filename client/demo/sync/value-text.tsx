import type { Json, RecordRef } from '../../index.ts';
import { useHoldfast } from '../../react.ts';
import { fieldWords } from './change-words.ts';
import classes from './attention.module.css';
import { lineDiff, wordDiff } from './word-diff.ts';

interface ValueTextProps {
  readonly recordRef: RecordRef;
  readonly field: string;
  readonly value: Json | undefined;
  /** What it is compared with: what differs is marked. Absent: nothing is. */
  readonly before?: Json;
}

/** A value in words, with what is new in it marked and what is gone crossed out. */
export function ValueText({ recordRef, field, value, before }: ValueTextProps) {
  const { sync } = useHoldfast();
  const words = fieldWords(sync, recordRef, { name: field, value });
  if (before === undefined) return <span className={classes.value}>{words}</span>;
  const isList = Array.isArray(value);
  const wordsBefore = fieldWords(sync, recordRef, { name: field, value: before });
  const stretches = isList ? lineDiff(wordsBefore, words) : wordDiff(wordsBefore, words);
  return (
    <span className={classes.value} data-kind={isList ? 'list' : 'text'}>
      {stretches.map(({ kind, text }, index) => {
        if (kind === 'same') return <span key={index}>{text}</span>;
        if (kind === 'added') return <ins key={index}>{text}</ins>;
        // Read out, or copied, the value is what it is now.
        return (
          <del key={index} aria-hidden="true">
            {text}
          </del>
        );
      })}
    </span>
  );
}
