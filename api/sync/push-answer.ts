import { SyncError } from './errors.ts';
import type { ChangeResult, PushAnswer, RecordView } from './model.ts';
import type { PreparedChange, PreparedPush } from './prepare-push.ts';
import type { Attempt } from './push-attempt.ts';
import type { RecordState } from './record-state.ts';

/** One result a change, in the order given (R11). */
export function answerOf(push: PreparedPush, attempt: Attempt): PushAnswer {
  const results: ChangeResult[][] = push.sizes.map(() => []);
  for (const prepared of push.changes) {
    const list = results[prepared.field];
    if (list !== undefined) {
      list[prepared.index] = resultOf(prepared, push, attempt);
    }
  }
  return { epoch: attempt.epoch, scope: push.scope, results };
}

function resultOf(prepared: PreparedChange, { scope }: PreparedPush, attempt: Attempt): ChangeResult {
  const { change, seq } = prepared;
  const settled = attempt.results.get(prepared);
  if (settled === undefined) {
    throw new SyncError('INTERNAL', 'LATER', 'A change of the push was not settled.');
  }
  const { outcome, replayed, conflicts, error } = settled;
  const state = attempt.stateOf(prepared);
  const record = state === null ? null : viewOf({ id: change.id, scope }, state);
  return { id: change.id, seq: seq ?? change.seq ?? null, outcome, replayed, record, conflicts, error };
}

/** A record's state as it goes out. */
export function viewOf(
  { id, scope }: { readonly id: string; readonly scope: string },
  state: RecordState,
): RecordView {
  const { version, createdAt, updatedAt, deletedAt, values } = state;
  return { id, scope, version, createdAt, updatedAt, deletedAt, ...values };
}
