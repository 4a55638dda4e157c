/** What a push's answer does to the device (R9, R12, R23; error classes of correctness.md). Pure. */
import { canReplace, FRESH_CURSOR, takenBack, withoutCursors, type HeldCopies } from './copies.ts';
import type { Manifest, Values } from './manifest.ts';
import { isSame } from './merge-values.ts';
import type { ChangeError, Outcome, RecordRef, Settlement, SupersededChange } from './model.ts';
import { refKey } from './outbox.ts';
import type { ChangeRow, Copy, OutboxRow, ScopeRow } from './stored.ts';
import { copyOf, type PushPayload, type PushResult } from './wire.ts';

export interface SettleInput {
  readonly manifest: Manifest;
  /** As stored now, read inside the settling transaction. */
  readonly stored: ScopeRow;
  readonly payloads: Readonly<Record<string, PushPayload>>;
  /** The rows that were sent and still are in the outbox, numbered as they were sent. */
  readonly rows: readonly ChangeRow[];
  readonly held: HeldCopies;
  /** Wall clock, milliseconds. */
  readonly now: number;
}

export type SettlePlan =
  /** From before a restore: nothing is stored, the same numbers go out again. */
  | { readonly kind: 'lowerEpoch' }
  | {
      readonly kind: 'store';
      readonly scope: ScopeRow;
      readonly copies: readonly { readonly ref: RecordRef; readonly copy: Copy }[];
      readonly removed: readonly string[];
      readonly changed: readonly ChangeRow[];
      readonly history: readonly Omit<SupersededChange, 'id' | 'at'>[];
      readonly settlements: readonly Settlement[];
      /** The storage was cloned or rolled back: a new device id is needed. */
      readonly needsDevice: boolean;
    };

export function planSettle(input: SettleInput): SettlePlan {
  const { payloads, stored } = input;
  const epoch = Object.values(payloads)[0]?.epoch ?? stored.epoch ?? '';
  const scope = inEpoch(stored, epoch);
  if (scope === null) return { kind: 'lowerEpoch' };
  const plan = new Plan({ ...input, stored: scope }, epoch);
  for (const payload of Object.values(payloads)) for (const result of payload.results) plan.add(result);
  return plan.finish();
}

/** Gathers the effects of one answer, result by result. */
class Plan {
  private readonly copies = new Map<string, { ref: RecordRef; copy: Copy }>();
  private readonly removed: string[] = [];
  private readonly changed: ChangeRow[] = [];
  private readonly history: Omit<SupersededChange, 'id' | 'at'>[] = [];
  private readonly settlements: Settlement[] = [];
  private readonly bySeq: ReadonlyMap<number, ChangeRow>;
  private readonly lastSeq: number;
  private needsDevice = false;

  constructor(
    private readonly input: SettleInput,
    private readonly epoch: string,
  ) {
    this.bySeq = new Map(input.rows.map((row) => [row.seq ?? 0, row]));
    this.lastSeq = Math.max(0, ...this.bySeq.keys());
  }

  add(result: PushResult): void {
    const row = this.bySeq.get(result.seq ?? 0);
    // Not in the outbox any more: an earlier answer settled it.
    if (row === undefined) return;
    this.confirm(row, result);
    switch (result.outcome) {
      case 'APPLIED':
      case 'MERGED':
        return this.remove(row, result, result.outcome);
      case 'SUPERSEDED':
        this.history.push({ ref: refOf(row), reason: 'SUPERSEDED', fields: lostFields(row, result) });
        return this.remove(row, result, 'SUPERSEDED');
      case 'CONFLICT':
        this.changed.push({
          ...row,
          state: 'conflict',
          conflicts: result.conflicts,
          failedAt: this.input.now,
        });
        return this.tell(row, result, { outcome: 'CONFLICT', error: null });
      case 'REJECTED':
        return this.refuse(row, result);
    }
  }

  finish(): Extract<SettlePlan, { kind: 'store' }> {
    return {
      kind: 'store',
      scope: this.input.stored,
      copies: [...this.copies.values()],
      removed: this.removed,
      changed: this.changed,
      history: this.history,
      settlements: this.settlements,
      needsDevice: this.needsDevice,
    };
  }

  /** R9: never over a newer copy; without a copy, not at or below what the type's deltas have passed (it may be purged). */
  private confirm(row: ChangeRow, { record }: PushResult): void {
    const type = this.input.manifest.types[row.type];
    if (record === null || type === undefined) return;
    const ref = refOf(row);
    const held = this.heldCopy(ref);
    const origin = { epoch: this.epoch, cycle: held?.cycle ?? 0, executed: this.lastSeq };
    const copy = copyOf(record, type, origin);
    if (!this.isNews(row.type, held, copy)) return;
    const lost = takenBack(ref, held, copy);
    if (lost !== null) this.history.push(lost);
    this.copies.set(refKey(ref), { ref, copy });
  }

