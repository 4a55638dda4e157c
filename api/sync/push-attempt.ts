import { canRead } from './access.ts';
import { applyChanges, rejected } from './apply-changes.ts';
import type { Settled } from './apply-changes.ts';
import { Draft } from './draft.ts';
import { SyncError } from './errors.ts';
import { MergeBudget } from './merge/merge-field.ts';
import type { ChangeError, EntityModel, RefusalCode } from './model.ts';
import type {
  Clock,
  DeviceKey,
  Hash,
  SaveBatch,
  StoredReceipt,
  StoredRow,
  WriteTransaction,
} from './ports.ts';
import type { PreparedChange, PreparedPush } from './prepare-push.ts';
import type { RecordState } from './record-state.ts';
import { referenceKey, referencesOf } from './references.ts';

export interface AttemptPorts {
  readonly entities: ReadonlyMap<string, EntityModel>;
  readonly hash: Hash;
  readonly clock: Clock;
}

export interface AttemptInput {
  readonly push: PreparedPush;
  /** Changes that an earlier attempt found to break a constraint. */
  readonly refused: ReadonlyMap<PreparedChange, Settled>;
  readonly onResolved: (results: ReadonlyMap<PreparedChange, Settled>) => void;
}

/** What one attempt leaves for the answer. */
export interface Attempt {
  readonly epoch: string;
  /** The scope's head after the push; 0 when nothing was written. */
  readonly head: number;
  readonly written: number;
  readonly results: ReadonlyMap<PreparedChange, Settled>;
  /** Each record after the whole push, its version included; null: absent, or not to be seen. */
  readonly stateOf: (change: PreparedChange) => RecordState | null;
}

/** The statements of one push, in order. Holds nothing between attempts. */
export async function attemptPush(
  ports: AttemptPorts,
  input: AttemptInput,
  transaction: WriteTransaction,
): Promise<Attempt> {
  const { push } = input;
  const device = deviceKey(push);
  // Sent together, executed in this order: the device row is locked before the rows.
  const [{ epoch, lastSeq }, rows, existing] = await Promise.all([
    transaction.begin(device),
    readRows(push, transaction),
    readReferences(push, transaction),
  ]);
  if (push.device?.epoch !== undefined && push.device.epoch !== epoch) {
    throw new SyncError(
      'EPOCH_CHANGED',
      'NOW',
      'The history of this database changed. Pull, then push again.',
    );
  }
  const known = await answerKnown(push, { device, lastSeq }, transaction);
  const settled = new Map([...input.refused, ...known]);
  const draft = new Draft(rows);
  const receivedAt = ports.clock.now();
  const budget = new MergeBudget(ports.clock);
  const results = applyChanges({ push, epoch, receivedAt, draft, existing, settled, budget });
  input.onResolved(results);
  const writes = draft.writes();
  const fresh = push.changes.filter((change) => !known.has(change));
  const { head } = await save(transaction, { push, device, lastSeq, writes, fresh, results });
  return {
    epoch,
    head,
    written: writes.length,
    results,
    stateOf: stateReader(push, draft, { writes, head }),
  };
}

function deviceKey({ viewer, scope, device }: PreparedPush): DeviceKey | null {
  return device === null ? null : { scope, user: viewer.id, device: device.id };
}

/** Numbers at or below the last one are replayed or refused (R12); without WRITE access new changes are forbidden. */
async function answerKnown(
  push: PreparedPush,
  { device, lastSeq }: { readonly device: DeviceKey | null; readonly lastSeq: number },
  transaction: WriteTransaction,
): Promise<ReadonlyMap<PreparedChange, Settled>> {
  const known = new Map<PreparedChange, Settled>();
  const old = push.changes.filter(({ seq }) => seq !== null && seq <= lastSeq);
  if (device !== null && old.length > 0) {
    const receipts = await transaction.receipts(
      device,
      old.map(({ seq }) => seq ?? 0),
    );
    const bySeq = new Map(receipts.map((receipt) => [receipt.seq, receipt]));
    for (const change of old) {
      known.set(change, answerOld(change, bySeq.get(change.seq ?? 0)));
    }
  }
  if (push.access !== 'WRITE') {
    for (const change of push.changes.filter((candidate) => !known.has(candidate))) {
      known.set(change, refused('SCOPE_FORBIDDEN', 'You may not write in this scope.'));
    }
  }
  return known;
}

