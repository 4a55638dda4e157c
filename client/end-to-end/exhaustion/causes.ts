import { createHash } from 'node:crypto';
import type { Random } from '../../sync/ports.ts';
import type { Luck } from '../simulation/luck.ts';
import { Draw, type Fault } from '../simulation/plan.ts';
import { Scheduler, type Task } from '../simulation/scheduler.ts';
import type { SimulatedTab } from '../simulation/simulated-tab.ts';
import type { Trace } from '../simulation/trace.ts';
import type { World } from '../simulation/world.ts';
import { contentOf } from './content.ts';
import type { Interleavings } from './interleavings.ts';

/** These tell their listener nothing but that they happened. */
const PLAIN = /^(timer|timeout|message|poke .*|lock gained|lock lost|.* times out)$/;
const TIMER = /^(timer|timeout|.* times out)$/;

/** Messages, answers and transactions come when the choices say so; only what is set for a time waits for it. */
class UntimedScheduler extends Scheduler {
  override after(task: Parameters<Scheduler['after']>[0]): () => void {
    return super.after(TIMER.test(task.label) ? task : { ...task, delayMs: 0 });
  }

  get waiting(): readonly Task[] {
    return this.tasks;
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

interface Losses {
  readonly faults: readonly Fault[];
  /** How many there may be. */
  left: number;
}

/** What became of the world with one turn: kept for the runs that begin alike. */
interface Turn {
  readonly pasts: ReadonlyMap<string, string>;
  readonly current: string;
}

/** Kept from run to run of one scope. */
export interface Memory {
  readonly interleavings: Interleavings;
  readonly turns: Turn[];
}

/**
 * Decides a run by going through all of its interleavings. A state is what every tab's engine, every database and the server hold, what
 * waits for its turn, and when what waits was begun: that is what a call remembers that is under way. Of orders that lead to the same
 * state, one is gone on with.
 */
export class Causes implements Luck {
  readonly scheduler: UntimedScheduler;
  private world: World | null = null;
  /** Hash of what a tab, a database or the server holds. */
  private pasts = new Map<string, string>();
  private readonly stamps = new WeakMap<Task, string>();
  private readonly payloads = new WeakMap<Task, string>();
  private options: readonly string[] = [];
  private current = '';
  private last: { readonly name: string; readonly touched: readonly string[] } | null = null;
  private turn = 0;
  private asked = 0;

  constructor(
    private readonly memory: Memory,
    trace: Trace,
    private readonly losses: Losses,
  ) {
    this.scheduler = new UntimedScheduler((ready) => this.choose(ready), trace);
  }

  /** From here on every choice is gone through; before and after, what came first goes first. */
  race(world: World | null): void {
    this.world = world;
  }

  drawOf(seed: number): Draw {
    return new FixedDraw(seed);
  }

  /** May happen at each occasion, so often in all. */
  meets(fault: Fault, { name }: { readonly name: string }): boolean {
    const { losses } = this;
    if (this.world === null || losses.left === 0 || !losses.faults.includes(fault)) return false;
    this.asked += 1;
    const where = `${fault} ${name} ${this.asked} ${this.last?.name}`;
    if (this.memory.interleavings.pick(2, () => this.state(where)) === 0) return false;
    losses.left -= 1;
    if (this.last !== null) this.last = { ...this.last, name: `${this.last.name} ${fault}` };
    return true;
  }

  private choose(ready: readonly Task[]): number {
    const { interleavings } = this.memory;
    if (this.world === null || interleavings.isKnown) return 0;
    this.conclude(this.world);
    for (const task of ready) if (!this.stamps.has(task)) this.stamps.set(task, this.current);
    const open = openTo(ready);
    const names = ready.map((task) => (open.has(task) ? this.nameOf(task, ready) : ''));
    this.options = [...new Set(names)].filter((name) => name !== '');
    const taken = interleavings.pick(this.options.length, () => this.state('turn'));
    const name = this.options[taken] ?? '';
    const place = names.indexOf(name);
    const task = ready[place];
    if (task !== undefined) this.last = { name, touched: touchedBy(task) };
    this.asked = 0;
    return place;
  }

  /** What the last turn made of what it touched. */
  private conclude(world: World): void {
    const { interleavings, turns } = this.memory;
    const again = interleavings.isRepeating ? turns[this.turn] : undefined;
    if (again === undefined) {
      const { name, touched } = this.last ?? { name: '', touched: everything(world) };
      for (const one of touched) this.pasts.set(one, this.pastOf(world, one, name));
      this.current = hash([name, ...touched.map((one) => this.pasts.get(one))]);
      turns[this.turn] = { pasts: new Map(this.pasts), current: this.current };
    } else {
      this.pasts = new Map(again.pasts);
      this.current = again.current;
    }
    this.turn += 1;
  }

  private pastOf(world: World, one: string, name: string): string {
    if (one === 'server') return hash(contentOf(world.server));
    for (const device of world.devices) {
      if (device.name === one) return hash(contentOf(device.database.tables));
      const tab = device.tabs.find((open) => open.name === one);
      if (tab === undefined) continue;
      const isTold = tab.engine !== null && tab.storageCalls < 2;
      return isTold ? hash(contentOfTab(tab)) : hash([this.pasts.get(one), name]);
    }
    return 'gone';
  }

  /** Two of the same name do the same; timers of one tab are in the order in which it set them. */
  private nameOf(task: Task, ready: readonly Task[]): string {
    const { owner, label, at } = task;
    const equal = (other: Task): boolean => other.label === label && other.owner === owner && other.at === at;
    const order = TIMER.test(label) ? ready.filter(equal).indexOf(task) : 0;
    return JSON.stringify([owner?.name, label, at, order, this.stampOf(task)]);
  }

  /** When it was begun, or what it brings. */
  private stampOf(task: Task): string {
    if (PLAIN.test(task.label)) return '';
    if (task.payload === undefined) return this.stamps.get(task) ?? '';
    const known = this.payloads.get(task) ?? hash(task.payload());
    this.payloads.set(task, known);
    return known;
  }

  private state(where: string): string {
    const { elapsedMs, waiting } = this.scheduler;
    const names = waiting
      .filter(({ owner }) => owner?.isAlive !== false)
      .map((task) => JSON.stringify([task.owner?.name, task.label, task.at, this.stampOf(task)]))
      .sort();
    return hash([where, elapsedMs, this.losses.left, [...this.pasts].sort(), names]);
  }
}

function contentOfTab(tab: SimulatedTab): string {
  const { core } = tab.engine as unknown as { core: { ports: { random: Random } } };
  const { isPlugged, isShown, storageCalls, engine } = tab;
  return contentOf({ isPlugged, isShown, storageCalls, engine, random: core.ports.random });
}

/** A transaction touches its tab and the database; an act says for itself. */
function touchedBy({ owner, label }: Task): readonly string[] {
  const [, acted] = /^act (\S+)/.exec(label) ?? [];
  const tab = acted ?? owner?.name ?? 'server';
  return label.endsWith(' begins') ? [tab, tab.replace(/\..*/, '')] : [tab];
}

function everything({ devices }: World): readonly string[] {
  return ['server', ...devices.flatMap(({ name, tabs }) => [name, ...tabs.map((tab) => tab.name)])];
}

/**
 * A tab hears of its transactions in the order in which it asked for them, as IndexedDB has it: of one before the next begins. And a
 * request on its way alters nothing until it arrives: it leaves at once.
 */
function openTo(ready: readonly Task[]): ReadonlySet<Task> {
  const leaving = ready.find(({ label }) => label.endsWith(' leaves'));
  if (leaving !== undefined) return new Set([leaving]);
  const isLater = (task: Task): boolean =>
    task.label.endsWith(' begins') &&
    ready.some(({ owner, label }) => owner === task.owner && label.endsWith(' ends'));
  return new Set(ready.filter((task) => !isLater(task)));
}

function hash(parts: unknown): string {
  return createHash('sha1').update(JSON.stringify(parts)).digest('base64');
}
