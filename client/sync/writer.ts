import { knownScopes, PLACES_A_TRANSACTION, type Core } from './core.ts';
import type { TypeManifest, Values } from './manifest.ts';
import type {
  ChangeError,
  OperationInput,
  OperationResult,
  RecordRef,
  VisibleRecord,
  WriteInput,
  WriteResult,
} from './model.ts';
import { unnumbered } from './migrate.ts';
import { coalesce, isChange, isEmpty, refKey, trimmed } from './outbox.ts';
import { defaultValues } from './rebase.ts';
import { refOf } from './settle.ts';
import type { WriteTransaction } from './storage-port.ts';
import type { AheadRow, ChangeRow, OperationRow, OutboxRow } from './stored.ts';
import { validateWrite } from './validate.ts';

/** A place after every stored change, for one that is shown while its transaction runs. */
const LAST_PLACES = Number.MAX_SAFE_INTEGER - 1_000_000;

interface Storing {
  readonly row: OutboxRow;
  readonly resolve: (change: string) => void;
  readonly reject: (error: unknown) => void;
}

/** What one tick wrote: stored in one transaction, or not at all. */
interface Tick {
  readonly storing: Storing[];
  /** Earlier ones whose records it was written over while they were shown and not stored yet. */
  readonly on: Set<Tick>;
  /** Why nothing of it was stored; null when all of it was. */
  readonly failure: Promise<{ readonly error: unknown } | null>;
}

interface Known {
  readonly ref: RecordRef;
  readonly shown: VisibleRecord | undefined;
  readonly isCreation: boolean;
}

/**
 * Local writes: shown at once, durable before they answer (I13). All writes of one tick share one strict transaction. What was written
 * over something that could not be stored is not stored either: its bases would be values that never were.
 */
export class Writer {
  private tick: Tick | null = null;
  /** By record: the last tick that shows something of it and has not stored it yet. */
  private readonly shownBy = new Map<string, Tick>();
  private shownCount = 0;
  private storing = 0;

  constructor(
    private readonly core: Core,
    private readonly events: {
      /** The replica shows something new. */
      onShown(): void;
      onStored(scopes: ReadonlySet<string>): void;
    },
  ) {}

  /** Something is shown that may not be stored yet. */
  get isStoring(): boolean {
    return this.storing > 0;
  }

  async write(inputs: readonly WriteInput[]): Promise<readonly WriteResult[]> {
    // A tick's worth is gathered before anything is awaited: one call is one transaction.
    const answers = inputs.map((input) => this.begin(input));
    return Promise.all(answers);
  }

  /** Takes its place after what the same tick wrote before it. */
  async queue({
    scope = this.core.ownScope,
    name,
    text,
    variables,
  }: OperationInput): Promise<OperationResult> {
    const error = this.accessError(scope);
    if (error !== null) return { outcome: 'REJECTED', error };
    const operation = { name, text, variables };
    const change = await this.store({
      scope,
      operation,
      ...this.unsent(),
      change: this.core.ports.random.id(),
    });
    return { outcome: 'QUEUED', change };
  }

  private begin(input: WriteInput): Promise<WriteResult> {
    const scope = this.scopeOf(input);
    const ref: RecordRef = { type: input.type, scope, id: input.id };
    const type = Object.hasOwn(this.core.manifest.types, input.type)
      ? this.core.manifest.types[input.type]
      : undefined;
    const shown = this.core.replica.visible(ref);
    // Whoever names what stood there has seen the record, though this device does not hold it (any more).
    const isBased = input.version !== undefined || Object.keys(input.base ?? {}).length > 0;
    const isCreation = shown === undefined && !isBased;
    const error = validateWrite(input, type, { scope, isCreation }) ?? this.accessError(scope);
    if (error !== null || type === undefined) return Promise.resolve(rejected(ref, error));
    const row = trimmed(this.rowFor(input, { ref, shown, isCreation }));
    if (isEmpty(row)) return Promise.resolve(this.answerEmpty(row, type));
    // First to the disk, then to the screen: what draws it may take its time.
    const stored = this.store(row);
    this.core.replica.show(row);
    this.events.onShown();
    return stored.then((change) => this.queued(ref, change, type));
  }

