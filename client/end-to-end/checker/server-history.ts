import type { Values } from '../../sync/manifest.ts';
import type { ChangeExecuted, EpochBegan, Numbered, RowStored, ServerEvent, Violation } from './events.ts';

/** A confirmed state, with its values as text so that comparing is cheap. */
export interface HistoryRow {
  readonly row: RowStored;
  readonly text: string;
}

/** The rows of one scope in one epoch, in position order, on what it began with. */
interface Chapter {
  readonly start: ReadonlyMap<string, HistoryRow>;
  readonly rows: HistoryRow[];
  /** Now. */
  readonly state: Map<string, HistoryRow>;
  head: number;
  /** Of each record that began here: where. */
  readonly firstAt: Map<string, number>;
}

const ACCEPTED: ReadonlySet<string> = new Set(['APPLIED', 'MERGED', 'SUPERSEDED']);

/** The server's side of a log, read once: I7, I10 and I18 are judged on the way; the rest is asked of it. */
export class ServerHistory {
  readonly violations: Violation[] = [];
  private readonly chapters = new Map<string, Chapter>();
  private readonly byVersion = new Map<string, HistoryRow[]>();
  private readonly executions = new Map<string, ChangeExecuted[]>();
  private readonly lastSeq = new Map<string, number>();
  /** The highest number of a line in a scope, in any epoch. */
  private readonly highest = new Map<string, number>();
  /** Of each scope: the lowest head that a restored backup went back to. */
  private readonly lowestStart = new Map<string, number>();
  /** A backup was restored at some time. */
  hasRestored = false;
  /** Records that were deleted at some time, each as its scope and name. */
  readonly everDeleted = new Set<string>();
  /** Lines of numbers that two devices went on with, when the storage of one had been copied. */
  readonly sharedLines = new Set<string>();

  add(event: ServerEvent): void {
    switch (event.kind) {
      case 'stored':
        return this.stored(event);
      case 'executed':
        return this.executed(event);
      case 'epochBegan':
        return this.began(event);
    }
  }

  /** The scope's chapters, to be walked through by rising position. */
  chapter(epoch: string, scope: string): Chapter {
    const key = `${epoch} ${scope}`;
    const known = this.chapters.get(key);
    if (known !== undefined) return known;
    const chapter: Chapter = { start: new Map(), rows: [], state: new Map(), head: 0, firstAt: new Map() };
    this.chapters.set(key, chapter);
    return chapter;
  }

  /** Every scope's chapters. */
  all(): Iterable<Chapter> {
    return this.chapters.values();
  }

  /** The states that a record had at a version: one in each epoch that gave it out. */
  statesAt(scope: string, record: { type: string; id: string; version: number }): readonly HistoryRow[] {
    return this.byVersion.get(`${scope} ${nameOf(record)} ${record.version}`) ?? [];
  }

  /** What became of one number, in each epoch that executed it. */
  endsOf(line: string, scope: string, seq: number): readonly ChangeExecuted[] {
    return this.executions.get(`${line} ${scope} ${seq}`) ?? [];
  }

  /** What became of a change or an operation under its number: where another one had taken the number, nothing. */
  endsOfChange({ line, scope, seq, payload }: Numbered, isOperation = false): readonly ChangeExecuted[] {
    // An operation comes without a payload; so does any change where the server keeps a hash of it, but no storage is cloned there.
    const isWithout = isOperation || !this.sharedLines.has(line);
    return this.endsOf(line, scope, seq).filter((end) =>
      end.payload === undefined ? isWithout : end.payload === payload,
    );
  }

  /** A copy of the storage that gave this number went on with it, or past it: its own device may take that for this change's effect. */
  mayBeOfClone({ line, scope, seq }: Numbered): boolean {
    return this.sharedLines.has(line) && (this.highest.get(`${line} ${scope}`) ?? 0) >= seq;
  }

  /** The record was as this change would have it, at some time. */
  hasStood({ scope, payload }: Numbered, name: string): boolean {
    const wanted = JSON.parse(payload) as Values;
    const isSo = ({ row }: HistoryRow): boolean =>
      nameOf(row) === name &&
      row.scope === scope &&
      (wanted['deleted'] === undefined || wanted['deleted'] === row.deleted) &&
      Object.entries(row.values).every(
        ([field, value]) => !(field in wanted) || JSON.stringify(wanted[field]) === JSON.stringify(value),
      );
    return [...this.chapters.values()].some(({ rows }) => rows.some(isSo));
  }

  /** When it had been executed there was a record of that name, or its tombstone. */
  hasLeft({ epoch, scope, head }: ChangeExecuted, name: string): boolean {
    const { start, firstAt } = this.chapter(epoch, scope);
    return start.has(name) || (firstAt.get(name) ?? Infinity) <= head;
  }

  /** It never took effect, and one that the same line gave later did. */
  isPassedOver({ line, scope, seq }: Pick<ChangeExecuted, 'line' | 'scope' | 'seq'>): boolean {
    return this.endsOf(line, scope, seq).length === 0 && (this.highest.get(`${line} ${scope}`) ?? 0) > seq;
  }

