import { usableBase } from './check-change.ts';
import type { Draft } from './draft.ts';
import { keyOf } from './draft.ts';
import { MAX_GROUP_SIZE } from './limits.ts';
import type { MergeBudget } from './merge/merge-field.ts';
import type { ChangeError, FieldConflict, Outcome } from './model.ts';
import type { PreparedChange, PreparedPush } from './prepare-push.ts';
import type { Edit, Resolution } from './record-state.ts';
import { refusal } from './record-state.ts';
import { changedValues, referenceKey, referencesOf } from './references.ts';
import { resolve, undecidedFields } from './resolve.ts';
import { correctedTime } from './corrected-time.ts';

/** What became of one change. */
export interface Settled {
  readonly outcome: Outcome;
  readonly conflicts: readonly FieldConflict[];
  readonly error: ChangeError | null;
  readonly replayed: boolean;
}

export interface ApplyContext {
  readonly push: PreparedPush;
  readonly epoch: string;
  /** Server clock, milliseconds. */
  readonly receivedAt: number;
  readonly draft: Draft;
  /** Records that exist in the database and are referred to, by `referenceKey`. */
  readonly existing: ReadonlySet<string>;
  /** Changes that need not be executed: replays, stale ones, those without access, culprits of a constraint. */
  readonly settled: ReadonlyMap<PreparedChange, Settled>;
  readonly budget: MergeBudget;
}

/** Executes the changes in order on the draft; a group is taken whole or not at all (R11). */
export function applyChanges(context: ApplyContext): ReadonlyMap<PreparedChange, Settled> {
  const results = new Map<PreparedChange, Settled>();
  const conflicted = new Set<string>();
  const seenGroups = new Set<string>();
  for (const run of runsOf(context.push.changes)) {
    const problem = groupProblem(run, seenGroups);
    context.draft.checkpoint();
    for (const change of run) {
      const settled =
        context.settled.get(change) ??
        (problem === null ? settle(context, change, conflicted) : rejected(problem));
      if (settled.outcome === 'CONFLICT') {
        conflicted.add(keyOf(change.entity.name, change.change.id));
      }
      results.set(change, settled);
    }
    refuseGroup(run, results, context.draft);
  }
  return results;
}

/** Consecutive changes of one group; any other change is a run of its own. */
function runsOf(changes: readonly PreparedChange[]): readonly (readonly PreparedChange[])[] {
  const runs: PreparedChange[][] = [];
  for (const change of changes) {
    const { group } = change.change;
    const last = runs.at(-1);
    if (group !== undefined && last?.[0]?.change.group === group) {
      last.push(change);
    } else {
      runs.push([change]);
    }
  }
  return runs;
}

function groupProblem(run: readonly PreparedChange[], seen: Set<string>): ChangeError | null {
  const group = run[0]?.change.group;
  if (group === undefined) {
    return null;
  }
  const isRepeated = seen.has(group);
  seen.add(group);
  return isRepeated || run.length > MAX_GROUP_SIZE
    ? {
        code: 'BAD_INPUT',
        message: `The changes of a group follow one another, ${MAX_GROUP_SIZE} at most.`,
        field: 'group',
      }
    : null;
}

function refuseGroup(
  run: readonly PreparedChange[],
  results: Map<PreparedChange, Settled>,
  draft: Draft,
): void {
  if (run[0]?.change.group === undefined || !run.some((change) => hasFailed(results.get(change)))) {
    return;
  }
  draft.undo();
  for (const change of run) {
    const result = results.get(change);
    if (result?.replayed === false && !hasFailed(result)) {
      results.set(
        change,
        rejected({
          code: 'GROUP_REFUSED',
          message: 'Another change of this group was refused.',
          field: null,
        }),
      );
    }
  }
}

function hasFailed(settled: Settled | undefined): boolean {
  return settled?.outcome === 'REJECTED' || settled?.outcome === 'CONFLICT';
}

export function rejected(error: ChangeError): Settled {
  return { outcome: 'REJECTED', conflicts: [], error, replayed: false };
}

function settle(context: ApplyContext, prepared: PreparedChange, conflicted: ReadonlySet<string>): Settled {
  if (prepared.error !== null) {
    return rejected(prepared.error);
  }
  const resolution = resolveInDraft(context, prepared, conflicted);
  switch (resolution.kind) {
    case 'refused':
      return rejected(resolution.error);
    case 'conflict':
      return { outcome: 'CONFLICT', conflicts: resolution.conflicts, error: null, replayed: false };
    case 'accepted':
      context.draft.set(prepared.entity.name, prepared.change.id, resolution.state);
      return {
        outcome: resolution.outcome,
        conflicts: resolution.conflicts,
        error: null,
        replayed: false,
      };
  }
}

function resolveInDraft(
  context: ApplyContext,
  { entity, change }: PreparedChange,
  conflicted: ReadonlySet<string>,
): Resolution {
  const state = context.draft.get(entity.name, change.id);
  const edit = editOf(context, { entity, change });
  // A person decides about this record first: what follows in the same push was made on top of it (R22).
  if (conflicted.has(keyOf(entity.name, change.id)) && state !== null) {
    return { kind: 'conflict', conflicts: undecidedFields(entity, state, edit) };
  }
  const resolution = resolve({ entity, budget: context.budget }, state, edit);
  if (resolution.kind !== 'accepted' || resolution.state === null || resolution.state === state) {
    return resolution;
  }
  const changed = changedValues(state?.values ?? null, resolution.state.values);
  const missing = referencesOf(entity.fields, changed, context.push.scope).find(
    (reference) => !isThere(context, reference),
  );
  return missing === undefined
    ? resolution
    : refusal('MISSING_REFERENCE', `${missing.field} names no ${missing.type} that exists.`, missing.field);
}

function isThere(
  { draft, existing, push }: ApplyContext,
  reference: { readonly type: string; readonly scope: string; readonly id: string },
): boolean {
  const drafted = reference.scope === push.scope ? draft.get(reference.type, reference.id) : null;
  return drafted === null ? existing.has(referenceKey(reference)) : drafted.deletedAt === null;
}

function editOf(
  { push, epoch, receivedAt }: ApplyContext,
  { entity, change }: Pick<PreparedChange, 'entity' | 'change'>,
): Edit {
  const isForeign = change.version !== undefined && (change.epoch ?? epoch) !== epoch;
  return {
    values: change.values,
    base: usableBase(entity.fields, change.base),
    version: isForeign ? 'unknown' : (change.version ?? 'none'),
    deleted: change.deleted,
    time: correctedTime(receivedAt, change.editedAt, push.device?.sentAt),
    user: push.viewer.id,
    device: push.device?.id ?? '',
    receivedAt: new Date(receivedAt).toISOString(),
  };
}
