import { checkValue } from '../check-value.ts';
import type { EntityModel, FieldModel, Json, MergerName } from '../model.ts';
import type { Clock } from '../ports.ts';
import { MERGE_BUDGET_MS } from '../limits.ts';
import { mergeSet } from './merge-set.ts';
import { mergeText } from './merge-text.ts';

/** The time that one push may spend on merging (R22). */
export class MergeBudget {
  private spentMs = 0;

  constructor(private readonly clock: Clock) {}

  /** Runs and counts; undefined, without running, once the budget is spent. */
  run<T>(work: () => T): T | undefined {
    if (this.spentMs >= MERGE_BUDGET_MS) {
      return undefined;
    }
    const start = this.clock.monotonic();
    try {
      return work();
    } finally {
      this.spentMs += this.clock.monotonic() - start;
    }
  }
}

export interface ThreeWays {
  /** Undefined: what the device had shown is not known. */
  readonly base: Json | undefined;
  readonly yours: Json;
  readonly row: Json;
}

/** Combines both sides by the field's merger; undefined when it cannot, so that the last write stands. */
export function mergeField(
  entity: EntityModel,
  field: FieldModel,
  { budget, ...ways }: ThreeWays & { readonly budget: MergeBudget },
): Json | undefined {
  const { merger } = field;
  if (merger === undefined) {
    return undefined;
  }
  const merged = budget.run(() => runMerger(merger, ways));
  return merged === undefined || !isGood(entity, field, merged) ? undefined : merged;
}

/** A union may hold too many items, a merged text may be too long, an author's function may answer anything. */
function isGood(entity: EntityModel, field: FieldModel, merged: Json): boolean {
  return checkValue(field, merged) === null && entity.validate({ [field.name]: merged }) === null;
}

function runMerger(merger: NonNullable<FieldModel['merger']>, ways: ThreeWays): Json | undefined {
  if (typeof merger === 'string') {
    return BUILT_IN[merger](ways);
  }
  try {
    return merger(ways.base, ways.yours, ways.row);
  } catch {
    // An author's merger that throws must not wedge every push of this record: the last write stands.
    return undefined;
  }
}

/** Each answers undefined where a side is null or unknown: nothing to combine. */
const BUILT_IN: Readonly<Record<MergerName, (ways: ThreeWays) => Json | undefined>> = {
  text: ({ base, yours, row }) =>
    typeof base === 'string' && typeof yours === 'string' && typeof row === 'string'
      ? (mergeText(base, yours, row) ?? undefined)
      : undefined,
  set: ({ base, yours, row }) =>
    Array.isArray(base) && Array.isArray(yours) && Array.isArray(row)
      ? mergeSet(base as readonly Json[], yours as readonly Json[], row as readonly Json[])
      : undefined,
  counter: ({ base, yours, row }) =>
    typeof base === 'number' && typeof yours === 'number' && typeof row === 'number'
      ? row + (yours - base)
      : undefined,
};
