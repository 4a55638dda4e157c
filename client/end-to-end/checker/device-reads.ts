import type { Values } from '../../sync/manifest.ts';
import type {
  Begun,
  Decided,
  DeviceFact,
  Numbered,
  Place,
  Placed,
  Shown,
  ShownRecord,
  Violation,
} from './events.ts';
import { isAccepted, nameOf, textOf, type ServerHistory } from './server-history.ts';

/** What the reads need to know of an own change. */
export interface OwnChange {
  readonly place: Place;
  readonly number: Numbered | null;
}

const OPEN: ReadonlySet<Place> = new Set(['pending', 'failed', 'conflict']);

interface Write {
  readonly begun: Begun;
  /** Null until it is answered. */
  change: string | null;
  queuedAt: number;
}

/** Each is looked up until the server took it: what is asked of a long log stays what is open. */
interface OwnChanges {
  readonly names: Set<string>;
  /** Not known to be taken. */
  readonly open: Set<string>;
  /** The last position at which one of the others was taken. */
  takenUpTo: number;
}

/** What one device's pages showed (I4 between checkpoints, I5, I6), against what was written there and what the server stored. */
export class DeviceReads {
  readonly violations: Violation[] = [];
  private readonly writes = new Map<string, Write>();
  private readonly writesOf = new Map<string, Write[]>();
  /** Own changes of a record, whatever became of them. */
  private readonly ownOf = new Map<string, OwnChanges>();
  private readonly unansweredOf = new Map<string, number>();
  /** Records about which a person decided, and what the changes carried that were stored since: no write tells of it. */
  private readonly decided = new Map<string, Values[]>();
  /** What each tab showed last of each record, and what the device did: versions. */
  private readonly tabs = new Map<string, Map<string, number>>();
  private readonly newest = new Map<string, number>();
  private readonly openedAt = new Map<string, number>();
  private clock = 0;
  private hasRolledBack = false;

  constructor(
    private readonly device: string,
    private readonly server: ServerHistory,
    private readonly parts: {
      readonly changes: ReadonlyMap<string, OwnChange>;
      readonly mergedFields: ReadonlySet<string>;
    },
  ) {}

  /** The storage is a copy: what was written and shown there is there. What was not answered yet stays uncertain. */
  takeOver(original: DeviceReads): void {
    for (const [key, own] of original.ownOf)
      this.ownOf.set(key, { ...own, names: new Set(own.names), open: new Set(own.open) });
    for (const [key, count] of original.unansweredOf) this.unansweredOf.set(key, count);
    for (const [key, values] of original.decided) this.decided.set(key, [...values]);
    for (const [key, version] of original.newest) this.newest.set(key, version);
    for (const [key, writes] of original.writesOf)
      this.writesOf.set(
        key,
        writes.map((write) => ({ ...write, queuedAt: write.change === null ? Infinity : 0 })),
      );
    this.hasRolledBack = original.hasRolledBack;
  }

  add(fact: DeviceFact): void {
    this.clock += 1;
    switch (fact.kind) {
      case 'begun':
        return this.begun(fact);
      case 'queued':
        return this.queued(fact.write, fact.change);
      case 'refused':
        return this.refused(fact.write);
      case 'placed':
        return fact.record === undefined ? undefined : this.placed(fact, keyOf(fact.scope, fact.record));
      default:
        return this.addSeen(fact);
    }
  }

  private addSeen(fact: DeviceFact): void {
    switch (fact.kind) {
      case 'decided':
        return this.decide(fact.target);
      case 'opened':
        return this.opened(fact.tab);
      case 'shown':
        return this.shown(fact);
      case 'rolledBack':
        return this.rolledBack();
      case 'forgotten':
        return this.forgotten(fact.scope);
      case 'listed':
        return this.unansweredOf.clear();
      default:
    }
  }

  private decide(target: Decided['target']): void {
    if (typeof target !== 'string') this.decidedOf(keyOf(target.scope, target));
  }

  private decidedOf(key: string): Values[] {
    const known = this.decided.get(key) ?? [];
    this.decided.set(key, known);
    return known;
  }

  private placed({ change, values }: Placed, key: string): void {
    const own = this.own(key);
    // One that was stored before is pending anew: a person sends it again, perhaps with other values.
    const isDecided = this.decided.has(key) || own.names.has(change);
    if (values !== undefined && isDecided) this.decidedOf(key).push(values);
    own.names.add(change);
    own.open.add(change);
  }

