import { memoryStorage, type MemoryDatabase } from '../storage/memory-storage.ts';
import type { Manifest } from '../sync/manifest.ts';
import type { RecordRef, Settlement, VisibleRecord } from '../sync/model.ts';
import { isChange, refKey } from '../sync/outbox.ts';
import { rebase } from '../sync/rebase.ts';
import type { AheadRow, Copy, HistoryRow, OutboxRow, Segment } from '../sync/stored.ts';

const ENDS: readonly Settlement['outcome'][] = ['APPLIED', 'MERGED', 'SUPERSEDED'];

/**
 * Keeps the books of one device (I12): at every completed transaction each change that was ever accepted is in exactly one place: in
 * the outbox (pending, failed or in conflict), or settled; one that was superseded stands in the history, too.
 */
export class DeviceLedger {
  /** What did not add up, in words; empty when all did. */
  readonly violations: string[] = [];
  private readonly accepted = new Set<string>();
  private readonly settled = new Map<string, Settlement['outcome']>();

  constructor(private readonly database: MemoryDatabase) {
    const completed = database.completed.bind(database);
    database.completed = (mode, undo) => {
      completed(mode, undo);
      if (mode !== 'read') this.balance();
    };
  }

  /** A completed transaction has stored this change. */
  knows(change: string): boolean {
    return this.accepted.has(change);
  }

  private balance(): void {
    const outbox = new Set([...this.rows<OutboxRow>('outbox').map(({ change }) => change), ...this.ahead()]);
    for (const { settled } of this.rows<{ settled: readonly Settlement[] }>('log'))
      for (const { change, outcome } of settled)
        if (ENDS.includes(outcome)) this.settled.set(change, outcome);
    for (const change of outbox) this.accepted.add(change);
    for (const change of this.accepted) {
      if (outbox.has(change) === this.settled.has(change))
        this.violations.push(`${change} is ${outbox.has(change) ? 'settled and in the outbox' : 'nowhere'}`);
    }
    const listed = this.rows<HistoryRow>('history').filter(({ reason }) => reason === 'SUPERSEDED').length;
    const superseded = [...this.settled.values()].filter((outcome) => outcome === 'SUPERSEDED').length;
    if (listed !== superseded)
      this.violations.push(`${superseded} changes were superseded, the history lists ${listed}`);
  }

  /** What a power cut took out of the outbox stands where it was written ahead, and is recovered from there. */
  private ahead(): readonly string[] {
    const rows = this.rows<AheadRow>('ahead').flatMap((row) => row.rows);
    return rows.map(({ change }) => change.replace('~', '')).filter((change) => this.accepted.has(change));
  }

  private rows<T>(table: keyof MemoryDatabase['tables']): readonly T[] {
    return [...(this.database.tables[table]?.values() ?? [])] as T[];
  }
}

/** I6: what each record must look like by what stands in the database now: its confirmed copy, with the own changes put over it. */
export async function visibleByStorage(
  database: MemoryDatabase,
  manifest: Manifest,
): Promise<readonly VisibleRecord[]> {
  const storage = memoryStorage(database);
  const { counter, changes, scopes } = await storage.snapshot();
  const copies = new Map<string, { ref: RecordRef; copy: Copy | undefined }>();
  await storage.loadRecords(counter, (segments) => segments.forEach((segment) => fold(copies, segment)));
  const edits = changes.filter(isChange);
  for (const { type, scope, id } of edits) {
    const ref = { type, scope, id };
    if (!copies.has(refKey(ref))) copies.set(refKey(ref), { ref, copy: undefined });
  }
  return [...copies.values()].flatMap(({ ref, copy }) => {
    const type = manifest.types[ref.type];
    const own = edits.filter((row) => refKey(row) === refKey(ref));
    const executed = scopes.find(({ id }) => id === ref.scope)?.cursors[ref.type]?.executed ?? 0;
    const visible = type === undefined ? undefined : rebase({ ref, type, copy, changes: own, executed });
    return visible === undefined ? [] : [visible];
  });
}

function fold(
  copies: Map<string, { ref: RecordRef; copy: Copy | undefined }>,
  { type, scope, cleared, copies: added, removed }: Segment,
): void {
  const refOf = (id: string): RecordRef => ({ type, scope, id });
  if (cleared === true)
    for (const [key, { ref }] of copies) if (ref.type === type && ref.scope === scope) copies.delete(key);
  for (const id of removed) copies.delete(refKey(refOf(id)));
  for (const copy of added) copies.set(refKey(refOf(copy.id)), { ref: refOf(copy.id), copy });
}

/** I10: which of a server's executions, in the order they happened, came after one with a higher number of the same line. */
export function outOfOrder(executions: Iterable<string>): readonly string[] {
  const last = new Map<string, number>();
  return [...executions].filter((execution) => {
    const end = execution.lastIndexOf('/');
    const [line, seq] = [execution.slice(0, end), Number(execution.slice(end + 1))];
    const before = last.get(line) ?? 0;
    last.set(line, seq);
    return seq <= before;
  });
}
