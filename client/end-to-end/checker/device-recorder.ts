import { classify } from '../../sync/errors.ts';
import type { Json } from '../../sync/manifest.ts';
import type { Transport, TransportRequest } from '../../sync/ports.ts';
import type { StoredDelta } from '../../sync/recording.ts';
import type { SyncStorage } from '../../sync/storage-port.ts';
import type { Copy, OutboxRow, ScopeRow, Segment } from '../../sync/stored.ts';
import type { DeviceFact, LogEvent, Place, RecordAt, ServerFailed } from './events.ts';
import { watchedStorage } from './watched-storage.ts';

interface Known {
  readonly place: Place;
  readonly row: OutboxRow;
  readonly scope: string;
  readonly seq: number | null;
  readonly frozen: string | null;
  readonly line: string | null;
}

/**
 * Writes down what completed transactions did to one device's database, whichever of its tabs they came from. Any storage can be
 * observed: one in memory, or IndexedDB in a page.
 */
export class DeviceRecorder {
  /** Changes that are in the outbox now. */
  readonly outbox = new Map<string, Known>();
  /** Changes that ever were, or never had to be. */
  private readonly stored = new Set<string>();
  /** Scopes as stored. */
  readonly scopes = new Map<string, ScopeRow>();
  private readonly copies = new Map<string, Map<string, { type: string; copy: Copy }>>();
  private readonly checkpoints = new Map<string, string>();
  /** The device's line of numbers. */
  private line: string | null = null;

  constructor(
    private readonly device: string,
    private readonly types: readonly string[],
    private readonly tell: (event: LogEvent) => void,
  ) {}

  /** The same storage, watched. `tab`: whose it is, where a device has several. */
  observe(storage: SyncStorage, tab?: string): SyncStorage {
    return watchedStorage(storage, (delta) => this.completed(delta, tab));
  }

  /** The same transport, watched: what the server fails at again and again may be passed over. */
  observeSending(transport: Transport): Transport {
    return {
      send: async (request) => {
        const answer = await transport.send(request);
        const pushed = numbersIn(request);
        if (pushed.seqs.length > 0 && classify(answer).class === 'serverError')
          this.note({ kind: 'serverFailed', ...pushed });
        return answer;
      },
      refreshToken: () => transport.refreshToken(),
    };
  }

  /** An event that no transaction tells of. */
  note(fact: DeviceFact): void {
    this.tell({ source: 'device', device: this.device, ...fact });
  }

  /**
   * Power was lost: what stands in the database now is what counts. A change that it does not hold any more, written ahead neither, was
   * undone: its write was not answered yet.
   */
  async rolledBack(storage: SyncStorage): Promise<void> {
    this.note({ kind: 'rolledBack' });
    this.copies.clear();
    this.scopes.clear();
    this.checkpoints.clear();
    const { counter, changes, scopes, ahead } = await storage.snapshot();
    await storage.loadRecords(counter, (segments) => segments.forEach((segment) => this.fold(segment)));
    for (const row of scopes) this.moved(row);
    for (const row of changes) this.placed(row);
    const held = [...changes, ...ahead.flatMap(({ rows }) => rows)].map(({ change }) =>
      change.replace('~', ''),
    );
    this.dropAllBut(new Set(held));
  }

  private dropAllBut(held: ReadonlySet<string>): void {
    for (const [change, { scope }] of this.outbox) {
      if (held.has(change)) continue;
      this.outbox.delete(change);
      this.note({ kind: 'placed', change, scope, place: 'undone' });
    }
  }

  /** The database was deleted, and that was shown: nothing of it can come back. */
  wiped(): void {
    for (const [change, { scope }] of this.outbox)
      this.note({ kind: 'placed', change, scope, place: 'lost' });
    for (const scope of this.scopes.keys()) this.note({ kind: 'forgotten', scope });
    this.outbox.clear();
    this.scopes.clear();
    this.copies.clear();
    this.checkpoints.clear();
    this.line = null;
  }

  /** The storage is a copy of that device's as it stands, and nothing of that is under way. */
  takeOver(original: DeviceRecorder): void {
    for (const [change, known] of original.outbox) this.outbox.set(change, known);
    for (const change of original.stored) this.stored.add(change);
    for (const [scope, row] of original.scopes) this.scopes.set(scope, row);
    for (const [scope, held] of original.copies) this.copies.set(scope, new Map(held));
    this.line = original.line;
    this.note({ kind: 'cloned', from: original.device, line: original.line });
  }

  /** A completed transaction has held this change, or there was nothing to hold. */
  hasStored(change: string): boolean {
    return this.stored.has(change);
  }

  /** What a write answered with has nothing to store. Edits of one write that undo each other answer with the same one: told once. */
  neverStored(change: string, scope: string): void {
    if (this.stored.has(change)) return;
    this.stored.add(change);
    this.note({ kind: 'placed', change, scope, place: 'withdrawn' });
  }

  /** The run's end. */
  end(): void {
    const listed = [...this.outbox].map(([change, { place }]) => ({
      change,
      place: place as 'pending' | 'failed' | 'conflict',
    }));
    this.note({ kind: 'listed', listed });
  }

  /** A transaction completed, or several did of which only the end is known. */
  completed(delta: StoredDelta, tab?: string): void {
    if (delta.meta.fence !== undefined && tab !== undefined) this.note({ kind: 'led', tab });
    this.renamed(delta);
    for (const segment of delta.segments) this.fold(segment);
    for (const row of delta.changes) this.placed(row, tab);
    for (const change of delta.removedChanges) this.removed(change, delta, tab);
    const moved = new Set(delta.segments.map(({ scope }) => scope));
    for (const row of delta.scopes) {
      this.moved(row);
      moved.add(row.id);
      if (Object.keys(row.cursors).length === 0 && row.epoch === null) this.forgot(row.id);
    }
    for (const scope of moved) this.lookForCheckpoint(scope);
  }

