import { PENDING } from './ports.ts';
import type { EntityModel, Values } from './model.ts';
import { defaultOf } from './default-value.ts';
import { withDerived } from './derive.ts';
import { refusal } from './record-state.ts';
import type { Edit, RecordState, Resolution } from './record-state.ts';

/**
 * A change to an absent row (R24): a delete has no effect; an edit is `GONE`, unless it restores with all required
 * fields; anything else creates, with the defaults for what it does not name.
 */
export function createRecord(entity: EntityModel, edit: Edit): Resolution {
  if (edit.deleted === true) {
    return { kind: 'accepted', outcome: 'APPLIED', conflicts: [], state: null };
  }
  const isCreation = edit.version === 'none';
  const missing = entity.fields.find(
    (field) => edit.values[field.name] === undefined && defaultOf(field) === undefined,
  );
  if (!isCreation && (edit.deleted !== false || missing !== undefined)) {
    return refusal('GONE', 'The record does not exist any more. Create it anew with all its fields.');
  }
  if (missing !== undefined) {
    return refusal('BAD_INPUT', `${missing.name} is required for a new record.`, missing.name);
  }
  const state = withDerived(entity, newState(entity, edit), edit);
  const violation = entity.rule?.(null, state.values);
  if (violation) {
    return refusal('RULE_VIOLATED', violation.message, violation.field);
  }
  return { kind: 'accepted', outcome: 'APPLIED', conflicts: [], state };
}

function newState({ fields }: EntityModel, edit: Edit): RecordState {
  const values: Values = Object.fromEntries(
    fields.map((field) => {
      const given = edit.values[field.name];
      // A null that was named is a value: it does not ask for the default.
      return [field.name, given === undefined ? (defaultOf(field) ?? null) : given];
    }),
  );
  return {
    version: PENDING,
    createdAt: edit.receivedAt,
    updatedAt: edit.receivedAt,
    deletedAt: null,
    values,
    clocks: { '*': [PENDING, edit.time, edit.user, edit.device] },
  };
}