  private own(key: string): OwnChanges {
    const known = this.ownOf.get(key) ?? { names: new Set(), open: new Set(), takenUpTo: 0 };
    this.ownOf.set(key, known);
    return known;
  }

  private opened(tab: string): void {
    this.tabs.set(tab, new Map(this.newest));
    this.openedAt.set(tab, this.clock);
  }

  private begun(begun: Begun): void {
    const write: Write = { begun, change: null, queuedAt: Infinity };
    this.writes.set(begun.write, write);
    const key = keyOf(begun.scope, begun);
    const own = this.writesOf.get(key) ?? [];
    own.push(write);
    this.writesOf.set(key, own);
    this.unansweredOf.set(key, (this.unansweredOf.get(key) ?? 0) + 1);
  }

  private answered(key: string): void {
    this.unansweredOf.set(key, (this.unansweredOf.get(key) ?? 1) - 1);
  }

  private refused(name: string): void {
    const write = this.writes.get(name);
    if (write === undefined) return;
    this.writes.delete(name);
    const key = keyOf(write.begun.scope, write.begun);
    this.answered(key);
    this.writesOf.set(
      key,
      (this.writesOf.get(key) ?? []).filter((other) => other !== write),
    );
  }

  private queued(name: string, change: string): void {
    const write = this.writes.get(name);
    if (write === undefined) return;
    write.change = change;
    write.queuedAt = this.clock;
    this.answered(keyOf(write.begun.scope, write.begun));
    if (!this.parts.changes.has(change))
      this.report('I12', `${name} was answered QUEUED before ${change} was stored`);
  }

  private shown(fact: Shown): void {
    const { tab, scope, records } = fact;
    if (fact.isAll === true) this.checkAll(fact);
    for (const record of records) {
      this.checkState(tab, scope, record);
      this.checkOwn(tab, scope, record);
    }
  }

  /** I5: what this page has shown before, or wrote, is among all that it shows, unless somebody deleted it. */
  private checkAll({ tab, scope, records }: Shown): void {
    const there = new Set(records.map((record) => keyOf(scope, record)));
    const isOwn = ([, writes]: readonly [string, readonly Write[]]): boolean =>
      writes.some((write) => this.isKnownTo(tab, write) && this.isPending(write));
    const own = [...this.writesOf].filter(isOwn).map(([key]) => key);
    for (const key of new Set([...(this.tabs.get(tab)?.keys() ?? []), ...own])) {
      if (!key.startsWith(`${scope} `) || there.has(key) || this.mayBeDeleted(key)) continue;
      this.report('I5', `${tab} shows no ${key}`);
    }
  }

  private mayBeDeleted(key: string): boolean {
    const isOwn = (this.writesOf.get(key) ?? []).some(({ begun }) => begun.deleted === true);
    return isOwn || this.server.hasRestored || this.server.everDeleted.has(key);
  }

  private isPending({ change }: Write): boolean {
    return change !== null && this.parts.changes.get(change)?.place === 'pending';
  }

  /** I4 between checkpoints, and I5: a confirmed state it once had, never older than one shown before. */
  private checkState(tab: string, scope: string, record: ShownRecord): void {
    const { version } = record;
    if (version === undefined || version === 0) return;
    const key = keyOf(scope, record);
    const states = this.server.statesAt(scope, { ...record, version });
    if (states.length === 0) return this.report('I4', `${tab} showed ${key}:${version}, which never was`);
    const isBare = record.state === 'PENDING' && this.isAllContained(key, version);
    const text = record.state === 'SYNCED' || isBare ? textOf(record) : null;
    if (text !== null && !states.some((state) => state.text === text))
      this.report(isBare ? 'I6' : 'I4', `${tab} showed ${key}:${version} as it never was: ${text}`);
    this.checkNewer(tab, scope, { key, version });
  }

  /** I6: whatever own change this page may still hold as pending, the copy holds it already: nothing is put over it again. */
  private isAllContained(key: string, version: number): boolean {
    if (this.hasRolledBack || this.server.hasRestored || (this.unansweredOf.get(key) ?? 0) > 0) return false;
    const own = this.own(key);
    for (const name of own.open) {
      const takenAt = this.takenAt(name);
      if (takenAt === null) return false;
      own.open.delete(name);
      own.takenUpTo = Math.max(own.takenUpTo, takenAt);
    }
    return own.takenUpTo <= version;
  }