  private renamed({ meta: { device: line }, changes }: StoredDelta): void {
    if (line === undefined) return;
    const isUnknown = (row: OutboxRow): boolean =>
      row.state === 'failed' && row.error?.code === 'OUTCOME_UNKNOWN';
    const unknown = changes.filter(isUnknown).map(({ change }) => change);
    if (this.line !== null && this.line !== line) this.note({ kind: 'renamed', line: this.line, unknown });
    this.line = line;
  }

  private moved(row: ScopeRow): void {
    const { id, epoch } = row;
    if (epoch !== null && this.scopes.get(id)?.epoch !== epoch)
      this.note({ kind: 'epochStored', scope: id, epoch });
    this.scopes.set(id, row);
  }

  private forgot(scope: string): void {
    this.copies.delete(scope);
    this.checkpoints.delete(scope);
    this.note({ kind: 'forgotten', scope });
  }

  private placed(row: OutboxRow, tab?: string): void {
    const { change, state, scope, seq, frozen, device } = row;
    const before = this.outbox.get(change);
    this.stored.add(change);
    this.outbox.set(change, { place: state, row, scope, seq, frozen, line: device });
    if (before?.place !== state) this.notePlace(row);
    const isNew = before?.seq !== seq || before.frozen !== frozen || before.line !== device;
    if (seq !== null && isNew) this.noteNumber(row, seq, tab);
  }

  private noteNumber({ change, scope, frozen, device }: OutboxRow, seq: number, tab?: string): void {
    const by = tab === undefined ? {} : { tab };
    this.note({ kind: 'numbered', change, line: device ?? '', scope, seq, payload: frozen ?? '', ...by });
  }

  private notePlace(row: OutboxRow): void {
    const { change, state, scope } = row;
    const carried = row.operation === undefined && state === 'pending' ? { values: row.values } : {};
    const record = row.operation === undefined ? { record: { type: row.type, id: row.id }, ...carried } : {};
    const code = row.error === undefined || state !== 'failed' ? {} : { code: row.error.code };
    this.note({ kind: 'placed', change, place: state, scope, ...record, ...code });
  }

  private removed(change: string, { settled, historyPut }: StoredDelta, tab?: string): void {
    const known = this.outbox.get(change);
    if (known === undefined) return;
    this.outbox.delete(change);
    const end = settled.find((settlement) => settlement.change === change)?.outcome;
    const place = placeOf(end, known);
    const by = tab === undefined ? {} : { tab };
    const isListed = historyPut.some(({ ref, reason }) => reason === 'SUPERSEDED' && isOf(known.row, ref));
    const listed = place === 'superseded' ? { isListed } : {};
    this.note({ kind: 'placed', change, scope: known.scope, place, ...listed, ...by });
  }

  private fold({ type, scope, cleared, copies, removed }: Segment): void {
    const held = this.copies.get(scope) ?? new Map<string, { type: string; copy: Copy }>();
    this.copies.set(scope, held);
    if (cleared === true) for (const [key, { type: of }] of held) if (of === type) held.delete(key);
    for (const id of removed) held.delete(`${type}/${id}`);
    for (const copy of copies) held.set(`${type}/${copy.id}`, { type, copy });
  }

  /** All types stand at the head of one page: c. */
  private lookForCheckpoint(scope: string): void {
    const row = this.scopes.get(scope);
    if (row === undefined || row.epoch === null || row.checkpoint === null) return;
    const position = row.checkpoint;
    const isThere = this.types.every((type) => {
      const cursor = row.cursors[type];
      return (
        cursor !== undefined &&
        cursor.cursor !== null &&
        cursor.floor === null &&
        cursor.position === position
      );
    });
    if (!isThere) return;
    const records: RecordAt[] = [];
    for (const { type, copy } of this.copies.get(scope)?.values() ?? []) {
      if (copy.missing === true) continue;
      const { id, version, values, deletedAt } = copy;
      records.push({ type, id, version, values, deleted: deletedAt !== null });
    }
    const print = `${row.epoch} ${position} ${records.map(({ type, id, version }) => `${type}/${id}:${version}`).join()}`;
    if (this.checkpoints.get(scope) === print) return;
    this.checkpoints.set(scope, print);
    this.note({ kind: 'checkpoint', scope, epoch: row.epoch, position, records });
  }
}

function isOf(row: OutboxRow, { type, id }: { readonly type: string; readonly id: string }): boolean {
  return row.operation === undefined && row.type === type && row.id === id;
}

function placeOf(outcome: string | undefined, { seq }: Known): Place {
  if (outcome === undefined) return 'gone';
  if (outcome === 'SUPERSEDED') return 'superseded';
  return seq === null ? 'withdrawn' : 'confirmed';
}

/** Of a push or an operation; of other requests none. */
function numbersIn({ claim, variables }: TransportRequest): Omit<ServerFailed, 'kind'> {
  if (claim !== undefined) return { line: claim.device.id, scope: claim.scope, seqs: [claim.seq] };
  const { device, scope, ...rest } = variables;
  const changes = Object.entries(rest).flatMap(([name, value]) =>
    name.endsWith('Changes') ? (value as readonly { readonly seq: number }[]) : [],
  );
  const line = String((device as { readonly id?: Json } | undefined)?.id);
  return { line, scope: String(scope), seqs: changes.map(({ seq }) => seq) };
}
