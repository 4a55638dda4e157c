/**
 * One push, in the step order of the server (R10 … R15):
 *
 *   check the operation ─► BEGIN ─► lock the device row ─► read and lock rows ─► answer numbers with receipts ─► access
 *   ─► resolve (pure) ─► bump the counter, write, receipts, device row ─► COMMIT ─► poke ─► answer
 *                                    │
 *   a constraint refuses a record ◄──┘ nothing was written: that record's change is refused, the rest begins anew (R28)
 */
import { canRead } from './access.ts';
import type { Settled } from './apply-changes.ts';
import { rejected } from './apply-changes.ts';
import { SyncError } from './errors.ts';
import type { PushAnswer, PushRequest } from './model.ts';
import type { Culprit, Pokes, Store, TransactionScopes } from './ports.ts';
import { preparePush } from './prepare-push.ts';
import type { PreparedChange, PreparedPush } from './prepare-push.ts';
import { answerOf } from './push-answer.ts';
import { attemptPush } from './push-attempt.ts';
import type { AttemptPorts } from './push-attempt.ts';
import { fixedScopesOf } from './references.ts';

export interface PushPorts extends AttemptPorts {
  readonly store: Store;
  readonly pokes: Pokes;
}

/** Executes one document's changes in one durable transaction. `isTrusted`: server code, which may set every field. */
export async function executePush(
  ports: PushPorts,
  request: PushRequest,
  isTrusted: boolean,
): Promise<PushAnswer> {
  const push = preparePush({ ...ports, isTrusted }, request);
  const refused = new Map<PreparedChange, Settled>();
  for (;;) {
    let results: ReadonlyMap<PreparedChange, Settled> = new Map();
    const outcome = await ports.store.write(transactionScopes(push), (transaction) =>
      attemptPush(ports, { push, refused, onResolved: (resolved) => (results = resolved) }, transaction),
    );
    if (outcome.kind === 'committed') {
      if (outcome.value.written > 0) {
        ports.pokes.poke(push.scope, outcome.value.head);
      }
      return answerOf(push, outcome.value);
    }
    for (const culprit of outcome.culprits) {
      const change = culpritChange(culprit, results);
      refused.set(change, rejected({ code: culprit.code, message: culprit.message, field: null }));
    }
  }
}

/** The pushed scope, and the fixed scopes that its types refer to, as far as the viewer may read them. */
function transactionScopes({ scope, access, viewer, changes }: PreparedPush): TransactionScopes {
  const types = new Set(changes.map(({ entity }) => entity));
  const fixed = [...types].flatMap(({ fields }) => fixedScopesOf(fields));
  const readable = [...new Set([scope, ...fixed])].filter((id) => canRead(viewer, id));
  return { user: viewer.id, scope, writable: access === 'WRITE', readable };
}

/** The last change that made the record what the database refused: the one that named a unique field, if one did. */
function culpritChange(culprit: Culprit, results: ReadonlyMap<PreparedChange, Settled>): PreparedChange {
  const candidates = [...results]
    .filter(
      ([{ entity, change }, { outcome, replayed }]) =>
        entity.name === culprit.type &&
        change.id === culprit.id &&
        !replayed &&
        outcome !== 'REJECTED' &&
        outcome !== 'CONFLICT',
    )
    .map(([change]) => change)
    .reverse();
  const named = candidates.find(({ entity, change }) =>
    entity.unique.flat().some((field) => Object.hasOwn(change.values, field)),
  );
  const change = (culprit.code === 'ALREADY_EXISTS' ? named : undefined) ?? candidates[0];
  if (change === undefined) {
    throw new SyncError(
      'INTERNAL',
      'LATER',
      'A constraint refused a record that no change of the push altered.',
    );
  }
  return change;
}
