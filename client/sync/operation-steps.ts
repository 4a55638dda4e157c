/** One operation of the app's own on its way to the server and back (R32). It goes alone, under a number of its scope's line. */
import { giveUpLine, type Core } from './core.ts';
import { classify, type Verdict } from './errors.ts';
import type { Json } from './manifest.ts';
import type { ChangeError, QueuedOperation } from './model.ts';
import type { OperationClaim, TransportAnswer, TransportError } from './ports.ts';
import { inEpoch, isLineBroken, isRevocable, settlementOf, unknownOutcome } from './settle.ts';
import type { WriteTransaction } from './storage-port.ts';
import type { OperationRow, ScopeRow } from './stored.ts';

/** Answers that a page which is opened later can still ask for. The server answers 64 kB at most. */
const ANSWERS_KEPT = 20;

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
  const { epoch, seq: said, outcome } = saidIn(extensions);
  if (typeof epoch !== 'string' || said !== seq) return null;
  if (outcome === 'APPLIED') return { epoch, error: null, data };
  return outcome === 'REJECTED' ? { epoch, error: refusalOf(errors[0]), data: null } : null;
}

/** `extensions.holdfast` of an answer to an operation. */
interface Said {
  readonly epoch?: Json;
  readonly seq?: Json;
  readonly outcome?: Json;
}

function saidIn(extensions: Json | undefined): Said {
  return (extensions as { readonly holdfast?: Said } | null | undefined)?.holdfast ?? {};
}

/** The server's refusals of operations have the codes of those of changes. */
function refusalOf(error: TransportError | undefined): ChangeError {
  const { code = 'OUTCOME_UNKNOWN', field = null } = error?.extensions ?? {};
  return { code, message: error?.message ?? 'Refused without a reason', field } as ChangeError;
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
    const isOpen = current?.state === 'pending' && current.seq === row.seq;
    // Not there any more: an earlier answer settled it.
    if (!isOpen) return true;
    tx.putScope(stored);
    tx.putMeta('lastPushedAt', new Date(core.ports.clock.now()).toISOString());
    if (end.error === null) await applied(tx, row, end.data);
    else refused(core, tx, { row, error: end.error });
    return true;
  });
}

async function applied(tx: WriteTransaction, row: OperationRow, data: Json): Promise<void> {
  const settlement = settlementOf(row, { outcome: 'APPLIED', conflicts: [], error: null, data });
  tx.deleteChange(row.change);
  tx.tellSettled(settlement);
  tx.putMeta('answers', [...((await tx.meta('answers')) ?? []), settlement].slice(-ANSWERS_KEPT));
}

function refused(core: Core, tx: WriteTransaction, end: { row: OperationRow; error: ChangeError }): void {
  const { row } = end;
  const isBroken = isLineBroken(end.error);
  const error = isBroken || isRevocable(end.error) ? unknownOutcome(end.error) : end.error;
  tx.putChange({ ...row, state: 'failed', error, failedAt: core.ports.clock.now() });
  tx.tellSettled(settlementOf(row, { outcome: 'REJECTED', conflicts: [], error }));
  if (isBroken) giveUpLine(core, tx, [row]);
}