  /** A tombstone resurrects nothing: it is taken in any case, so that a decision about it can be made on it. */
  private isNews(type: string, held: Copy | undefined, copy: Copy): boolean {
    if (held !== undefined) return canReplace(held, copy);
    if (copy.deletedAt !== null) return true;
    return copy.version > (this.input.stored.cursors[type] ?? FRESH_CURSOR).position;
  }

  private heldCopy(ref: RecordRef): Copy | undefined {
    return this.copies.get(refKey(ref))?.copy ?? this.input.held.copy(ref);
  }

  private refuse(row: ChangeRow, result: PushResult): void {
    const error: ChangeError = result.error ?? {
      code: 'BAD_INPUT',
      message: 'Refused without a reason',
      field: null,
    };
    if (isRevocable(error)) return this.fail(row, result, unknownOutcome(error));
    if (!isLineBroken(error)) return this.fail(row, result, error);
    this.needsDevice = true;
    if (this.isShownByRecord(row, result)) return this.remove(row, result, 'APPLIED');
    return this.fail(row, result, unknownOutcome(error));
  }

  private fail(row: ChangeRow, result: PushResult, error: ChangeError): void {
    this.changed.push({ ...row, state: 'failed', error, failedAt: this.input.now });
    this.tell(row, result, { outcome: 'REJECTED', error });
  }

  private isShownByRecord(row: ChangeRow, { record }: PushResult): boolean {
    const copy = this.heldCopy(refOf(row));
    const values = record ?? copy?.values;
    if (values === undefined) return false;
    const deletedAt = record === null ? copy?.deletedAt : record['deletedAt'];
    const isDeleted = typeof deletedAt === 'string';
    const isAsDeleted = row.deleted === undefined || row.deleted === isDeleted;
    return isAsDeleted && Object.keys(row.values).every((name) => this.isShownIn(values, row, name));
  }

  /** A counter does not show whose additions it holds. */
  private isShownIn(values: Values, row: ChangeRow, name: string): boolean {
    const merger = this.input.manifest.types[row.type]?.fields[name]?.merger;
    return merger !== 'counter' && isSame(values[name], row.values[name]);
  }

  private remove(row: ChangeRow, result: PushResult, outcome: Outcome): void {
    this.removed.push(row.change);
    this.tell(row, result, { outcome, error: null });
  }

  private tell(row: ChangeRow, result: PushResult, end: Pick<Settlement, 'outcome' | 'error'>): void {
    this.settlements.push(settlementOf(row, { conflicts: result.conflicts, ...end }));
  }
}

export function refOf(row: ChangeRow): RecordRef {
  return { type: row.type, scope: row.scope, id: row.id };
}

/** How one row of the outbox ended, for whoever waits for it. */
export function settlementOf(row: OutboxRow, end: Omit<Settlement, 'ref' | 'change'>): Settlement {
  return { ref: row.operation === undefined ? refOf(row) : null, change: row.change, ...end };
}

/** An answer of this epoch as seen from the scope: null when it is from before a restore; a higher one drops all cursors (R9). */
export function inEpoch(stored: ScopeRow, epoch: string): ScopeRow | null {
  if (stored.epoch !== null && epoch < stored.epoch) return null;
  const isRaised = stored.epoch !== null && epoch > stored.epoch;
  return { ...(isRaised ? withoutCursors(stored) : stored), epoch };
}

/** Numbers that the server knows otherwise: the storage was cloned or rolled back, so this device needs another id (R12). */
export function isLineBroken({ code }: ChangeError): boolean {
  return code === 'SEQ_REUSED' || code === 'STALE_SEQ';
}

/**
 * It leaves no receipt (R12): a copy of the request that is under way still takes effect should access come back, so that this
 * refusal is no end that a person can rely on (I12).
 */
export function isRevocable({ code }: ChangeError): boolean {
  return code === 'SCOPE_FORBIDDEN';
}

/** What a person is told about a sent change whose number the server knows otherwise, or may yet take. */
export function unknownOutcome({ code, message }: ChangeError): ChangeError {
  const why = `Whether the server took this change cannot be known (${code}: ${message})`;
  return { code: 'OUTCOME_UNKNOWN', message: why, field: null, refusal: code };
}

/** What of a superseded change was lost; all of it when the server does not say. */
function lostFields(row: ChangeRow, { conflicts, record }: PushResult): SupersededChange['fields'] {
  const lost = conflicts.filter((conflict) => conflict.kept === 'THEIRS' || conflict.kept === 'MERGED');
  if (lost.length > 0) return lost;
  return Object.entries(row.values).map(([field, yours]) => ({
    field,
    base: row.base[field] ?? null,
    yours,
    theirs: record?.[field] ?? null,
    kept: 'THEIRS',
  }));
}