function answerOld({ hash }: PreparedChange, receipt: StoredReceipt | undefined): Settled {
  if (receipt === undefined) {
    return refused('STALE_SEQ', 'This number lies below the last one, and its receipt is gone.');
  }
  if (receipt.hash !== hash) {
    return refused('SEQ_REUSED', 'This number belongs to another change.');
  }
  const { outcome, conflicts, error } = receipt;
  return { outcome, conflicts, error, replayed: true };
}

function refused(code: RefusalCode, message: string): Settled {
  const error: ChangeError = { code, message, field: null };
  return rejected(error);
}

/** The rows of all changes, in (type, id) order; locked when they may be written. */
async function readRows(
  { viewer, scope, access, changes }: PreparedPush,
  transaction: WriteTransaction,
): Promise<ReadonlyMap<string, readonly StoredRow[]>> {
  const ids = new Map<string, Set<string>>();
  for (const { entity, change, error } of canRead(viewer, scope) ? changes : []) {
    if (error?.field !== 'id') {
      ids.set(entity.name, (ids.get(entity.name) ?? new Set()).add(change.id));
    }
  }
  const types = [...ids.keys()].sort();
  const rows = await Promise.all(
    types.map((type) => transaction.rows(type, [...(ids.get(type) ?? [])], access === 'WRITE')),
  );
  return new Map(types.map((type, at) => [type, rows[at] ?? []]));
}

/** Which of the records that the changes refer to exist; one query per type and scope (R27). */
async function readReferences(
  { viewer, scope: own, access, changes }: PreparedPush,
  transaction: WriteTransaction,
): Promise<ReadonlySet<string>> {
  const targets = new Map<
    string,
    { readonly type: string; readonly scope: string; readonly ids: Set<string> }
  >();
  for (const { entity, change } of changes.filter(({ error }) => error === null && access === 'WRITE')) {
    for (const { type, scope, id } of referencesOf(entity.fields, change.values, own)) {
      const target = targets.get(`${type} ${scope}`) ?? { type, scope, ids: new Set() };
      targets.set(`${type} ${scope}`, target);
      target.ids.add(id);
    }
  }
  const readable = [...targets.values()].filter(({ scope }) => canRead(viewer, scope));
  const existing = await Promise.all(
    readable.map(async ({ type, scope, ids }) => {
      const found = await transaction.existing(type, scope, [...ids]);
      return found.map((id) => referenceKey({ type, scope, id }));
    }),
  );
  return new Set(existing.flat());
}

interface SaveInput {
  readonly push: PreparedPush;
  readonly device: DeviceKey | null;
  readonly lastSeq: number;
  readonly writes: SaveBatch['writes'];
  /** Changes that were executed now. */
  readonly fresh: readonly PreparedChange[];
  readonly results: ReadonlyMap<PreparedChange, Settled>;
}

async function save(
  transaction: WriteTransaction,
  { push, device, lastSeq, writes, fresh, results }: SaveInput,
): Promise<{ readonly head: number }> {
  const receipts = fresh.flatMap((change) => {
    const settled = results.get(change);
    return change.seq === null || settled === undefined
      ? []
      : [{ seq: change.seq, hash: change.hash, ...settled }];
  });
  if (receipts.length === 0 && writes.length === 0) {
    return { head: 0 };
  }
  const last = Math.max(lastSeq, ...receipts.map(({ seq }) => seq));
  const row =
    device === null ? null : { ...device, lastSeq: last, acknowledged: push.device?.acknowledged ?? 0 };
  return transaction.save({ writes, device: row, receipts });
}

/** Positions are given in the order of the writes, the last one is the head. */
function stateReader(
  push: PreparedPush,
  draft: Draft,
  { writes, head }: { readonly writes: SaveBatch['writes']; readonly head: number },
): Attempt['stateOf'] {
  const positions = new Map(
    writes.map(({ type, row }, at) => [`${type} ${row.id}`, head - writes.length + at + 1]),
  );
  return ({ entity, change }) => {
    const state = canRead(push.viewer, push.scope) ? draft.get(entity.name, change.id) : null;
    const version = positions.get(`${entity.name} ${change.id}`);
    return state === null || version === undefined ? state : { ...state, version };
  };
}