  /** A backup was restored that did not hold this version: whoever had seen it may see less. */
  mayHaveLost(scope: string, version: number): boolean {
    return this.hasRestored && version > (this.lowestStart.get(scope) ?? 0);
  }

  private stored(row: RowStored): void {
    const chapter = this.chapter(row.epoch, row.scope);
    const text = textOf(row);
    const entry = { row, text };
    const name = nameOf(row);
    if (row.version <= chapter.head)
      this.report('I18', `${row.scope} gave position ${row.version} to ${name} after ${chapter.head}`);
    chapter.head = Math.max(chapter.head, row.version);
    this.checkNamed(chapter.state.get(name)?.row, row);
    if (row.deleted) this.everDeleted.add(`${row.scope} ${name}`);
    chapter.rows.push(entry);
    if (!chapter.firstAt.has(name)) chapter.firstAt.set(name, row.version);
    chapter.state.set(name, entry);
    const key = `${row.scope} ${name} ${row.version}`;
    this.byVersion.set(key, [...(this.byVersion.get(key) ?? []), entry]);
  }

  /** I18: what a change does not name stays as it was. */
  private checkNamed(before: RowStored | undefined, row: RowStored): void {
    if (row.named === undefined || before === undefined) return;
    for (const [field, value] of Object.entries(row.values)) {
      if (row.named.includes(field)) continue;
      if (JSON.stringify(before.values[field] ?? null) !== JSON.stringify(value))
        this.report('I18', `${row.scope} ${nameOf(row)}:${row.version} altered ${field}, which nobody named`);
    }
  }

  private executed(event: ChangeExecuted): void {
    const { epoch, line, scope, seq, outcome } = event;
    const key = `${line} ${scope} ${seq}`;
    const before = this.executions.get(key) ?? [];
    if (before.some((other) => this.stillStands(other, epoch)))
      this.report('I7', `${line} ${seq} in ${scope} was executed twice (${outcome})`);
    this.executions.set(key, [...before, event]);
    const place = `${epoch} ${line} ${scope}`;
    const last = this.lastSeq.get(place) ?? 0;
    if (seq < last) this.report('I10', `${line} ${seq} in ${scope} was executed after ${last}`);
    this.lastSeq.set(place, Math.max(last, seq));
    this.highest.set(`${line} ${scope}`, Math.max(this.highest.get(`${line} ${scope}`) ?? 0, seq));
  }

  /** In the same epoch, or so far back that the restored backup holds it. */
  private stillStands({ epoch, scope, position, head }: ChangeExecuted, now: string): boolean {
    if (epoch === now) return true;
    const kept = this.startHeads.get(`${now} ${scope}`) ?? 0;
    // Only a position tells for certain which side of the backup it was on.
    return position !== undefined && head <= kept && this.isAncestor(epoch, now);
  }

  private readonly startHeads = new Map<string, number>();
  private readonly parents = new Map<string, string>();

  /** Its whole history up to the backup belongs to the new epoch. */
  private isAncestor(epoch: string, now: string): boolean {
    return this.parents.get(now) === epoch;
  }

  private began({ epoch, from, heads }: EpochBegan): void {
    this.hasRestored = true;
    this.parents.set(epoch, from);
    for (const [key, chapter] of [...this.chapters]) {
      const [of = '', scope = ''] = key.split(' ');
      if (of === from) this.goOn(chapter, { epoch, scope, head: heads[scope] ?? 0 });
    }
  }

  private goOn(
    chapter: Chapter,
    { epoch, scope, head }: { epoch: string; scope: string; head: number },
  ): void {
    this.lowestStart.set(scope, Math.min(this.lowestStart.get(scope) ?? Infinity, head));
    this.startHeads.set(`${epoch} ${scope}`, head);
    const start = stateAt(chapter, head);
    this.chapters.set(`${epoch} ${scope}`, {
      start,
      rows: [],
      state: new Map(start),
      head,
      firstAt: new Map(),
    });
  }

  private report(invariant: Violation['invariant'], message: string): void {
    this.violations.push({ invariant, message });
  }
}

/** What took effect. */
export function isAccepted({ outcome }: ChangeExecuted): boolean {
  return ACCEPTED.has(outcome);
}

export function nameOf({ type, id }: { readonly type: string; readonly id: string }): string {
  return `${type}/${id}`;
}

/** Equal texts, equal states. */
export function textOf({ deleted, values }: Pick<RowStored, 'deleted' | 'values'>): string {
  const entries = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${deleted} ${JSON.stringify(entries)}`;
}

function stateAt({ start, rows }: Chapter, head: number): Map<string, HistoryRow> {
  const state = new Map(start);
  for (const entry of rows) {
    if (entry.row.version > head) break;
    state.set(nameOf(entry.row), entry);
  }
  return state;
}
