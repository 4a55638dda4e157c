import { accessTo } from './access.ts';
import { checkChange } from './check-change.ts';
import { SyncError } from './errors.ts';
import { canonicalJson, isDeeperThan, isLargerThan } from './json.ts';
import {
  isId,
  isScope,
  MAX_CHANGE_BYTES,
  MAX_CHANGES_PER_PUSH,
  MAX_PUSH_BYTES,
  MAX_VALUE_DEPTH,
} from './limits.ts';
import type {
  Access,
  ChangeError,
  ChangeInput,
  DeviceInput,
  EntityModel,
  Json,
  PushRequest,
  Viewer,
} from './model.ts';
import type { Hash } from './ports.ts';

/** One change of a push, checked as far as it can be without the database. */
export interface PreparedChange {
  /** Its place in the answer. */
  readonly field: number;
  readonly index: number;
  readonly entity: EntityModel;
  readonly change: ChangeInput;
  /** Null: no number, so no receipt either. */
  readonly seq: number | null;
  /** What its receipt is bound to (R12); '' without a number. */
  readonly hash: string;
  /** Known before the database was asked. */
  readonly error: ChangeError | null;
}

export interface PreparedPush {
  readonly viewer: Viewer;
  readonly scope: string;
  readonly access: Access | null;
  readonly device: DeviceInput | null;
  /** In the order of execution: by seq, without a device as given. */
  readonly changes: readonly PreparedChange[];
  /** How many results each field of the request gets. */
  readonly sizes: readonly number[];
}

export interface PrepareContext {
  readonly entities: ReadonlyMap<string, EntityModel>;
  readonly hash: Hash;
  /** Server code may also set fields that clients may not (R29). */
  readonly isTrusted: boolean;
}

/**
 * Checks the operation as a whole (R10) and every change by itself.
 *
 * @throws SyncError BAD_INPUT when the fields do not make one push; TOO_LARGE above 1,000 changes or 2 MB.
 */
export function preparePush(context: PrepareContext, request: PushRequest): PreparedPush {
  const { viewer, fields } = request;
  const scope = oneScope(request);
  const device = oneDevice(request);
  const count = fields.reduce((sum, { changes }) => sum + changes.length, 0);
  if (count > MAX_CHANGES_PER_PUSH) {
    throw new SyncError(
      'TOO_LARGE',
      'NEVER',
      `A push holds at most ${MAX_CHANGES_PER_PUSH} changes. Split it.`,
    );
  }
  const payloads = fields.map(({ changes }) => changes.map(({ payload }) => payloadText(payload)));
  const length = payloads.flat().reduce((sum, payload) => sum + payload.length, 0);
  if (length > MAX_PUSH_BYTES) {
    throw new SyncError('TOO_LARGE', 'NEVER', 'A push holds at most 2 MB. Split it.');
  }
  const changes = fields.flatMap(({ type, changes: given }, field) =>
    given.map((change, index) => {
      const entity = entityOf(context, type);
      const text = payloads[field]?.[index] ?? '';
      return { field, index, ...prepareChange(context, { entity, change, scope, text, device }) };
    }),
  );
  if (device !== null) {
    checkNumbers(changes);
    changes.sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
  }
  return {
    viewer,
    scope,
    access: accessTo(viewer, scope),
    device,
    changes,
    sizes: fields.map((field) => field.changes.length),
  };
}

/** The payload's one spelling. One nested too deeply is refused below; walking it could exhaust the stack. */
function payloadText(payload: Json): string {
  return isDeeperThan(payload, MAX_VALUE_DEPTH + 2) ? '"nested too deeply"' : canonicalJson(payload);
}

function entityOf({ entities }: PrepareContext, type: string): EntityModel {
  const entity = entities.get(type);
  if (entity === undefined) {
    throw new SyncError('BAD_INPUT', 'NEVER', `There is no synced type ${type}.`);
  }
  return entity;
}

function oneScope({ viewer, fields }: PushRequest): string {
  const [scope = viewer.ownScope, ...others] = new Set(fields.map((field) => field.scope ?? viewer.ownScope));
  if (others.length > 0) {
    throw new SyncError('BAD_INPUT', 'NEVER', 'All upsert fields of a document name the same scope (R10).');
  }
  if (!isScope(scope)) {
    throw new SyncError('SCOPE_FORBIDDEN', 'NEVER', 'You have no access to this scope.');
  }
  return scope;
}

function oneDevice({ fields }: PushRequest): DeviceInput | null {
  const [first] = fields.map(({ device }) => device);
  const isSame = fields.every(({ device }) => canonicalJson(spell(device)) === canonicalJson(spell(first)));
  if (!isSame) {
    throw new SyncError('BAD_INPUT', 'NEVER', 'All upsert fields of a document name the same device.');
  }
  if (first === undefined) {
    return null;
  }
  if (!isId(first.id) || !Number.isFinite(first.sentAt) || !isCount(first.acknowledged)) {
    throw new SyncError(
      'BAD_INPUT',
      'NEVER',
      'device needs an id of A-Z a-z 0-9 _ -, a time sentAt and a count acknowledged.',
    );
  }
  return first;
}

function spell(device: DeviceInput | undefined): Json {
  return device === undefined ? null : [device.id, device.epoch ?? null, device.sentAt, device.acknowledged];
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

interface Received {
  readonly entity: EntityModel;
  readonly change: ChangeInput;
  readonly scope: string;
  /** The payload, canonical. */
  readonly text: string;
  readonly device: DeviceInput | null;
}

function prepareChange(
  { hash, isTrusted }: PrepareContext,
  { entity, change, scope, text, device }: Received,
): Omit<PreparedChange, 'field' | 'index'> {
  const seq = device !== null && isCount(change.seq ?? -1) && change.seq !== 0 ? (change.seq ?? null) : null;
  const error = isLargerThan(text, MAX_CHANGE_BYTES)
    ? { code: 'TOO_LARGE' as const, message: 'A change holds at most 256 kB.', field: null }
    : checkChange(entity, change, { scope, isTrusted, needsSeq: device !== null });
  return { entity, change, seq, hash: seq === null ? '' : hash(`${entity.name}\n${text}`), error };
}

/** Numbers rise within each list, and no number is given twice in a push (R12). */
function checkNumbers(changes: readonly PreparedChange[]): void {
  const seen = new Set<number>();
  let before: PreparedChange | null = null;
  for (const change of changes) {
    if (change.seq === null) {
      continue;
    }
    const isRising = before?.field !== change.field || (before.seq ?? 0) < change.seq;
    if (seen.has(change.seq) || !isRising) {
      throw new SyncError(
        'BAD_INPUT',
        'NEVER',
        'seq rises from change to change; none is given twice (R12).',
      );
    }
    seen.add(change.seq);
    before = change;
  }
}
