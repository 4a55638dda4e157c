import type {
  Begun,
  Checkpoint,
  DeviceFact,
  Numbered,
  Place,
  Placed,
  Shown,
  ShownRecord,
  Violation,
} from './events.ts';
import { isAccepted, nameOf, textOf, type ServerHistory } from './server-history.ts';

const FINAL: ReadonlySet<Place> = new Set(['confirmed', 'superseded', 'withdrawn', 'gone', 'lost']);

interface Change {
  place: Place;
  scope: string;
  record: string | null;
  code: string | undefined;
  number: Numbered | null;
  /** It was refused since it got its number: it may get another one. */
  mayRenumber: boolean;
}

interface Write {
  readonly begun: Begun;
  /** Null until it is answered. */
  change: string | null;
  queuedAt: number;
}

/** One device's side of a log, read once: I5, I9 and I12 are judged on the way, and its checkpoints are handed on. */
export class DeviceHistory {
  readonly violations: Violation[] = [];
  readonly checkpoints: Checkpoint[] = [];
  /** Records that own changes were sent of, by scope and name. */
  readonly sent = new Set<string>();
  private readonly changes = new Map<string, Change>();
  private readonly writes = new Map<string, Write>();
  private readonly writesOf = new Map<string, Write[]>();
  private readonly numbers = new Map<string, { change: string; payload: string }>();
  private readonly decided = new Set<string>();
  /** What each tab showed last of each record, and what the device did: versions. */
  private readonly tabs = new Map<string, Map<string, number>>();
  private readonly newest = new Map<string, number>();
  private readonly openedAt = new Map<string, number>();
  private clock = 0;
  private hasRolledBack = false;

  constructor(
    private readonly device: string,
    private readonly server: ServerHistory,
    private readonly mergedFields: ReadonlySet<string>,
  ) {}

  add(fact: DeviceFact): void {
    this.clock += 1;
    switch (fact.kind) {
      case 'begun':
        return this.begun(fact);
      case 'queued':
        return this.queued(fact.write, fact.change);
      case 'refused':
        return this.refused(fact.write);
      case 'decided':
        return void this.decided.add(targetOf(fact.target));
      case 'placed':
        return this.placed(fact);
      case 'numbered':
        return this.numbered(fact);
      default:
        return this.addSeen(fact);
    }
  }

  /** Of pages, reads and places in the history. */
  private addSeen(
    fact: Exclude<DeviceFact, { kind: 'begun' | 'queued' | 'refused' | 'decided' | 'placed' | 'numbered' }>,
  ): void {
    switch (fact.kind) {
      case 'opened':
        return this.opened(fact.tab);
      case 'shown':
        return this.shown(fact);
      case 'checkpoint':
        return void this.checkpoints.push(fact);
      case 'rolledBack':
        return this.rolledBack();
      case 'forgotten':
        return this.forgotten(fact.scope);
      case 'ended':
        return this.ended(fact.listed);
    }
  }

  private opened(tab: string): void {
    this.tabs.set(tab, new Map(this.newest));
    this.openedAt.set(tab, this.clock);
  }

  /** I12, for what only the whole log tells: an end that the device told has to be the server's. */
  judgeEnds(): void {
    for (const [name, change] of this.changes) {
      const { place, number, code } = change;
      if (number === null) continue;
      const ends = this.server.endsOf(number.line, number.scope, number.seq);
      const isTaken = ends.some(isAccepted);
      if ((place === 'confirmed' || place === 'superseded') && !isTaken)
        this.report('I12', `${name} is ${place}, but the server never took it`);
      const isHonest = code === 'OUTCOME_UNKNOWN' || ends.some((end) => !isAccepted(end));
      if (place === 'failed' && isTaken && !isHonest)
        this.report('I12', `${name} is shown as refused (${code}), but the server had taken it`);
    }
  }

  private begun(begun: Begun): void {
    const write: Write = { begun, change: null, queuedAt: Infinity };
    this.writes.set(begun.write, write);
    const key = keyOf(begun.scope, begun);
    const own = this.writesOf.get(key) ?? [];
    own.push(write);
    this.writesOf.set(key, own);
  }

  private refused(name: string): void {
    const write = this.writes.get(name);
    if (write === undefined) return;
    this.writes.delete(name);
    const key = keyOf(write.begun.scope, write.begun);
    this.writesOf.set(
      key,
      (this.writesOf.get(key) ?? []).filter((other) => other !== write),
    );
  }

  private queued(name: string, changeName: string): void {
    const write = this.writes.get(name);
    if (write === undefined) return;
    write.change = changeName;
    write.queuedAt = this.clock;
    if (!this.changes.has(changeName))
      this.report('I12', `${name} was answered QUEUED before ${changeName} was stored`);
  }

  private placed(fact: Placed): void {
    const before = this.changes.get(fact.change);
    if (before === undefined) return this.accepted(fact);
    this.checkMove(fact, before);
    if (fact.place === 'failed' || fact.place === 'conflict') before.mayRenumber = true;
    before.place = fact.place;
    before.code = fact.code;
  }

