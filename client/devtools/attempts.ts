import type { Inspection } from '../sync/model.ts';

/** How often this tab sent a change that is not settled, of what it remembers. */
export interface Attempts {
  /** Null: nobody ever sent it. */
  readonly number: number | null;
  readonly count: number;
  /** How the last of them failed; null while it is under way. */
  readonly error: string | null;
}

/** By change. */
export function attemptsIn({ changes, exchanges }: Inspection): ReadonlyMap<string, Attempts> {
  return new Map(
    changes.map(({ change, scope, seq }) => {
      const sent =
        seq === null ? [] : exchanges.filter((one) => one.scope === scope && one.numbers.includes(seq));
      return [change, { number: seq, count: sent.length, error: sent[0]?.error ?? null }];
    }),
  );
}
