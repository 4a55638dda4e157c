import { DeviceReads } from './device-reads.ts';
import type {
  Checkpoint,
  CheckOptions,
  DeviceFact,
  Numbered,
  Place,
  Placed,
  Renamed,
  ServerFailed,
  Violation,
} from './events.ts';
import { SentChanges } from './sent-changes.ts';
import { isAccepted, nameOf, type ServerHistory } from './server-history.ts';

const FINAL: ReadonlySet<Place> = new Set(['confirmed', 'superseded', 'withdrawn', 'gone', 'lost', 'undone']);

/** Failures after which the next change may be sent past one. */
const SUSPECT_AFTER = 8;

interface Change {
  place: Place;
  scope: string;
  record: string | null;
  code: string | undefined;
  number: Numbered | null;
  /** It was refused since it got its number: it may get another one. */
  mayRenumber: boolean;
}

/** One device's side of a log, read once: where each change is (I9, I12, I13), and its line of numbers (I8); its checkpoints are handed on. */
export class DeviceHistory {
  readonly checkpoints: Checkpoint[] = [];
  /** Records that own changes were sent of, by scope and name. */
  readonly sent = new Set<string>();
  private readonly found: Violation[] = [];
  private readonly changes = new Map<string, Change>();
  private readonly numbers = new Map<string, { change: string; payload: string }>();
  private readonly decided = new Set<string>();
  /** Of each scope: the epoch that it belongs to. */
  private readonly epochs = new Map<string, string>();
  private readonly parts: readonly [DeviceReads, SentChanges];
  /** Changes that a write was answered QUEUED with. */
  private readonly promised = new Set<string>();
  /** How often the server failed at a number, by line and scope. */
  private readonly failures = new Map<string, Map<number, number>>();
  private hasRolledBack = false;

  constructor(
    private readonly device: string,
    private readonly server: ServerHistory,
    options: CheckOptions,
  ) {
    const { mergedFields = new Set<string>() } = options;
    const reads = new DeviceReads(device, server, { changes: this.changes, mergedFields });
    this.parts = [reads, new SentChanges(device, server, options)];
  }

  get violations(): readonly Violation[] {
    return [...this.found, ...this.parts.flatMap(({ violations }) => violations)];
  }

  /** Its storage is a copy of that one's: what holds of one holds of the other, up to here. */
  takeOver(original: DeviceHistory): void {
    for (const [name, change] of original.changes) this.changes.set(name, { ...change });
    for (const [number, sent] of original.numbers) this.numbers.set(number, sent);
    for (const [scope, epoch] of original.epochs) this.epochs.set(scope, epoch);
    for (const name of original.sent) this.sent.add(name);
    for (const change of original.promised) this.promised.add(change);
    this.hasRolledBack = original.hasRolledBack;
    const [reads, sent] = original.parts;
    this.parts[0].takeOver(reads);
    this.parts[1].takeOver(sent);
  }

  add(fact: DeviceFact): void {
    this.follow(fact);
    for (const part of this.parts) part.add(fact);
  }

  /** I12, for what only the whole log tells: an end that the device told has to be the server's. */
  judgeEnds(): void {
    this.parts[1].judgeEnds();
    for (const [name, change] of this.changes)
      if (change.number !== null) this.judgeEnd(name, change, change.number);
  }

  private judgeEnd(name: string, change: Change, number: Numbered): void {
    const { place, code, record } = change;
    const ends = this.server.endsOfChange(number, record === null);
    const isTaken = ends.some(isAccepted);
    const isToldTaken = place === 'confirmed' || place === 'superseded';
    if (isToldTaken && !isTaken && !this.isFoundDone(change, number))
      this.report('I12', `${name} is ${place}, but the server never took it`);
    const isHonest = code === 'OUTCOME_UNKNOWN' || ends.some((end) => !isAccepted(end));
    if (place === 'failed' && isTaken && !isHonest)
      this.report('I12', `${name} is shown as refused (${code}), but the server had taken it`);
  }

