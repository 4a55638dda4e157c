import { dropOrphans, PLACES_A_TRANSACTION, type Core } from './core.ts';
import { EngineError } from './engine-error.ts';
import { conflictRows, conflictSides } from './listings.ts';
import type { Json, Values } from './manifest.ts';
import { mergeValue } from './merge-values.ts';
import { unnumbered } from './migrate.ts';
import type { RecordRef, SupersededChange, WriteInput } from './model.ts';
import { isChange, isEmpty, trimmed } from './outbox.ts';
import type { ChangeRow, Copy, OutboxRow } from './stored.ts';
import { fieldError, validateWrite } from './validate.ts';

/** What a person decides about conflicts, failed writes and lost values. Each decision is one strict transaction; any tab may. */
export class Decisions {
  constructor(
    private readonly core: Core,
    private readonly onStored: (scope: string) => void,
  ) {}

  /**
   * Queues one change with version = confirmed, base = theirs, in place of all that joined the conflict: what was held behind it, an
   * operation about the record above all, is sent after it. Only a number that is under way already keeps it behind.
   */
  async resolve(ref: RecordRef, decision: 'yours' | 'theirs' | Values): Promise<void> {
    const { replica, store } = this.core;
    const rows = conflictRows(replica, ref);
    if (!rows.some((row) => row.state === 'conflict')) throw notFound(`a conflict of ${ref.type} ${ref.id}`);
    const row = decision === 'theirs' ? null : this.decided(ref, decision);
    await store.commit('strict', async (tx) => {
      const current = await Promise.all(rows.map((old) => tx.change(old.change)));
      const gone = current.filter(
        (old) => old !== undefined && (old.state === 'conflict' || old.seq === null),
      );
      for (const old of gone) if (old !== undefined) tx.deleteChange(old.change);
      const place = gone.length === rows.length ? gone[0]?.order : undefined;
      const order = place ?? tx.counter * PLACES_A_TRANSACTION;
      if (row !== null && !isEmpty(row)) tx.putChange({ ...row, order });
      else dropOrphans(this.core, tx, rows);
    });
    this.onStored(ref.scope);
  }

  /** The same values again, under a new number, on the confirmed version; with the rest of its group. */
  async retry(change: string): Promise<void> {
    await this.requeue(this.groupOf(this.failedRow(change)));
  }

  async edit(change: string, values: Values): Promise<void> {
    const row = this.failedRow(change);
    if (!isChange(row))
      throw new EngineError('BAD_INPUT', 'NEVER', 'An operation is not edited: discard it and ask anew');
    const type = this.core.manifest.types[row.type];
    const input = { type: row.type, id: row.id, values: { ...row.values, ...values } };
    const error = validateWrite(input, type, { scope: row.scope, isCreation: row.version === null });
    if (error !== null) throw new EngineError('BAD_INPUT', 'NEVER', error.message);
    const shown = this.core.replica.visible(row)?.values ?? {};
    const base = { ...pick(shown, Object.keys(values)), ...row.base };
    await this.requeue(this.groupOf(row), (old) =>
      old.change === change && isChange(old) ? { ...old, values: input.values, base } : old,
    );
  }

  /** The server's value is shown again. */
  async discard(change: string): Promise<void> {
    const row = this.failedRow(change);
    await this.core.store.commit('strict', async (tx) => {
      const current = await tx.change(change);
      if (current?.state !== 'failed') return;
      tx.deleteChange(change);
      dropOrphans(this.core, tx, [current]);
    });
    this.onStored(row.scope);
  }

  /** The write that brings back what lost, as an edit of what is shown now. */
  restoring(id: string): WriteInput {
    const entry = this.lost(id);
    const fields = this.core.manifest.types[entry.ref.type]?.fields ?? {};
    const writable = entry.fields.filter(({ field }) => fields[field]?.writable === true);
    const deleted = entry.fields.find(({ field }) => field === 'deleted')?.yours;
    return {
      ...entry.ref,
      values: Object.fromEntries(writable.map(({ field, yours }) => [field, yours])),
      ...(typeof deleted === 'boolean' ? { deleted } : {}),
    };
  }

  /** Values that lost leave the list because a person says so, and for no other reason. */
  async dismiss(id: string): Promise<void> {
    this.lost(id);
    await this.forget(id);
  }

  async forget(id: string): Promise<void> {
    await this.core.store.commit('strict', (tx) => Promise.resolve(tx.deleteHistory(id)));
  }