  /** The position at which the server took it first. */
  private takenAt(change: string): number | null {
    const number = this.parts.changes.get(change)?.number ?? null;
    const ends = number === null ? [] : this.server.endsOfChange(number);
    const positions = ends.flatMap((end) => (isAccepted(end) ? [end.position ?? Infinity] : []));
    return positions.length === 0 ? null : Math.min(...positions);
  }

  private checkNewer(tab: string, scope: string, { key, version }: { key: string; version: number }): void {
    const seen = this.tabs.get(tab) ?? new Map<string, number>();
    this.tabs.set(tab, seen);
    const before = seen.get(key) ?? 0;
    if (version < before && !this.server.mayHaveLost(scope, before))
      this.report('I5', `${tab} showed ${key}:${before}, and then ${version}`);
    seen.set(key, version);
    if (version > (this.newest.get(key) ?? 0)) this.newest.set(key, version);
  }

  /** I5: what this tab wrote, and is not in the copy yet, is what it shows. */
  private checkOwn(tab: string, scope: string, record: ShownRecord): void {
    const key = keyOf(scope, record);
    const open = (this.writesOf.get(key) ?? []).filter((write) => this.isOpen(write));
    if (open.length === 0) return void this.writesOf.delete(key);
    this.writesOf.set(key, open);
    const { version } = record;
    const decided = this.decided.get(key) ?? [];
    const wanted = open.filter((write) => this.isKnownTo(tab, write) && !this.mayBeContained(write, version));
    for (const [field, value] of Object.entries(record.values)) {
      if (this.parts.mergedFields.has(`${record.type}.${field}`)) continue;
      if (!wanted.some((write) => field in write.begun.values && !isTakenBack(field, write, open))) continue;
      // Refused ones, too, are shown until a person has decided.
      const own = [...open.map(({ begun }) => begun.values), ...decided].filter((values) => field in values);
      if (own.some((values) => JSON.stringify(values[field]) === JSON.stringify(value))) continue;
      this.report('I5', `${tab} wrote ${key}.${field} and shows ${JSON.stringify(value)}`);
    }
  }

  private isOpen({ change }: Write): boolean {
    return change === null || OPEN.has(this.parts.changes.get(change)?.place ?? 'gone');
  }

  /** A copy of that version may hold it already, under another's later edit. */
  private mayBeContained({ change }: Write, version: number | undefined): boolean {
    const own = change === null ? undefined : this.parts.changes.get(change);
    if (own?.place !== 'pending') return true;
    const { number } = own;
    if (number === null) return false;
    if (version === undefined || version === 0 || this.server.mayBeOfClone(number)) return true;
    const ends = this.server.endsOf(number.line, number.scope, number.seq);
    return ends.some(({ position }) => position === undefined || position <= version);
  }

  private isKnownTo(tab: string, write: Write): boolean {
    if (write.change === null) return false;
    return write.begun.tab === tab || (this.openedAt.get(tab) ?? 0) > write.queuedAt;
  }

  private rolledBack(): void {
    this.hasRolledBack = true;
    this.tabs.clear();
    this.newest.clear();
    this.writesOf.clear();
  }

  private forgotten(scope: string): void {
    for (const seen of [this.newest, ...this.tabs.values()])
      for (const key of seen.keys()) if (key.startsWith(`${scope} `)) seen.delete(key);
  }

  private report(invariant: Violation['invariant'], message: string): void {
    this.violations.push({ invariant, message: `${this.device}: ${message}` });
  }
}

/** Edits that joined in one change and lead back to where the first began are no change of that field. */
function isTakenBack(field: string, { change }: Write, open: readonly Write[]): boolean {
  const joined = open.filter((write) => write.change === change && field in write.begun.values);
  const [first, last] = [joined[0]?.begun.base, joined.at(-1)?.begun.values];
  return (
    first !== undefined && field in first && JSON.stringify(first[field]) === JSON.stringify(last?.[field])
  );
}

function keyOf(scope: string, record: { readonly type: string; readonly id: string }): string {
  return `${scope} ${nameOf(record)}`;
}
