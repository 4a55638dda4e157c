import type { HeldCopies } from './copies.ts';
import type { Manifest } from './manifest.ts';
import type { RecordRef, Settlement, VisibleChanges, VisibleRecord } from './model.ts';
import { isChange } from './outbox.ts';
import { defaultValues, rebase } from './rebase.ts';
import { readRow } from './readable.ts';
import type { StoredDelta } from './recording.ts';
import { refOf } from './settle.ts';
import type { ChangeRow, Copy, HistoryRow, Meta, OutboxRow, ScopeRow, Segment } from './stored.ts';

/** A copy and where it belongs. */
export interface PlacedCopy {
  readonly type: string;
  readonly scope: string;
  readonly copy: Copy;
}

/** Settlements remembered for `settled()`. */
const SETTLED_KEPT = 2_000;

interface Slot {
  readonly ref: RecordRef;
  copy: Copy | undefined;
  /** By order; changes shown but not stored yet stand last. */
  changes: readonly ChangeRow[];
  visible: VisibleRecord | undefined;
  isStale: boolean;
}

/**
 * This tab's picture of the database in memory, and what is visible over it (I6). It changes only by what was read from or stored
 * in the database, and by changes shown while their transaction runs. An edit costs the same whatever is held.
 */
export class Replica implements HeldCopies {
  meta: Partial<Meta> = {};
  readonly scopes = new Map<string, ScopeRow>();
  readonly outbox = new Map<string, OutboxRow>();
  /** Changes that stand in the outbox as failed ones, because what is stored of them cannot be read. */
  readonly unreadable = new Set<string>();
  readonly history = new Map<string, HistoryRow>();
  readonly settled = new Map<string, Settlement>();
  private slots = new Map<string, Map<string, Map<string, Slot>>>();
  /** What was visible when somebody was told last; undefined when nobody was. */
  private readonly touched = new Map<Slot, VisibleRecord | undefined>();
  /** The same for the kept queries. */
  private readonly unindexed = new Map<Slot, VisibleRecord | undefined>();
  private readonly touchedTypes = new Set<string>();
  /** The log is being loaded: what comes is announced at its end, by type. */
  private isLoading = false;
  /** Meanwhile: records whose copies are what it will come to. */
  private preloaded: ReadonlySet<Slot> = new Set();
  private sortedOutbox: readonly OutboxRow[] | undefined;

  constructor(readonly manifest: Manifest) {}

  copy(ref: RecordRef): Copy | undefined {
    return this.slot(ref)?.copy;
  }

  *copies(type: string, scope: string): Iterable<Copy> {
    for (const slot of this.slots.get(type)?.get(scope)?.values() ?? [])
      if (slot.copy !== undefined) yield slot.copy;
  }

  hasChanges(ref: RecordRef): boolean {
    return this.changesOf(ref).length > 0;
  }

  changesOf(ref: RecordRef): readonly ChangeRow[] {
    return this.slot(ref)?.changes ?? [];
  }

  /** The same object until something in it changes. */
  visible(ref: RecordRef): VisibleRecord | undefined {
    const slot = this.slot(ref);
    return slot === undefined ? undefined : this.refresh(slot);
  }

  visibleOf(type: string, scope: string): readonly VisibleRecord[] {
    const records: VisibleRecord[] = [];
    for (const slot of this.slots.get(type)?.get(scope)?.values() ?? []) {
      const visible = this.refresh(slot);
      if (visible !== undefined) records.push(visible);
    }
    return records;
  }

  /** Scopes that hold a record of this id. */
  scopesHolding(type: string, id: string): readonly string[] {
    const scopes = [...(this.slots.get(type)?.entries() ?? [])];
    return scopes.filter(([, records]) => records.has(id)).map(([scope]) => scope);
  }

  /** All stored changes by order. The same array until one changes. */
  changes(): readonly OutboxRow[] {
    this.sortedOutbox ??= [...this.outbox.values()].sort((a, b) => a.order - b.order);
    return this.sortedOutbox;
  }

