import { equalJson } from './json.ts';
import type { EntityModel } from './model.ts';
import { nextStamp, stampOf } from './record-state.ts';
import type { Edit, RecordState } from './record-state.ts';

/** Puts the values that the type derives over the record, stamped as this edit's. */
export function withDerived(entity: EntityModel, state: RecordState, edit: Edit): RecordState {
  if (entity.derive === undefined) {
    return state;
  }
  const derived = Object.entries(entity.derive(state.values, new Date(edit.time).toISOString())).filter(
    ([name, value]) => !equalJson(value, state.values[name] ?? null),
  );
  const clocks = derived.map(([name]) => [name, nextStamp(edit, stampOf(state, name), false)] as const);
  return {
    ...state,
    values: { ...state.values, ...Object.fromEntries(derived) },
    clocks: { ...state.clocks, ...Object.fromEntries(clocks) },
  };
}
