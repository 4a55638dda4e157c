import type { Values } from '../../sync/manifest.ts';
import { addedBy } from './counter-sums.ts';
import type { Begun, CheckOptions, DeviceFact, Numbered, Place, Placed, Violation } from './events.ts';
import { isAccepted, nameOf, type ServerHistory } from './server-history.ts';

/** One accepted change, as far as it was followed. */
interface Followed {
  readonly scope: string;
  readonly record: string | null;
  place: Place;
  /** When it was told first. */
  readonly at: number;
  /** Under its first number. */
  first: Numbered | null;
  /** When it got that. */
  sentAt: number;
  payload: Values;
  /** Writes that were answered with it. */
  readonly writes: Begun[];
  /** Writes that it may carry: nobody heard what became of them. */
  readonly unheard: Begun[];
  /** It was refused before it had a number, or the storage lost what joined it: what goes out may differ from what was written. */
  isUncertain: boolean;
  /** It was refused, and a person sends it again: what joins it from then on goes out under another number than the first. */
  isSentAgain: boolean;
}

/**
 * What goes out is what a person wrote, when it may go out: a change carries every write that was answered with it (I12), made one on the
 * other (I18); it does not overtake what it builds on (I15); its group goes whole (I11); only the leader gives numbers (I7).
 */
export class SentChanges {
  readonly violations: Violation[] = [];
  private readonly changes = new Map<string, Followed>();
  private readonly byRecord = new Map<string, Set<string>>();
  /** Of each record: what waits for a person. */
  private readonly refusedOf = new Map<string, Set<string>>();
  private readonly unanswered = new Map<string, { readonly begun: Begun; readonly at: number }>();
  private readonly leader: { tab: string | null } = { tab: null };
  private clock = 0;

  constructor(
    private readonly device: string,
    private readonly server: ServerHistory,
    private readonly options: CheckOptions,
  ) {}

  /** The storage is a copy: what waits there goes out from here, too. */
  takeOver(original: SentChanges): void {
    for (const [name, change] of original.changes)
      this.changes.set(name, { ...change, writes: [...change.writes], unheard: [...change.unheard] });
    for (const [record, own] of original.byRecord) this.byRecord.set(record, new Set(own));
    for (const [record, refused] of original.refusedOf) this.refusedOf.set(record, new Set(refused));
    for (const [name, begun] of original.unanswered) this.unanswered.set(name, begun);
    this.clock = original.clock;
  }

  add(fact: DeviceFact): void {
    this.clock += 1;
    switch (fact.kind) {
      case 'begun':
        return void this.unanswered.set(fact.write, { begun: fact, at: this.clock });
      case 'refused':
        return void this.unanswered.delete(fact.write);
      case 'queued':
        return this.queued(fact.write, fact.change);
      case 'placed':
        return this.placed(fact);
      case 'numbered':
        return this.numbered(fact);
      case 'led':
        return void (this.leader.tab = fact.tab);
      case 'rolledBack':
        return this.rolledBack();
      case 'listed':
        return this.giveUpUnanswered();
      default:
    }
  }

  /** For what only the whole log tells. */
  judgeEnds(): void {
    this.giveUpUnanswered();
    for (const [name, change] of this.changes) {
      this.judgeWrites(name, change);
      this.judgeCreation(name, change);
    }
    const groups = new Map<string, Followed[]>();
    for (const change of this.changes.values()) {
      const { first, payload, isUncertain } = change;
      if (first === null || isUncertain || typeof payload['group'] !== 'string') continue;
      const key = `${first.line} ${first.scope} ${payload['group']}`;
      groups.set(key, [...(groups.get(key) ?? []), change]);
    }
    for (const [group, members] of groups) this.judgeGroup(group, members);
  }

  private queued(write: string, change: string): void {
    const begun = this.unanswered.get(write)?.begun;
    this.unanswered.delete(write);
    const known = this.changes.get(change);
    if (begun !== undefined && known?.isSentAgain === false) known.writes.push(begun);
  }