  private store(row: OutboxRow): Promise<string> {
    const tick = (this.tick ??= this.newTick());
    if (isChange(row)) {
      const key = refKey(row);
      const before = this.shownBy.get(key);
      if (before !== undefined && before !== tick) tick.on.add(before);
      this.shownBy.set(key, tick);
    }
    return new Promise((resolve, reject) => void tick.storing.push({ row, resolve, reject }));
  }

  private newTick(): Tick {
    this.storing += 1;
    const failure = Promise.resolve().then(() => this.storeTick(tick));
    const tick: Tick = { storing: [], on: new Set(), failure };
    return tick;
  }

  private async storeTick(tick: Tick): Promise<{ readonly error: unknown } | null> {
    this.tick = null;
    const { replica, store } = this.core;
    const rows = tick.storing.map(({ row }) => row);
    const unshow = (): void => {
      for (const row of rows) if (isChange(row)) replica.unshow(row);
    };
    const ahead = { key: this.core.ports.random.id(), rows };
    const work = async (tx: WriteTransaction, isAhead: () => boolean): Promise<readonly string[]> => {
      await allStored(tick.on);
      return this.takeOver(tx, ahead, isAhead);
    };
    try {
      const stored = await store.commitAhead(ahead, work, unshow);
      for (const [index, change] of stored.entries()) tick.storing[index]?.resolve(change);
      this.events.onStored(new Set(rows.map(({ scope }) => scope)));
      return null;
    } catch (error) {
      unshow();
      this.events.onShown();
      for (const { reject } of tick.storing) reject(error);
      return { error };
    } finally {
      this.storing -= 1;
      for (const [key, last] of this.shownBy) if (last === tick) this.shownBy.delete(key);
    }
  }

  /** Stores what a tab that is gone wrote ahead. It may only have been slow: it then learns what became of it. */
  async recover(tx: WriteTransaction, key: string): Promise<void> {
    const left = await tx.ahead(key);
    if (left === undefined) return;
    if (left.changes !== undefined) return tx.deleteAhead(key);
    const changes = this.storeAll(tx, left.rows, await lastChanges(tx, left.rows));
    tx.putAhead({ key, rows: [], changes });
  }

  private async takeOver(
    tx: WriteTransaction,
    { key, rows }: AheadRow,
    isAhead: () => boolean,
  ): Promise<readonly string[]> {
    const [written, last] = await Promise.all([tx.ahead(key), lastChanges(tx, rows)]);
    // Put there and gone: a tab stored it in this one's stead, long ago. It may be sent by now.
    if (written === undefined && isAhead()) return rows.map(storedName);
    if (written !== undefined) tx.deleteAhead(key);
    return written?.changes ?? this.storeAll(tx, rows, last);
  }

  /** Each edit joins the scope's last change or becomes one of its own. Answers with the change that carries it. */
  private storeAll(
    tx: WriteTransaction,
    rows: readonly OutboxRow[],
    last: Map<string, OutboxRow | undefined>,
  ): readonly string[] {
    const changes: string[] = [];
    for (const [index, row] of rows.entries()) {
      const before = last.get(row.scope);
      const stored = this.joined(before, row) ?? {
        ...row,
        order: tx.counter * PLACES_A_TRANSACTION + index,
        change: storedName(row),
      };
      changes.push(stored.change);
      last.set(row.scope, stored);
      if (!isChange(stored) || !isEmpty(stored)) {
        tx.putChange(stored);
        continue;
      }
      tx.deleteChange(stored.change);
      tx.tellSettled({
        ref: refOf(stored),
        change: stored.change,
        outcome: 'APPLIED',
        conflicts: [],
        error: null,
      });
      last.delete(row.scope);
    }
    return changes;
  }

  /** Nothing joins across an operation. */
  private joined(before: OutboxRow | undefined, row: OutboxRow): ChangeRow | null {
    if (before === undefined || !isChange(before) || !isChange(row)) return null;
    return coalesce(before, row, this.core.options.coalesceMs);
  }

  private rowFor(input: WriteInput, known: Known): ChangeRow {
    return {
      ...known.ref,
      ...this.unsent(),
      change: `${this.core.ports.random.id()}${SHOWN_ONLY}`,
      values: input.values,
      ...this.footing(input, known),
      ...(input.deleted === undefined ? {} : { deleted: input.deleted }),
      wasDeleted: typeof known.shown?.deletedAt === 'string',
      ...(input.group === undefined ? {} : { group: input.group }),
    };
  }

