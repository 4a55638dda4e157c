/**
 * What one change does to one record: a pure function of the record as it stands, the change and the type's rules.
 *
 *   absent row  ──► create, GONE, or nothing to delete          (create.ts)
 *   tombstone, or a delete ──► who wins, edit or delete (R24)   (resolve-deletion.ts)
 *   each named field ──► no change, applied, or opposed (R20) ──► merger, else policy (R22)   (resolve-field.ts)
 */
import { createRecord } from './create.ts';
import { withDerived } from './derive.ts';
import { equalJson } from './json.ts';
import type { MergeBudget } from './merge/merge-field.ts';
import type { EntityModel, FieldConflict, Json } from './model.ts';
import type { Stamp } from './ports.ts';
import { nextStamp, refusal, stampOf } from './record-state.ts';
import type { Edit, RecordState, Resolution } from './record-state.ts';
import { resolveDeletion } from './resolve-deletion.ts';
import { resolveField } from './resolve-field.ts';

export interface Rules {
  readonly entity: EntityModel;
  readonly budget: MergeBudget;
}

/** Resolves one change (R20 … R26). */
export function resolve(rules: Rules, state: RecordState | null, edit: Edit): Resolution {
  return state === null ? createRecord(rules.entity, edit) : resolveExisting(rules, state, edit);
}

function resolveExisting(rules: Rules, state: RecordState, edit: Edit): Resolution {
  const deletion = resolveDeletion(rules.entity, state, edit);
  if (deletion.kind === 'undecided') {
    return {
      kind: 'conflict',
      conflicts: [deletion.conflict, ...undecidedFields(rules.entity, state, edit)],
    };
  }
  const { conflict } = deletion;
  if (deletion.kind === 'lost' && edit.deleted !== true) {
    return { kind: 'accepted', outcome: 'SUPERSEDED', conflicts: conflict ? [conflict] : [], state };
  }
  const fields = resolveFields(rules, deletion.state, edit);
  if (fields.kind !== 'accepted') {
    return fields;
  }
  const conflicts = conflict === null ? fields.conflicts : [conflict, ...fields.conflicts];
  return finish(rules.entity, { before: state, after: fields.state, edit }, conflicts);
}

type FieldsResolution =
  | {
      readonly kind: 'accepted';
      readonly state: RecordState;
      readonly conflicts: readonly FieldConflict[];
    }
  | Exclude<Resolution, { readonly kind: 'accepted' }>;

function resolveFields({ entity, budget }: Rules, state: RecordState, edit: Edit): FieldsResolution {
  const values: Record<string, Json> = { ...state.values };
  const clocks: Record<string, Stamp> = { ...state.clocks };
  const conflicts: FieldConflict[] = [];
  for (const field of entity.fields) {
    const yours = edit.values[field.name];
    if (yours === undefined) {
      continue;
    }
    const decision = resolveField({ entity, field, state, edit, budget }, yours);
    if (decision.kind === 'refused') {
      return refusal('BAD_INPUT', decision.message, field.name);
    }
    if (decision.conflict !== null) {
      conflicts.push(decision.conflict);
    }
    if (decision.kind === 'changed') {
      values[field.name] = decision.value;
      clocks[field.name] = nextStamp(edit, stampOf(state, field.name), decision.isMerge);
    }
  }
  if (conflicts.some(({ kept }) => kept === 'UNDECIDED')) {
    return { kind: 'conflict', conflicts: conflicts.map((conflict) => ({ ...conflict, kept: 'UNDECIDED' })) };
  }
  return { kind: 'accepted', state: { ...state, values, clocks }, conflicts };
}

/** When a person has to decide about a deletion, the named fields that differ are part of the question. */
export function undecidedFields(
  { fields }: EntityModel,
  state: RecordState,
  edit: Edit,
): readonly FieldConflict[] {
  return fields.flatMap(({ name }) => {
    const yours = edit.values[name];
    const theirs = state.values[name] ?? null;
    return yours === undefined || equalJson(yours, theirs)
      ? []
      : [{ field: name, base: edit.base[name] ?? null, yours, theirs, kept: 'UNDECIDED' as const }];
  });
}

interface Step {
  readonly before: RecordState;
  readonly after: RecordState;
  readonly edit: Edit;
}

/** Derived values, the type's own rule, and whether anything was altered at all (R23). */
function finish(entity: EntityModel, step: Step, conflicts: readonly FieldConflict[]): Resolution {
  const { before, edit } = step;
  const outcome = outcomeOf(conflicts);
  const isEdited = !equalJson(before.values, step.after.values);
  if (!isEdited && before.deletedAt === step.after.deletedAt) {
    return { kind: 'accepted', outcome, conflicts, state: before };
  }
  // What a deletion brings along is judged like any edit: it would come back with the record.
  const isJudged = isEdited || step.after.deletedAt === null;
  const after = isJudged ? withDerived(entity, step.after, edit) : step.after;
  const violation = isJudged ? entity.rule?.(before.values, after.values) : null;
  if (violation) {
    return refusal('RULE_VIOLATED', violation.message, violation.field);
  }
  return { kind: 'accepted', outcome, conflicts, state: { ...after, updatedAt: edit.receivedAt } };
}

function outcomeOf(conflicts: readonly FieldConflict[]): 'APPLIED' | 'MERGED' | 'SUPERSEDED' {
  if (conflicts.length === 0) {
    return 'APPLIED';
  }
  return conflicts.some(({ kept }) => kept === 'THEIRS') ? 'SUPERSEDED' : 'MERGED';
}