  /** Where a copy of this storage had taken its number, it counts as taken when the record is as it wants it. */
  private isFoundDone({ record }: Change, number: Numbered): boolean {
    const isShared = this.server.sharedLines.has(number.line);
    return isShared && record !== null && this.server.hasStood(number, record);
  }

  private follow(fact: DeviceFact): void {
    switch (fact.kind) {
      case 'decided':
        return void this.decided.add(targetOf(fact.target));
      case 'placed':
        return this.placed(fact);
      case 'numbered':
        return this.numbered(fact);
      case 'checkpoint':
        return void this.checkpoints.push(fact);
      case 'listed':
        return this.listed(fact.listed);
      default:
        return this.followLine(fact);
    }
  }

  private followLine(fact: DeviceFact): void {
    switch (fact.kind) {
      case 'serverFailed':
        return this.serverFailed(fact);
      case 'renamed':
        return this.renamed(fact);
      case 'epochStored':
        return this.epochStored(fact.scope, fact.epoch);
      case 'queued':
        return void this.promised.add(fact.change);
      case 'forgotten':
        return void this.epochs.delete(fact.scope);
      case 'rolledBack':
        this.hasRolledBack = true;
        return this.epochs.clear();
      default:
    }
  }

  /**
   * I8: a line is given up when storage was lost or cloned. Or when a change that the server fails at, time and again, was passed over
   * by the next one, and this device could not store what came of that: then its number is refused as if its storage were an old one.
   */
  private renamed({ line, unknown }: Renamed): void {
    const isPassedOver = (name: string): boolean => {
      const number = this.changes.get(name)?.number ?? null;
      return number !== null && this.server.isPassedOver(number) && this.isAtOrBehindFailure(number);
    };
    const isShared = line !== undefined && this.server.sharedLines.has(line);
    if (!isShared && !unknown.some(isPassedOver))
      this.report('I8', 'gave up its line of numbers, although nothing of its storage was lost');
  }

  private serverFailed({ line, scope, seqs }: ServerFailed): void {
    const place = `${line} ${scope}`;
    const counts = this.failures.get(place) ?? new Map<number, number>();
    this.failures.set(place, counts);
    for (const seq of seqs) counts.set(seq, (counts.get(seq) ?? 0) + 1);
  }

  /** What builds on a change that the server fails at is passed over with it. */
  private isAtOrBehindFailure({ line, scope, seq }: Numbered): boolean {
    const counts = this.failures.get(`${line} ${scope}`) ?? new Map<number, number>();
    return [...counts].some(
      ([failed, count]) =>
        failed <= seq && count >= SUSPECT_AFTER && this.server.isPassedOver({ line, scope, seq: failed }),
    );
  }

  /** I3: nothing of a history that is over comes back. */
  private epochStored(scope: string, epoch: string): void {
    const before = this.epochs.get(scope);
    if (before !== undefined && epoch < before)
      this.report('I3', `${scope} went back from ${before} to ${epoch}`);
    this.epochs.set(scope, epoch);
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

  private checkMove({ change, place, isListed }: Placed, before: Change): void {
    // What was taken back before it was sent is stored relaxed: it may stand there once more.
    const isLost = this.hasRolledBack && before.place === 'withdrawn';
    if (FINAL.has(before.place) && !isLost)
      this.report(this.hasRolledBack ? 'I13' : 'I12', `${change} was ${before.place} and is ${place} again`);
    if (place === 'gone' && !this.isDecided(change, before))
      this.report('I12', `${change} is gone, and nobody decided that`);
    if (isListed === false) this.report('I12', `${change} was superseded, and no list says so`);
    if (place === 'undone' && this.promised.has(change))
      this.report('I12', `${change} was answered QUEUED, and a power cut took it`);
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

  /** I12: what is unsettled is shown, and nothing else is. */
  private listed(listed: readonly { readonly change: string; readonly place: Place }[]): void {
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
    this.found.push({ invariant, message: `${this.device}: ${message}` });
  }
}

function targetOf(target: string | { type: string; id: string; scope: string }): string {
  return typeof target === 'string' ? target : `${target.scope} ${nameOf(target)}`;
}