  private unsent(): Omit<OperationRow, 'change' | 'scope' | 'operation'> {
    const now = this.core.ports.clock.now();
    const order = LAST_PLACES + (this.shownCount++ % 1_000_000);
    const times = { editedAt: now, firstEditedAt: now };
    return { order, state: 'pending', ...times, ...unnumbered(this.core.schema) };
  }

  /** What the edit was made on: nothing for a creation, 0 for one that is not confirmed yet. */
  private footing(
    input: WriteInput,
    { ref, shown, isCreation }: Known,
  ): Pick<ChangeRow, 'base' | 'version' | 'epoch'> {
    if (isCreation) return { base: {}, version: null, epoch: null };
    const copy = this.core.replica.copy(ref);
    const version = input.version ?? copy?.version ?? 0;
    return { base: baseOf(input, shown?.values ?? {}), version, epoch: copy?.epoch ?? null };
  }

  /** Of the record the device holds, the own scope first; else the viewer's own. */
  private scopeOf({ type, id, scope }: WriteInput): string {
    const { manifest, ownScope, replica } = this.core;
    if (scope !== undefined) return scope;
    const fixed = Object.hasOwn(manifest.types, type) ? manifest.types[type]?.scope : undefined;
    if (fixed !== undefined) return fixed;
    const holding = replica.scopesHolding(type, id);
    return holding.includes(ownScope) ? ownScope : (holding[0] ?? ownScope);
  }

  private accessError(scope: string): ChangeError | null {
    if (this.core.replica.meta.viewer === undefined) return null;
    const access = knownScopes(this.core).find((known) => known.id === scope)?.access;
    if (access === 'WRITE') return null;
    const message = access === 'READ' ? `${scope} may only be read` : `The viewer has no scope ${scope}`;
    return { code: 'SCOPE_FORBIDDEN', message, field: 'scope' };
  }

  /** Nothing differs from what is shown: there is nothing to store or to send. */
  private answerEmpty(row: ChangeRow, type: TypeManifest): WriteResult {
    const change = storedName(row);
    const ref = refOf(row);
    this.core.replica.settled.set(change, { ref, change, outcome: 'APPLIED', conflicts: [], error: null });
    return this.queued(ref, change, type);
  }

  private queued(ref: RecordRef, change: string, type: TypeManifest): WriteResult {
    const visible = this.core.replica.visible(ref);
    const at = new Date(this.core.ports.clock.now()).toISOString();
    const times = { createdAt: at, updatedAt: at, deletedAt: at };
    const record = visible ?? { ...ref, version: 0, ...times, values: defaultValues(type), state: 'SYNCED' };
    return { outcome: 'QUEUED', ref, change, record };
  }
}

/** Throws what one of them failed with. They had their turn: nothing of them is under way. */
async function allStored(ticks: ReadonlySet<Tick>): Promise<void> {
  for (const { failure } of ticks) {
    const failed = await failure;
    if (failed !== null) throw failed.error;
  }
}

/** By scope. */
async function lastChanges(
  tx: WriteTransaction,
  rows: readonly OutboxRow[],
): Promise<Map<string, OutboxRow | undefined>> {
  const scopes = [...new Set(rows.map((row) => row.scope))];
  const found = await Promise.all(scopes.map((scope) => tx.lastChange(scope)));
  return new Map(scopes.map((scope, index) => [scope, found[index]]));
}

/** A change that is only shown has another name than the stored one: the two replace each other in one step. */
const SHOWN_ONLY = '~';

function storedName(row: OutboxRow): string {
  return row.change.replace(SHOWN_ONLY, '');
}

function baseOf(input: WriteInput, shown: Values): Values {
  const isGiven = input.base !== undefined || input.version !== undefined;
  const source = isGiven ? (input.base ?? {}) : shown;
  const names = Object.keys(input.values).filter((name) => Object.hasOwn(source, name));
  return Object.fromEntries(names.map((name) => [name, source[name] ?? null]));
}

function rejected(ref: RecordRef, error: ChangeError | null): WriteResult {
  const fallback: ChangeError = {
    code: 'BAD_INPUT',
    message: `There is no synced type ${ref.type}`,
    field: null,
  };
  return { outcome: 'REJECTED', ref, error: error ?? fallback };
}
