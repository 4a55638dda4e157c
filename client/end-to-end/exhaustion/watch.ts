import { createHash } from 'node:crypto';
import type { Random } from '../../sync/ports.ts';
import type { Replica } from '../../sync/replica.ts';
import type { Luck } from '../simulation/luck.ts';
import { Draw, type Fault } from '../simulation/plan.ts';
import { Scheduler, type Task } from '../simulation/scheduler.ts';
import type { SimulatedTab } from '../simulation/simulated-tab.ts';
import type { Trace } from '../simulation/trace.ts';
import type { World } from '../simulation/world.ts';
import type { AskedCalls } from './asked.ts';
import { contentOf } from './content.ts';
import { textsOf } from './device-content.ts';

/** What a request has come to. */
const ANSWER = /^\["[^"]*","Holdfast\w+ (?!leaves)/;
const TIMER = /^(timer|timeout|.* times out|act \S+ later .*)$/;

/** Messages, answers and transactions come when the choices say so; only what is set for a time waits for it. */
class UntimedScheduler extends Scheduler {
  override after(task: Parameters<Scheduler['after']>[0]): () => void {
    return super.after(TIMER.test(task.label) ? task : { ...task, delayMs: 0 });
  }

  get waiting(): readonly Task[] {
    return this.tasks.filter(({ owner }) => owner?.isAlive !== false);
  }
}

/** Numbers that do not depend on how many were drawn before: what is as likely as not always is. */
class FixedDraw extends Draw {
  private readonly fixed: number;

  constructor(seed: number) {
    super(seed);
    this.fixed = super.next() / 2;
  }

  override next(): number {
    return this.fixed;
  }
}

/** Faults that may happen. */
export interface Losses {
  readonly faults: readonly Fault[];
  /** How many there may be. */
  left: number;
}

/** Which turn it was, and what it may have altered. */
interface Taken {
  readonly name: string;
  readonly touched: readonly string[];
}

/**
 * Sees a run as states: what every tab's engine, every database and the server hold, what waits for its turn and what that brings, and
 * which calls wait for a device store. Whoever extends it decides what comes next.
 */
export abstract class Watch implements Luck, AskedCalls {
  readonly scheduler: UntimedScheduler;
  /** Hash of what a tab, a database or the server holds, by its name. */
  readonly pasts = new Map<string, string>();
  protected world: World | null = null;
  /** What the server held when it was backed up. */
  private readonly backups: string[] = [];
  private readonly names = new WeakMap<Task, string>();
  /** What was touched while nobody looked. */
  private readonly unseen = new Set<string>();
  /** What a tab was given since it last had nothing under way: it may lie there until that has ended. */
  private readonly heard = new Map<string, readonly string[]>();
  /** Calls that have ended in this turn: what goes on from there knows what they knew. */
  private endings: unknown[] = [];
  /** A call was begun in this turn. */
  private hasAsked = false;
  /** The turn that was taken last. */
  protected last: Taken | null = null;
  /** What behaves alike is told apart by its numbers, and by how it came there. */
  protected isExact = false;

  constructor(
    trace: Trace,
    protected readonly losses: Losses,
  ) {
    this.scheduler = new UntimedScheduler((ready) => this.choose(ready), trace);
  }

  /** Which of what is due happens next. */
  protected abstract pick(ready: readonly Task[]): number;
  /** What the last turn is known to have made of what it touched; null: that has to be looked at. */
  protected foresee(): ReadonlyMap<string, string> | null {
    return null;
  }

  /** Nobody asks now what stands there. */
  protected get isBlind(): boolean {
    return false;
  }

  /** Whether a fault that may happen now does. */
  protected abstract isMet(fault: Fault): boolean;

  /** From here on every choice counts, until it is said to be over; before and after, what came first goes first. */
  race(world: World): void {
    this.world = world;
  }

  /** What stands at the end is told once more. */
  end(): void {
    if (this.world !== null) this.conclude(this.world);
    this.world = null;
  }

  drawOf(seed: number): Draw {
    return new FixedDraw(seed);
  }

  /** By what a call of a store's is begun now: the turn, the calls that it goes on from, and what it may have read to decide what it does. */
  askedBy(store: object): unknown {
    if (this.world === null) return null;
    this.hasAsked = true;
    const { outbox, scopes } = (store as { replica: Replica }).replica;
    return {
      by: this.last?.name,
      after: this.endings,
      outbox: [...outbox.values()],
      scopes: [...scopes.values()],
    };
  }

  ended(asked: unknown, value: unknown): void {
    if (this.world !== null) this.endings = [...this.endings, { asked, value }];
  }

  /** May happen at each occasion, so often in all. */
  meets(fault: Fault): boolean {
    const { losses, last } = this;
    if (this.world === null || !losses.faults.includes(fault) || !this.isMet(fault)) return false;
    losses.left -= 1;
    // What is begun by a turn that met it is not what is begun by one that did not.
    if (last !== null) this.last = { ...last, name: `${last.name} ${fault}` };
    return true;
  }

  /** What waits and is not dead, each with its name: two of the same name do the same. */
  named(): ReadonlyMap<Task, string> {
    const { waiting } = this.scheduler;
    const counts = new Map<string, number>();
    return new Map(
      waiting.map((task) => {
        const name = this.nameOf(task);
        // Timers of one tab are in the order in which it set them.
        const count = TIMER.test(task.label) ? (counts.get(name) ?? 0) : 0;
        counts.set(name, count + 1);
        return [task, `${count} ${name}`];
      }),
    );
  }