  private placed({ change, place, scope, record, tab }: Placed): void {
    if (place === 'confirmed' || place === 'superseded') this.judgeLeader(change, tab);
    const known = this.changes.get(change);
    if (known !== undefined) return this.moved(change, known, place);
    const name = record === undefined ? null : `${scope} ${nameOf(record)}`;
    const fresh = { first: null, sentAt: Infinity, payload: {}, writes: [], unheard: [] };
    const sure = { isUncertain: false, isSentAgain: false };
    this.changes.set(change, { scope, record: name, place, at: this.clock, ...fresh, ...sure });
    if (name === null) return;
    const own = this.byRecord.get(name) ?? new Set<string>();
    this.byRecord.set(name, own.add(change));
    this.noteRefused(change, name, place);
  }

  private moved(name: string, known: Followed, place: Place): void {
    if (place === 'pending' && known.place !== 'pending') known.isSentAgain = true;
    if (place === 'failed' && known.first === null) known.isUncertain = true;
    known.place = place;
    if (known.record !== null) this.noteRefused(name, known.record, place);
  }

  private noteRefused(name: string, record: string, place: Place): void {
    const refused = this.refusedOf.get(record) ?? new Set<string>();
    this.refusedOf.set(record, refused);
    if (place === 'failed' || place === 'conflict') refused.add(name);
    else refused.delete(name);
  }

  private numbered(fact: Numbered): void {
    this.judgeLeader(fact.change, fact.tab);
    const known = this.changes.get(fact.change);
    if (known === undefined) return;
    const payload = JSON.parse(fact.payload) as Values;
    this.judgeWaiting(fact.change, known, payload);
    if (known.first !== null) return;
    known.first = fact;
    known.sentAt = this.clock;
    known.payload = payload;
  }

  /** What had joined a change by a relaxed transaction may have left it, to be stored anew from where it was written ahead. */
  private rolledBack(): void {
    for (const change of this.changes.values()) if (change.first === null) change.isUncertain = true;
  }

  /** Whatever was not sent when such a write began may carry it. */
  private giveUpUnanswered(): void {
    for (const { begun, at } of this.unanswered.values())
      for (const name of this.byRecord.get(`${begun.scope} ${nameOf(begun)}`) ?? []) {
        const change = this.changes.get(name);
        if (change !== undefined && change.sentAt > at) change.unheard.push(begun);
      }
    this.unanswered.clear();
  }

  /** I7: whoever was replaced stores nothing of an answer, and gives no numbers. */
  private judgeLeader(change: string, tab: string | undefined): void {
    const { tab: leader } = this.leader;
    if (tab !== undefined && leader !== null && tab !== leader)
      this.report('I7', `${tab} stored ${change} although ${leader} leads`);
  }

  /** I15: what builds on a refused change waits for a person. */
  private judgeWaiting(name: string, { record, at }: Followed, payload: Values): void {
    if (record === null) return;
    const refusedBefore = (of: string): readonly string[] =>
      [...(this.refusedOf.get(of) ?? [])].filter(
        (other) => other !== name && (this.changes.get(other)?.at ?? at) < at,
      );
    for (const other of refusedBefore(record))
      this.report('I15', `${name} goes out although ${other} before it was refused`);
    for (const target of this.targets(record, payload))
      for (const other of refusedBefore(target))
        if (this.isCreation(other))
          this.report('I15', `${name} goes out although ${other} did not create what it names`);
  }

  private targets(record: string, payload: Values): readonly string[] {
    const [scope = ''] = record.split(' ');
    const type = typeOf(record);
    return Object.entries(payload).flatMap(([field, id]) => {
      const target = this.options.references?.get(`${type}.${field}`);
      return target === undefined || typeof id !== 'string' ? [] : [`${scope} ${target}/${id}`];
    });
  }

  private isCreation(change: string): boolean {
    const known = this.changes.get(change);
    return known !== undefined && known.first !== null && known.payload['version'] === undefined;
  }