  private decided(ref: RecordRef, decision: 'yours' | Values): ChangeRow {
    const { clock, random } = this.core.ports;
    const copy = this.core.replica.copy(ref);
    const now = clock.now();
    const { deleted, values } =
      decision === 'yours' ? this.yours(ref, copy) : { deleted: undefined, values: decision };
    const wasDeleted = typeof copy?.deletedAt === 'string';
    // Their deletion stands until a change takes it back.
    const wanted = deleted ?? (wasDeleted ? false : undefined);
    return trimmed({
      ...ref,
      change: random.id(),
      order: 0,
      state: 'pending',
      values,
      ...standing(copy, Object.keys(values)),
      ...(wanted === undefined ? {} : { deleted: wanted }),
      wasDeleted,
      editedAt: now,
      firstEditedAt: now,
      ...unnumbered(this.core.schema),
    });
  }

  /** Fields with a merger are rebased first, so that keeping yours does not throw away what theirs added. */
  private yours(ref: RecordRef, copy: Copy | undefined): { deleted: boolean | undefined; values: Values } {
    const { yours, base } = conflictSides(this.core.replica, ref);
    const { deleted, ...values } = yours;
    const fields = this.core.manifest.types[ref.type]?.fields ?? {};
    const entries = Object.entries(values).map(([name, value]): [string, Json] => {
      const field = fields[name];
      const theirs = copy?.values[name];
      if (field === undefined || theirs === undefined) return [name, value];
      const merged = mergeValue(field, { base: base[name], yours: value }, theirs);
      // A union may hold too many items, a merged text may be too long.
      return [name, fieldError(field, merged) === null ? merged : value];
    });
    return {
      deleted: typeof deleted === 'boolean' ? deleted : undefined,
      values: Object.fromEntries(entries),
    };
  }

  private async requeue(
    rows: readonly OutboxRow[],
    change: (row: OutboxRow) => OutboxRow = (row) => row,
  ): Promise<void> {
    const { replica, store } = this.core;
    await store.commit('strict', async (tx) => {
      for (const { change: name } of rows) {
        const current = await tx.change(name);
        if (current?.state !== 'failed') continue;
        const row = unanswered(change(current));
        tx.putChange(isChange(row) ? onConfirmed(row, replica.copy(row)) : row);
        replica.settled.delete(name);
      }
    });
    for (const scope of new Set(rows.map((row) => row.scope))) this.onStored(scope);
  }

  private lost(id: string): SupersededChange {
    const entry = this.core.replica.history.get(id);
    if (entry === undefined) throw notFound(`a history entry ${id}`);
    return entry;
  }

  private failedRow(change: string): OutboxRow {
    const row = this.core.replica.outbox.get(change);
    if (row?.state !== 'failed') throw notFound(`a failed write ${change}`);
    return row;
  }

  /** With what failed with it. */
  private groupOf(row: OutboxRow): readonly OutboxRow[] {
    if (!isChange(row) || row.group === undefined) return [row];
    const { scope, group } = row;
    const rows = this.core.replica.changes().filter(isChange);
    return rows.filter((other) => other.scope === scope && other.group === group && other.state === 'failed');
  }
}

/** Without a number: it takes a new one at its old place, so that what was held behind it still follows. */
function unanswered(row: OutboxRow): OutboxRow {
  const kept = Object.entries(row).filter(([name]) => !ANSWERED.includes(name));
  const fresh = { state: 'pending', seq: null, device: null, frozen: null } as const;
  return { ...(Object.fromEntries(kept) as unknown as OutboxRow), ...fresh };
}

/** What a row has from its last number. */
const ANSWERED: readonly string[] = ['error', 'failedAt', 'clockSetMs'];

function onConfirmed(row: ChangeRow, copy: Copy | undefined): ChangeRow {
  return { ...row, version: copy?.version ?? row.version, epoch: copy?.epoch ?? row.epoch };
}

/** Made on what the server confirmed. */
function standing(
  copy: Copy | undefined,
  names: readonly string[],
): Pick<ChangeRow, 'base' | 'version' | 'epoch'> {
  if (copy === undefined) return { base: {}, version: null, epoch: null };
  return { base: pick(copy.values, names), version: copy.version, epoch: copy.epoch };
}

function pick(values: Values, names: readonly string[]): Values {
  const known = names.filter((name) => Object.hasOwn(values, name));
  return Object.fromEntries(known.map((name) => [name, values[name] ?? null]));
}

function notFound(what: string): EngineError {
  return new EngineError('NOT_FOUND', 'NEVER', `There is not ${what} (any more)`);
}
