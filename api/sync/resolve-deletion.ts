import type { EntityModel, FieldConflict } from './model.ts';
import type { Stamp } from './ports.ts';
import { sideOf } from './policy.ts';
import { isLaterThan, nextStamp, seenVersion, stampOf } from './record-state.ts';
import type { Edit, RecordState } from './record-state.ts';

export type DeletionDecision =
  /** The fields are resolved against `state`, which is dead or alive as decided. */
  | { readonly kind: 'passed'; readonly state: RecordState; readonly conflict: FieldConflict | null }
  /** The row's side stands. */
  | { readonly kind: 'lost'; readonly state: RecordState; readonly conflict: FieldConflict | null }
  | { readonly kind: 'undecided'; readonly conflict: FieldConflict };

/** Delete against edit, edit against delete, and restoring (R24). */
export function resolveDeletion(entity: EntityModel, state: RecordState, edit: Edit): DeletionDecision {
  if (state.deletedAt !== null) {
    return edit.deleted === true
      ? { kind: 'passed', state, conflict: null }
      : resolveTombstone(entity, state, edit);
  }
  if (edit.deleted !== true) {
    return { kind: 'passed', state, conflict: null };
  }
  const opposing = opposingStamps(entity, state, edit);
  const deleted = { ...state, deletedAt: edit.receivedAt, clocks: withDeletion(state, edit) };
  if (opposing.length === 0) {
    return { kind: 'passed', state: deleted, conflict: null };
  }
  const isLater = opposing.every((stamp) => isLaterThan(edit, stamp));
  return decided(entity, { isLater, won: deleted, lost: state, wantsDeleted: true });
}

function resolveTombstone(entity: EntityModel, state: RecordState, edit: Edit): DeletionDecision {
  const restored = { ...state, deletedAt: null, clocks: withDeletion(state, edit) };
  if (edit.deleted === false && sawDeleted(state, edit)) {
    return { kind: 'passed', state: restored, conflict: null };
  }
  const isLater = isLaterThan(edit, stampOf(state, 'deleted'));
  return decided(entity, { isLater, won: restored, lost: state, wantsDeleted: false });
}

function sawDeleted(state: RecordState, edit: Edit): boolean {
  const stamp = stampOf(state, 'deleted');
  const seen = seenVersion(edit, state);
  return seen !== undefined && (stamp[0] <= seen || isSameDevice(edit, stamp));
}

/** Stamps of other devices' changes that the deleting device had not seen; all of them when that cannot be told. */
function opposingStamps({ fields }: EntityModel, state: RecordState, edit: Edit): readonly Stamp[] {
  const seen = seenVersion(edit, state);
  const stamps = [...fields.map(({ name }) => stampOf(state, name)), stampOf(state, 'deleted')];
  return seen === undefined
    ? stamps
    : stamps.filter((stamp) => stamp[0] > seen && !isSameDevice(edit, stamp));
}

function isSameDevice(edit: Edit, [, , user, device]: Stamp): boolean {
  return edit.device !== '' && edit.device === device && edit.user === user;
}

function withDeletion(state: RecordState, edit: Edit): RecordState['clocks'] {
  return { ...state.clocks, deleted: nextStamp(edit, stampOf(state, 'deleted'), false) };
}

interface Opposition {
  readonly isLater: boolean;
  readonly won: RecordState;
  readonly lost: RecordState;
  readonly wantsDeleted: boolean;
}

function decided(
  { policy }: EntityModel,
  { isLater, won, lost, wantsDeleted }: Opposition,
): DeletionDecision {
  const kept = sideOf(policy, isLater);
  const conflict: FieldConflict = {
    field: 'deleted',
    base: !wantsDeleted ? null : false,
    yours: wantsDeleted,
    theirs: !wantsDeleted,
    kept,
  };
  if (kept === 'UNDECIDED') {
    return { kind: 'undecided', conflict };
  }
  return kept === 'YOURS'
    ? { kind: 'passed', state: won, conflict }
    : { kind: 'lost', state: lost, conflict };
}
