import type { Json, RecordRef } from '../../index.ts';
import { useHoldfast } from '../../react.ts';
import { fieldWords } from './change-words.ts';
import classes from './attention.module.css';
import { wordDiff } from './word-diff.ts';

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
  const stretches = wordDiff(fieldWords(sync, recordRef, { name: field, value: before }), words);
  return (
    <span className={classes.value}>
      {stretches.map(({ kind, text }, index) => {
        if (kind === 'same') return <span key={index}>{text}</span>;
        return kind === 'added' ? <ins key={index}>{text}</ins> : <del key={index}>{text}</del>;
      })}
    </span>
  );
}
