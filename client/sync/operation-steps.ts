/** One operation of the app's own on its way to the server and back (R32). It goes alone, under a number of its scope's line. */
import type { Core } from './core.ts';
import { classify, type Verdict } from './errors.ts';
import type { Json } from './manifest.ts';
import type { ChangeError, QueuedOperation, Settlement } from './model.ts';
import type { OperationClaim, TransportAnswer } from './ports.ts';
import { inEpoch, isLineBroken, settlementOf, unknownOutcome } from './settle.ts';
import type { OperationRow, ScopeRow } from './stored.ts';

/** What became of its number: it was applied or refused, once, and that is stored. */
export interface OperationEnd {
  readonly epoch: string;
  readonly error: ChangeError | null;
  readonly data: Json;
}

export interface SentOperation {
  readonly scope: ScopeRow;
  readonly row: OperationRow;
  readonly acknowledged: number;
}

/** It answered, without a word about the number: it may have run without one. */
export interface Unproven {
  readonly class: 'unproven';
  readonly message: string;
}

type Failure = Exclude<Verdict, { class: 'answered' }> | Unproven;

/** The end of its number, or why there is none yet. Text and variables leave as they were frozen (I9). */
export async function sendOperation(
  { ports, userId }: Core,
  { scope, row, acknowledged }: SentOperation,
  keepalive: boolean,
): Promise<OperationEnd | Failure> {
  const { name, text, variables } = JSON.parse(row.frozen ?? 'null') as QueuedOperation;
  const epoch = scope.epoch === null ? {} : { epoch: scope.epoch };
  const device = { id: row.device ?? '', ...epoch, acknowledged };
  const claim: OperationClaim = { device, scope: scope.id, seq: row.seq ?? 0 };
  const document = { name, text };
  const answer = await ports.transport.send({ document, variables, claim, viewer: userId, keepalive });
  return readEnd(answer, claim) ?? failureOf(answer);
}

/** The server says what became of the number, in `extensions.holdfast`; data alone proves nothing. */
function readEnd(answer: TransportAnswer, { seq }: OperationClaim): OperationEnd | null {
  if (answer.kind !== 'answered' || answer.body === null) return null;
  const { data = null, errors = [], extensions } = answer.body;
  const { holdfast } = (extensions ?? {}) as { readonly holdfast?: Readonly<Record<string, Json>> };
  if (typeof holdfast?.['epoch'] !== 'string' || holdfast['seq'] !== seq) return null;
  const { epoch, outcome } = holdfast;
  if (outcome === 'APPLIED') return { epoch, error: null, data };
  if (outcome !== 'REJECTED') return null;
  const [first] = errors;
  const { code = 'OUTCOME_UNKNOWN', field = null } = first?.extensions ?? {};
  const message = first?.message ?? 'Refused without a reason';
  return { epoch, error: { code, message, field } as ChangeError, data: null };
}

/**
 * The document is the app's own: that the server does not know it says nothing about the age of the app, and must not hold up the
 * rest. A server that answers without a word about the number may have run it without one: it is not sent again.
 */
function failureOf(answer: TransportAnswer): Failure {
  const verdict = classify(answer);
  switch (verdict.class) {
    case 'answered':
      return { class: 'unproven', message: 'The server does not say whether this ran once' };
    case 'upgradeNeeded':
      return { class: 'badVariables', message: verdict.message };
    default:
      return verdict;
  }
}

/** One strict fenced transaction, as for changes. False: the answer is from before a restore, the same number goes out again. */
export function settleOperation(
  core: Core,
  { scope, row }: SentOperation,
  end: OperationEnd,
): Promise<boolean> {
  return core.store.lead('strict', async (tx) => {
    const stored = inEpoch((await tx.scope(scope.id)) ?? scope, end.epoch);
    if (stored === null) return false;
    const current = await tx.change(row.change);
    if (current?.state !== 'pending' || current.seq !== row.seq) return true;
    tx.putScope(stored);
    const now = core.ports.clock.now();
    const error = end.error !== null && isLineBroken(end.error) ? unknownOutcome(end.error) : end.error;
    if (error === null) tx.deleteChange(row.change);
    else tx.putChange({ ...current, state: 'failed', error, failedAt: now });
    tx.tellSettled(settlementOf(row, { conflicts: [], ...outcomeOf(error, end.data) }));
    if (end.error !== null && isLineBroken(end.error)) tx.putMeta('device', core.ports.random.id());
    tx.putMeta('lastPushedAt', new Date(now).toISOString());
    return true;
  });
}

function outcomeOf(error: ChangeError | null, data: Json): Pick<Settlement, 'outcome' | 'error' | 'data'> {
  return error === null ? { outcome: 'APPLIED', error, data } : { outcome: 'REJECTED', error };
}