  /** What one transaction (or several) stored, as it stands now. */
  apply(delta: StoredDelta): void {
    Object.assign(this.meta, delta.meta);
    for (const row of delta.scopes) this.putScope(row);
    for (const id of delta.removedScopes) this.scopes.delete(id);
    for (const segment of delta.segments) this.applySegment(segment);
    for (const row of delta.changes) this.putChange(row);
    for (const change of delta.removedChanges) this.removeChange(change);
    this.applyHistory(delta);
    for (const settlement of delta.settled) this.remember(settlement);
  }

  private applyHistory({ history, historyPut, historyRemoved }: StoredDelta): void {
    if (history !== null) this.history.clear();
    for (const row of [...(history ?? []), ...historyPut]) this.history.set(row.id, row);
    for (const id of historyRemoved) this.history.delete(id);
  }

  /** Takes over copies that are as the whole log would leave them: what is loaded from here on leaves them alone. */
  preload(copies: readonly PlacedCopy[]): void {
    for (const { type, scope, copy } of copies) this.setCopy({ type, scope, id: copy.id }, copy);
    const slots = copies.map(({ type, scope, copy }) => this.slotFor({ type, scope, id: copy.id }));
    this.preloaded = new Set(slots);
  }

  isPreloaded(ref: RecordRef): boolean {
    const slot = this.slot(ref);
    return slot !== undefined && this.preloaded.has(slot);
  }

  applySegment({ type, scope, cleared, copies, removed }: Segment): void {
    if (cleared === true)
      for (const copy of [...this.copies(type, scope)]) this.setCopy({ type, scope, id: copy.id }, undefined);
    for (const id of removed) this.setCopy({ type, scope, id }, undefined);
    for (const copy of copies) this.setCopy({ type, scope, id: copy.id }, copy);
  }

  /** Shows a change while its transaction runs; also a stored one, from then on. */
  show(row: ChangeRow): void {
    const slot = this.slotFor(refOf(row));
    const others = slot.changes.filter((change) => change.change !== row.change);
    const last = others.at(-1);
    slot.changes =
      last === undefined || last.order <= row.order
        ? [...others, row]
        : [...others, row].sort((a, b) => a.order - b.order);
    this.touch(slot);
  }

  unshow(row: ChangeRow): void {
    const slot = this.slot(refOf(row));
    if (slot === undefined) return;
    slot.changes = slot.changes.filter((change) => change.change !== row.change);
    this.touch(slot);
  }

  /** Forgets what was stored, keeping what is shown only: everything is about to be loaded afresh. */
  forget(): void {
    this.preloaded = new Set();
    for (const row of [...this.outbox.values()]) this.removeChange(row.change);
    for (const [type, scopes] of this.slots) {
      for (const scope of scopes.keys())
        this.applySegment({ type, scope, cleared: true, copies: [], removed: [] });
    }
    this.scopes.clear();
    this.history.clear();
    this.meta = {};
  }

  beginLoading(): void {
    this.isLoading = true;
  }

  /** All records are there. They are announced by type only. */
  endLoading(): void {
    this.isLoading = false;
    this.preloaded = new Set();
    this.touched.clear();
    for (const type of Object.keys(this.manifest.types)) this.touchType(type);
  }

  touchType(type: string): void {
    this.touchedTypes.add(type);
  }

  /** Hands over what became of each record of these types that changed since the last call: before, and now. */
  eachReplaced(
    types: { has(type: string): boolean },
    tell: (type: string, before: VisibleRecord | undefined, after: VisibleRecord | undefined) => void,
  ): void {
    for (const [slot, before] of this.unindexed) {
      if (!types.has(slot.ref.type)) continue;
      const after = this.refresh(slot);
      if (before !== after) tell(slot.ref.type, before, after);
    }
    this.unindexed.clear();
  }

  /** What changed since the last call, or null. Records whose visible state came out the same are not in it. */
  takeTouched(): VisibleChanges | null {
    const records: RecordRef[] = [];
    for (const [slot, before] of this.touched) {
      const after = this.refresh(slot);
      if (before === undefined || before !== after) records.push(slot.ref);
    }
    this.touched.clear();
    const types = [...this.touchedTypes];
    this.touchedTypes.clear();
    return records.length === 0 && types.length === 0 ? null : { records, types };
  }

