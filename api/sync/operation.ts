/**
 * An operation of the author's own (R32), in the step order of the server:
 *
 *   check the request ─► BEGIN ─► lock the device row, answer a number that has a receipt ─► access ─► savepoint
 *   ─► run it: read and lock rows, resolve (pure), counters in sorted order, write ─► receipt with its result ─► COMMIT
 *        │                                                                              ▲                    ─► poke
 *        ├── Refusal: back to the savepoint, the refusal is the result ─────────────────┘
 *        └── anything else: ROLLBACK, the outcome stays open
 */
import { accessTo } from './access.ts';
import { Refusal, SyncError } from './errors.ts';
import { canonicalJson, isLargerThan } from './json.ts';
import { isId, isScope, MAX_RESULT_BYTES } from './limits.ts';
import type { ChangeError, EntityModel, Json, RefusalCode } from './model.ts';
import type {
  OperationAnswer,
  OperationEngine,
  OperationReceipt,
  OperationRequest,
  OperationScopes,
  OperationStore,
  OperationTransaction,
} from './operation-ports.ts';
import { OperationRun } from './operation-run.ts';
import type { Clock, DeviceKey, Hash, Pokes } from './ports.ts';

export interface OperatePorts {
  readonly entities: ReadonlyMap<string, EntityModel>;
  readonly store: OperationStore;
  readonly pokes: Pokes;
  readonly hash: Hash;
  readonly clock: Clock;
}

type Work = Parameters<OperationEngine['operate']>[1];

/** Runs an operation, or answers what its number has led to before. */
export async function executeOperation(
  ports: OperatePorts,
  request: OperationRequest,
  work: Work,
): Promise<OperationAnswer> {
  checkRequest(request);
  const scopes = scopesOf(request);
  const { answer, heads } = await ports.store.operate(scopes, (transaction) =>
    attemptOperation(ports, { request, scopes, work }, transaction),
  );
  for (const [scope, head] of heads) {
    ports.pokes.poke(scope, head);
  }
  return answer;
}

function checkRequest({ scope, once }: OperationRequest): void {
  if (!isScope(scope)) {
    throw new SyncError('SCOPE_FORBIDDEN', 'NEVER', 'You have no access to this scope.');
  }
  if (once === undefined) {
    return;
  }
  const { device, seq } = once;
  if (!isId(device.id) || !isCount(device.acknowledged) || !isCount(seq) || seq === 0) {
    throw new SyncError('BAD_INPUT', 'NEVER', 'An operation needs the id of its device and a seq from 1.');
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** What the operation declares is its author's word; what else it may read is what its viewer may. */
function scopesOf({ viewer, scope, declared }: OperationRequest): OperationScopes {
  const isAllowed = accessTo(viewer, scope) === 'WRITE';
  const writable = isAllowed ? [...new Set([scope, ...declared])] : [];
  return {
    user: viewer.id,
    writable,
    readable: [...new Set([...viewer.scopes.map(({ id }) => id), ...writable])],
  };
}

interface Attempt {
  readonly request: OperationRequest;
  readonly scopes: OperationScopes;
  readonly work: Work;
}

interface Attempted {
  readonly answer: OperationAnswer;
  readonly heads: ReadonlyMap<string, number>;
}

async function attemptOperation(
  ports: OperatePorts,
  attempt: Attempt,
  transaction: OperationTransaction,
): Promise<Attempted> {
  const { request, scopes } = attempt;
  const { once, scope } = request;
  const device = deviceKey(request);
  const { epoch, lastSeq } = await transaction.in(scope).begin(device);
  if (once?.device.epoch !== undefined && once.device.epoch !== epoch) {
    throw new SyncError(
      'EPOCH_CHANGED',
      'NOW',
      'The history of this database changed. Pull, then send it again.',
    );
  }
  const hash = ports.hash(`operation\n${canonicalJson(request.payload)}`);
  if (device !== null && once !== undefined && once.seq <= lastSeq) {
    const receipt = await transaction.receipt(device, once.seq);
    return { answer: { epoch, ...replay(receipt, hash) }, heads: new Map() };
  }
  if (!scopes.writable.includes(scope)) {
    return { answer: { epoch, ...refused('SCOPE_FORBIDDEN', 'You may not write here.') }, heads: new Map() };
  }
  const { heads, ...result } = await run(ports, attempt, transaction);
  if (device !== null && once !== undefined) {
    await transaction.settle(device, once.device.acknowledged, { seq: once.seq, hash, ...result });
  }
  return { answer: { epoch, replayed: false, ...result }, heads };
}

function deviceKey({ viewer, scope, once }: OperationRequest): DeviceKey | null {
  return once === undefined ? null : { scope, user: viewer.id, device: once.device.id };
}

function replay(receipt: OperationReceipt | null, hash: string): Omit<OperationAnswer, 'epoch'> {
  if (receipt === null) {
    return refused('STALE_SEQ', 'This number lies below the last one, and its receipt is gone.');
  }
  return receipt.hash === hash
    ? { replayed: true, data: receipt.data, error: receipt.error }
    : refused('SEQ_REUSED', 'This number belongs to another change.');
}

function refused(code: RefusalCode, message: string): Omit<OperationAnswer, 'epoch'> {
  return { replayed: false, data: null, error: { code, message, field: null } };
}

interface Result {
  readonly data: Json;
  readonly error: ChangeError | null;
  readonly heads: ReadonlyMap<string, number>;
}

async function run(
  { entities, clock }: OperatePorts,
  { request, scopes, work }: Attempt,
  transaction: OperationTransaction,
): Promise<Result> {
  try {
    return await transaction.attempt(async () => {
      const records = new OperationRun({ entities, clock, request, scopes, transaction });
      const data = await work(records);
      await records.flush();
      if (isLargerThan(JSON.stringify(data), MAX_RESULT_BYTES)) {
        throw new SyncError(
          'TOO_LARGE',
          'NEVER',
          'The result of an operation holds at most 64 kB: ask for less.',
        );
      }
      return { data, error: null, heads: records.heads };
    });
  } catch (error) {
    if (error instanceof Refusal) {
      const { code, message, field } = error;
      return { data: null, error: { code, message, field }, heads: new Map() };
    }
    throw error;
  }
}