  private judgeWrites(
    name: string,
    { first, payload, writes, unheard, isUncertain, record }: Followed,
  ): void {
    if (first === null || isUncertain || writes.length === 0 || record === null) return;
    if (writes.some(({ base }) => base === undefined)) return;
    const fields = new Set(writes.flatMap(({ values }) => Object.keys(values)));
    for (const field of fields) {
      const chain = chainOf(writes, field);
      const wild = new Set(unheard.map(({ values }) => textAt(values, field)));
      this.judgeField({ name, field, payload }, chain, wild);
      if (unheard.length === 0 && this.options.counters?.has(`${typeOf(record)}.${field}`) === true)
        this.judgeSum({ name, field, payload }, writes);
    }
  }

  /** I12: what was made is there afterwards, or its tombstone is, so that it can be restored. */
  private judgeCreation(name: string, { first, payload, writes, record }: Followed): void {
    if (first === null || record === null || payload['version'] !== undefined) return;
    const [, created = ''] = record.split(' ');
    // Made as deleted: there is nothing to keep.
    if (writes.every(({ values, deleted }) => deleted === true || Object.keys(values).length === 0)) return;
    for (const end of this.server.endsOfChange(first))
      if (isAccepted(end) && !this.server.hasLeft(end, created))
        this.report('I12', `${name} made ${created}, was ${end.outcome}, and left nothing`);
  }

  /** I18: each of the writes that it carries counts once. */
  private judgeSum(
    { name, field, payload }: { name: string; field: string; payload: Values },
    writes: readonly Begun[],
  ): void {
    const written = writes.reduce(
      (sum, { values, base }) => sum + addedBy({ ...values, base: base ?? {} }, field),
      0,
    );
    const sent = addedBy(payload, field);
    if (sent !== written) this.report('I18', `${name} adds ${sent} to ${field}, written was ${written}`);
  }

  private judgeField(
    { name, field, payload }: { name: string; field: string; payload: Values },
    chain: readonly Link[],
    wild: ReadonlySet<string>,
  ): void {
    const values = new Set(chain.map(({ to }) => to));
    const roots = new Set(chain.filter(({ from }) => !values.has(from) && !wild.has(from)));
    if (roots.size > 1)
      this.report('I18', `${name} joins writes of ${field} that were not made one on the other`);
    const bases = new Set(chain.map(({ from }) => from));
    const last = chain.filter(({ to }) => !bases.has(to)).map(({ to }) => to);
    const sent = textAt(payload, field);
    const isWild = wild.has(sent) || (wild.size > 0 && payload[field] === undefined);
    if (last.length > 0 && !isWild && !last.includes(sent))
      this.report('I12', `${name} carries ${field} as ${sent}, what was written last is ${last.join()}`);
  }

  /** I11: in one transaction, all of it or nothing. */
  private judgeGroup(group: string, members: readonly Followed[]): void {
    const ends = members.flatMap(({ first }) => (first === null ? [] : this.server.endsOfChange(first)));
    for (const epoch of new Set(ends.map((end) => end.epoch))) {
      const here = ends.filter((end) => end.epoch === epoch);
      if (new Set(here.map(isAccepted)).size > 1)
        this.report('I11', `the group ${group} was taken in part in ${epoch}`);
      if (new Set(here.map(({ head }) => head)).size > 1)
        this.report('I11', `the group ${group} was cut in ${epoch}`);
    }
  }

  private report(invariant: Violation['invariant'], message: string): void {
    this.violations.push({ invariant, message: `${this.device}: ${message}` });
  }
}

/** Of a record's name with its scope. */
function typeOf(record: string): string {
  const [, name = ''] = record.split(' ');
  const [type = ''] = name.split('/');
  return type;
}

/** One write of a field: what stood there, and what was written. */
interface Link {
  readonly from: string;
  readonly to: string;
}

function chainOf(writes: readonly Begun[], field: string): readonly Link[] {
  return writes
    .filter(({ values }) => field in values)
    .map(({ values, base = {} }) => ({ from: textAt(base, field), to: textAt(values, field) }));
}

/** What is not there and what is null are one to a person. */
function textAt(values: Values, field: string): string {
  return JSON.stringify(values[field] ?? null);
}