  private accepted({ change, place, scope, record, code }: Placed): void {
    if (place !== 'pending' && place !== 'withdrawn') this.report('I12', `${change} began as ${place}`);
    const name = record === undefined ? null : nameOf(record);
    this.changes.set(change, { place, scope, record: name, code, number: null, mayRenumber: false });
  }

  private checkMove({ change, place }: Placed, before: Change): void {
    if (FINAL.has(before.place) && !this.hasRolledBack)
      this.report('I12', `${change} was ${before.place} and is ${place} again`);
    if (place === 'gone' && !this.isDecided(change, before))
      this.report('I12', `${change} is gone, and nobody decided that`);
  }

  private isDecided(change: string, { scope, record }: Change): boolean {
    return this.decided.has(change) || (record !== null && this.decided.has(`${scope} ${record}`));
  }

  /** I9: a number and what goes out under it never part. */
  private numbered(fact: Numbered): void {
    const change = this.changes.get(fact.change);
    const key = `${fact.line} ${fact.scope} ${fact.seq}`;
    const before = this.numbers.get(key);
    this.checkNumber(fact, before);
    this.numbers.set(key, { change: fact.change, payload: fact.payload });
    if (change === undefined) return this.report('I12', `${fact.change} has a number and no place`);
    const isOther = change.number !== null && before === undefined;
    if (isOther && !change.mayRenumber)
      this.report('I9', `${fact.change} was sent as ${change.number?.seq} and again as ${fact.seq}`);
    change.number = fact;
    change.mayRenumber = false;
    if (change.record !== null) this.sent.add(`${change.scope} ${change.record}`);
  }

  private checkNumber(fact: Numbered, before?: { readonly change: string; readonly payload: string }): void {
    if (before === undefined) return;
    const number = `${fact.line} ${fact.scope} ${fact.seq}`;
    if (before.change !== fact.change)
      this.report('I9', `${number} was given to ${before.change} and to ${fact.change}`);
    if (before.payload !== fact.payload) this.report('I9', `${number} goes out with another payload`);
  }

  private shown({ tab, scope, records }: Shown): void {
    for (const record of records) {
      this.checkMonotonic(tab, scope, record);
      this.checkOwn(tab, scope, record);
    }
  }

  /** I4 between checkpoints, and I5: a confirmed state it once had, never older than one shown before. */
  private checkMonotonic(tab: string, scope: string, record: ShownRecord): void {
    const { version } = record;
    if (version === undefined || version === 0) return;
    const states = this.server.statesAt(scope, { ...record, version });
    if (states.length === 0)
      return this.report('I4', `${tab} showed ${keyOf(scope, record)}:${version}, which never was`);
    const text = record.state === 'SYNCED' ? textOf(record) : null;
    if (text !== null && !states.some((state) => state.text === text))
      this.report('I4', `${tab} showed ${keyOf(scope, record)}:${version} as it never was: ${text}`);
    this.checkNewer(tab, scope, { key: keyOf(scope, record), version });
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

  /** I5: what this tab wrote, and is not answered yet, is what it shows. */
  private checkOwn(tab: string, scope: string, record: ShownRecord): void {
    const key = keyOf(scope, record);
    const writes = (this.writesOf.get(key) ?? []).filter((write) => this.isOpen(write));
    if (writes.length === 0) return;
    this.writesOf.set(key, writes);
    for (const [field, value] of Object.entries(record.values)) {
      if (this.mergedFields.has(`${record.type}.${field}`)) continue;
      const own = writes.filter(({ begun }) => field in begun.values);
      if (!own.some((write) => this.isKnownTo(tab, write))) continue;
      if (own.some(({ begun }) => JSON.stringify(begun.values[field]) === JSON.stringify(value))) continue;
      this.report('I5', `${tab} wrote ${key}.${field} and shows ${JSON.stringify(value)}`);
    }
  }

  /** Sent ones may be in the copy already, under another's later edit. */
  private isOpen({ change }: Write): boolean {
    if (change === null) return true;
    const known = this.changes.get(change);
    return known?.place === 'pending' && known.number === null;
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

  /** I12: what is unsettled is shown, and nothing else is. */
  private ended(listed: readonly { readonly change: string; readonly place: Place }[]): void {
    const shown = new Map(listed.map(({ change, place }) => [change, place]));
    for (const [name, { place }] of this.changes) {
      const listedAs = shown.get(name);
      if (FINAL.has(place) ? listedAs !== undefined : listedAs !== place)
        this.report('I12', `${name} is ${place}, and is listed as ${listedAs ?? 'nothing'}`);
    }
    for (const name of shown.keys())
      if (!this.changes.has(name)) this.report('I12', `${name} is listed, and was never accepted`);
  }

  private report(invariant: Violation['invariant'], message: string): void {
    this.violations.push({ invariant, message: `${this.device}: ${message}` });
  }
}

function keyOf(scope: string, record: { readonly type: string; readonly id: string }): string {
  return `${scope} ${nameOf(record)}`;
}

function targetOf(target: string | { type: string; id: string; scope: string }): string {
  return typeof target === 'string' ? target : keyOf(target.scope, target);
}