  /** By what it is, and what it brings. */
  protected nameOf(task: Task): string {
    const known = this.names.get(task);
    if (known !== undefined) return known;
    const { owner, label, at, payload } = task;
    // What a transaction brings is told with its tab.
    const brings = payload === undefined || label.endsWith(' ends') ? '' : hash(payload());
    const name = JSON.stringify([owner?.name, label, at, brings]);
    this.names.set(task, name);
    return name;
  }

  private choose(ready: readonly Task[]): number {
    if (this.world === null) return 0;
    this.conclude(this.world);
    const place = this.pick(ready);
    const task = ready[place];
    if (task !== undefined) this.last = { name: this.nameOf(task), touched: touchedBy(task) };
    [this.endings, this.hasAsked] = [[], false];
    return place;
  }

  /** What the last turn made of what it touched. */
  private conclude(world: World): void {
    const { unseen, isBlind } = this;
    const { name, touched } = this.last ?? { name: '', touched: everything(world) };
    if (world.backups.length > this.backups.length) this.backups.push(hash(contentOf(world.server)));
    this.hear(world, { name, touched });
    for (const one of touched) {
      // What stands in such a tab is not told by what it holds, but by how it came there.
      if (isOpening(world, one)) this.pasts.set(one, hash([this.pasts.get(one), name]));
      unseen.add(deviceOf(one));
    }
    if (isBlind) return;
    const foreseen = this.foresee();
    for (const one of unseen)
      for (const [place, past] of foreseen ?? this.pastsOf(world, one)) this.pasts.set(place, past);
    unseen.clear();
  }

  private hear({ devices }: World, { name, touched }: Taken): void {
    for (const tab of devices.flatMap(({ tabs }) => tabs.filter((open) => touched.includes(open.name)))) {
      const before = this.heard.get(tab.name) ?? [];
      this.heard.set(
        tab.name,
        tab.storageCalls.length === 0 ? [] : this.isKept(name) ? [...before, name] : before,
      );
    }
  }

  /** A tab that has something under way may keep this for later, in a call of its own: an answer that led to no other call, yet. */
  protected isKept(turn: string): boolean {
    return !this.hasAsked && ANSWER.test(turn);
  }

  /** Of the server, or of a device and its tabs. */
  private pastsOf({ server, devices }: World, one: string): ReadonlyMap<string, string> {
    const device = devices.find(({ name }) => name === one);
    if (device === undefined) return new Map([[one, hash([contentOf(server), this.backups])]]);
    const tabs = new Map(
      device.tabs.map((tab) => [tab.name, tab.engine === null ? null : this.heldBy(tab)] as const),
    );
    const parts = { name: one, tables: device.database.tables, tabs };
    const gone = [...this.pasts.keys()]
      .filter((place) => deviceOf(place) === one)
      .map((place) => [place, 'gone'] as const);
    const texts = [...textsOf(parts, this.isExact)].map(
      ([place, text]) =>
        [place, tabs.get(place) === null ? (this.pasts.get(place) ?? '') : hash(text)] as const,
    );
    return new Map([...gone, ...texts]);
  }

  private heldBy(tab: SimulatedTab): unknown {
    const { core } = tab.engine as unknown as { core: { ports: { random: Random } } };
    const { isPlugged, isShown, storageCalls, engine } = tab;
    const ends = this.scheduler.waiting
      .filter(({ owner, label }) => owner === tab && label.endsWith(' ends'))
      .map(({ payload }) => JSON.parse(payload?.() ?? 'null') as unknown);
    const heard = this.heard.get(tab.name);
    return { isPlugged, isShown, storageCalls, engine, random: core.ports.random, ends, heard };
  }
}

export function deviceOf(place: string): string {
  return place.replace(/\..*/, '');
}

/** The tab, device or server that it belongs to: a request on its way is its sender's, an act its actor's. */
export function placeOf({ owner, label, payload }: Task): string {
  if (owner !== null) return owner.name;
  const [, place] = /^act (\S+)/.exec(label) ?? /^(\S+)/.exec(payload?.() ?? '') ?? [];
  if (place === undefined) throw new Error(`Nobody's: ${label}`);
  return place;
}

/**
 * What may be next, of one tab's or of everybody's. A tab hears of its transactions in the order in which it asked for them, as IndexedDB
 * has it: of one before the next begins. And a request on its way alters nothing until it arrives: it leaves at once.
 */
export function openTo<T extends { readonly label: string; readonly owner: unknown }>(
  ready: readonly T[],
): readonly T[] {
  const leaving = ready.find(({ label }) => label.endsWith(' leaves'));
  if (leaving !== undefined) return [leaving];
  const isLater = (task: T): boolean =>
    task.label.endsWith(' begins') &&
    ready.some(({ owner, label }) => owner === task.owner && label.endsWith(' ends'));
  return ready.filter((task) => !isLater(task));
}

/** A transaction touches its tab and the database; what arrives touches the server. */
function touchedBy(task: Task): readonly string[] {
  if (task.label.endsWith(' arrives')) return ['server'];
  const tab = placeOf(task);
  return task.label.endsWith(' begins') ? [tab, deviceOf(tab)] : [tab];
}

function isOpening({ devices }: World, place: string): boolean {
  return (
    place.includes('.') &&
    !devices.some(({ tabs }) => tabs.some(({ name, engine }) => name === place && engine !== null))
  );
}

function everything({ devices }: World): readonly string[] {
  return ['server', ...devices.flatMap(({ name, tabs }) => [name, ...tabs.map((tab) => tab.name)])];
}

function hash(parts: unknown): string {
  return createHash('sha1').update(JSON.stringify(parts)).digest('base64');
}