  private remember(settlement: Settlement): void {
    this.settled.set(settlement.change, settlement);
    if (this.settled.size <= SETTLED_KEPT) return;
    const oldest = this.settled.keys().next();
    if (oldest.done !== true) this.settled.delete(oldest.value);
  }

  private putScope(row: ScopeRow): void {
    const before = this.scopes.get(row.id);
    this.scopes.set(row.id, row);
    if (isContainingMore(before, row)) {
      for (const change of this.changes()) {
        if (change.scope === row.id && change.seq !== null && isChange(change))
          this.touch(this.slotFor(refOf(change)));
      }
    }
    if (before?.synced !== row.synced)
      for (const type of Object.keys(this.manifest.types)) this.touchType(type);
  }

  private putChange(stored: OutboxRow): void {
    const row = readRow(stored);
    if (row !== stored) this.unreadable.add(row.change);
    this.outbox.set(row.change, row);
    this.sortedOutbox = undefined;
    if (isChange(row)) this.show(row);
  }

  private removeChange(change: string): void {
    const row = this.outbox.get(change);
    if (row === undefined) return;
    this.outbox.delete(change);
    this.sortedOutbox = undefined;
    if (isChange(row)) this.unshow(row);
  }

  private setCopy(ref: RecordRef, copy: Copy | undefined): void {
    const slot = copy === undefined ? this.slot(ref) : this.slotFor(ref);
    if (slot === undefined || this.preloaded.has(slot)) return;
    slot.copy = copy === undefined ? undefined : this.complete(ref.type, copy);
    this.touch(slot);
  }

  /** A copy stored by an earlier version of the app may lack fields: they show their default until the type is pulled afresh. */
  private complete(name: string, copy: Copy): Copy {
    const type = this.manifest.types[name];
    if (type === undefined || Object.keys(type.fields).every((field) => field in copy.values)) return copy;
    return { ...copy, values: { ...defaultValues(type), ...copy.values } };
  }

  private refresh(slot: Slot): VisibleRecord | undefined {
    if (!slot.isStale) return slot.visible;
    const { ref, copy, changes } = slot;
    const type = this.manifest.types[ref.type];
    const executed = this.scopes.get(ref.scope)?.cursors[ref.type]?.executed ?? 0;
    slot.visible =
      type === undefined ? undefined : rebase({ ref, type, copy, changes, executed }, slot.visible);
    slot.isStale = false;
    if (copy === undefined && changes.length === 0) this.slots.get(ref.type)?.get(ref.scope)?.delete(ref.id);
    return slot.visible;
  }

  private touch(slot: Slot): void {
    slot.isStale = true;
    if (!this.isLoading && !this.touched.has(slot)) this.touched.set(slot, slot.visible);
    if (!this.unindexed.has(slot)) this.unindexed.set(slot, slot.visible);
    this.touchType(slot.ref.type);
  }

  private slot(ref: RecordRef): Slot | undefined {
    return this.slots.get(ref.type)?.get(ref.scope)?.get(ref.id);
  }

  private slotFor(ref: RecordRef): Slot {
    const scopes = this.slots.get(ref.type) ?? new Map<string, Map<string, Slot>>();
    this.slots.set(ref.type, scopes);
    const records = scopes.get(ref.scope) ?? new Map<string, Slot>();
    scopes.set(ref.scope, records);
    const known = records.get(ref.id);
    if (known !== undefined) return known;
    const slot: Slot = { ref, copy: undefined, changes: [], visible: undefined, isStale: true };
    records.set(ref.id, slot);
    return slot;
  }
}

/** Which own changes the copies contain differs: what is shown over them may too. */
function isContainingMore(before: ScopeRow | undefined, after: ScopeRow): boolean {
  return Object.entries(after.cursors).some(
    ([name, cursor]) => (before?.cursors[name]?.executed ?? 0) !== cursor.executed,
  );
}
