import { checkValue } from './check-value.ts';
import { defaultOf } from './default-value.ts';
import { equalJson } from './json.ts';
import { mergeField } from './merge/merge-field.ts';
import type { MergeBudget } from './merge/merge-field.ts';
import type { ConflictSide, EntityModel, FieldConflict, FieldModel, Json } from './model.ts';
import { sideOf } from './policy.ts';
import { isLaterThan, seenVersion, stampOf } from './record-state.ts';
import type { Edit, RecordState } from './record-state.ts';

export interface FieldContext {
  readonly entity: EntityModel;
  readonly field: FieldModel;
  readonly state: RecordState;
  readonly edit: Edit;
  readonly budget: MergeBudget;
}

export type FieldDecision =
  | { readonly kind: 'kept'; readonly conflict: FieldConflict | null }
  | {
      readonly kind: 'changed';
      readonly value: Json;
      readonly isMerge: boolean;
      readonly conflict: FieldConflict | null;
    }
  | { readonly kind: 'refused'; readonly message: string };

const KEPT: FieldDecision = { kind: 'kept', conflict: null };

/** Whether one named field is no change, applied, or opposed, and then what stands (R20, R21, R22). */
export function resolveField(context: FieldContext, yours: Json): FieldDecision {
  const { field, state } = context;
  const theirs = state.values[field.name] ?? null;
  const base = baseOf(context);
  if (base !== undefined && equalJson(yours, base)) {
    return KEPT;
  }
  if (field.merger === 'counter') {
    return addToCounter(context, { base, yours, theirs });
  }
  if (equalJson(yours, theirs)) {
    return KEPT;
  }
  const isOpposed = base === undefined ? hasChangedSince(context) : !equalJson(theirs, base);
  return isOpposed
    ? decide(context, { base, yours, theirs })
    : { kind: 'changed', value: yours, isMerge: false, conflict: null };
}

/** What the device showed before the edit; for a creation that meets a row, the field's default (R20). */
function baseOf({ field, edit }: FieldContext): Json | undefined {
  const given = edit.base[field.name];
  return given === undefined && edit.version === 'none' ? defaultOf(field) : given;
}

/** Without a base: changed after the version the device had seen, or it cannot be told. */
function hasChangedSince({ field, state, edit }: FieldContext): boolean {
  const seen = seenVersion(edit, state);
  return seen === undefined || stampOf(state, field.name)[0] > seen;
}

interface Sides {
  readonly base: Json | undefined;
  readonly yours: Json;
  readonly theirs: Json;
}

/** A counter adds yours − base to the row, equal values included (R21). */
function addToCounter({ field, entity }: FieldContext, sides: Sides): FieldDecision {
  const { base, yours, theirs } = sides;
  if (typeof base !== 'number' || typeof yours !== 'number' || typeof theirs !== 'number') {
    return { kind: 'refused', message: `${field.name} is a counter: name the value it had before in base.` };
  }
  const value = theirs + (yours - base);
  const problem = checkValue(field, value) ?? entity.validate({ [field.name]: value });
  if (problem !== null) {
    return { kind: 'refused', message: problem.message };
  }
  return base === theirs
    ? { kind: 'changed', value, isMerge: false, conflict: null }
    : { kind: 'changed', value, isMerge: true, conflict: conflictOf(field, sides, 'MERGED') };
}

function decide(context: FieldContext, sides: Sides): FieldDecision {
  const { entity, field, budget } = context;
  const { base, yours, theirs } = sides;
  const merged = mergeField(entity, field, { base, yours, row: theirs, budget });
  if (merged !== undefined) {
    const conflict = conflictOf(field, sides, 'MERGED');
    return equalJson(merged, theirs)
      ? { kind: 'kept', conflict }
      : { kind: 'changed', value: merged, isMerge: true, conflict };
  }
  const kept = sideOf(entity.policy, isLaterThan(context.edit, stampOf(context.state, field.name)));
  const conflict = conflictOf(field, sides, kept);
  return kept === 'YOURS'
    ? { kind: 'changed', value: yours, isMerge: false, conflict }
    : { kind: 'kept', conflict };
}

function conflictOf(field: FieldModel, { base, yours, theirs }: Sides, kept: ConflictSide): FieldConflict {
  return { field: field.name, base: base ?? null, yours, theirs, kept };
}
