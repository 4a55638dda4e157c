import { createHash } from 'node:crypto';
import type { Random } from '../../sync/ports.ts';
import type { Luck } from '../simulation/luck.ts';
import { Draw, type Fault } from '../simulation/plan.ts';
import { Scheduler, type Task } from '../simulation/scheduler.ts';
import type { SimulatedTab } from '../simulation/simulated-tab.ts';
import type { Trace } from '../simulation/trace.ts';
import type { World } from '../simulation/world.ts';
import { contentOf } from './content.ts';

/** These tell their listener nothing but that they happened. */
const PLAIN = /^(timer|timeout|message|poke .*|lock gained|lock lost|.* times out)$/;
/** What goes on with what was begun before, or is remembered by the engine. */
const FLOWING = /( begins| ends| leaves|"poke [^"]*)"/;
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

/**
 * Sees a run as states: what every tab's engine, every database and the server hold, what waits for its turn, and when what waits was
 * begun: that is what a call remembers that is under way. Whoever extends it decides what comes next.
 */
export abstract class Watch implements Luck {
  readonly scheduler: UntimedScheduler;
  /** Hash of what a tab, a database or the server holds, by its name. */
  readonly pasts = new Map<string, string>();
  protected world: World | null = null;
  private readonly stamps = new WeakMap<Task, string>();
  /** What the server held when it was backed up. */
  private readonly backups: string[] = [];
  private readonly names = new WeakMap<Task, string>();
  /** What a tab was told since it last had nothing under way: that may wait in a call of its own. */
  private readonly heard = new Map<string, readonly string[]>();
  /** The turn that was taken last. */
  protected last: { readonly name: string; readonly touched: readonly string[] } | null = null;

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

  private nameOf(task: Task): string {
    const known = this.names.get(task);
    if (known !== undefined) return known;
    const name = JSON.stringify([task.owner?.name, task.label, task.at, this.stamps.get(task)]);
    this.names.set(task, name);
    return name;
  }

  private choose(ready: readonly Task[]): number {
    if (this.world === null) return 0;
    this.conclude(this.world);
    const place = this.pick(ready);
    const task = ready[place];
    if (task !== undefined) this.last = { name: this.nameOf(task), touched: touchedBy(task) };
    return place;
  }

  /** What the last turn made of what it touched. */
  private conclude(world: World): void {
    const { name, touched } = this.last ?? { name: '', touched: everything(world) };
    this.hear(world, { name, touched });
    const foreseen = this.foresee();
    for (const one of touched) this.pasts.set(one, foreseen?.get(one) ?? this.pastOf(world, one, name));
    const current = hash([name, ...touched.map((one) => this.pasts.get(one))]);
    for (const task of this.scheduler.waiting)
      if (!this.stamps.has(task)) this.stamps.set(task, stampOf(task, current));
  }

  private pastOf(world: World, one: string, name: string): string {
    if (one === 'server') return hash([contentOf(world.server), this.backups]);
    for (const device of world.devices) {
      if (device.name === one) return hash(contentOf(device.database.tables));
      const tab = device.tabs.find((open) => open.name === one);
      if (tab === undefined) continue;
      const isTold = tab.engine !== null;
      return isTold ? hash([contentOfTab(tab), this.heard.get(one)]) : hash([this.pasts.get(one), name]);
    }
    return 'gone';
  }

  /** While its storage has something under way, calls of a tab's may wait behind that with what they were told. */
  private hear(
    { devices, backups }: World,
    { name, touched }: { name: string; touched: readonly string[] },
  ): void {
    if (backups.length > this.backups.length) this.backups.push(this.pasts.get('server') ?? '');
    for (const tab of devices.flatMap(({ tabs }) => tabs.filter((open) => touched.includes(open.name)))) {
      const isBusy = tab.storageCalls > 0;
      const before = this.heard.get(tab.name) ?? [];
      this.heard.set(tab.name, !isBusy ? [] : FLOWING.test(name) ? before : [...before, name]);
    }
  }
}

/** By what it was begun, or by whom and what it brings. */
function stampOf({ label, payload }: Task, current: string): string {
  if (PLAIN.test(label)) return '';
  return payload === undefined ? current : hash(payload());
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

function contentOfTab(tab: SimulatedTab): string {
  const { core } = tab.engine as unknown as { core: { ports: { random: Random } } };
  const { isPlugged, isShown, storageCalls, engine } = tab;
  return contentOf({ isPlugged, isShown, storageCalls, engine, random: core.ports.random });
}

/** A transaction touches its tab and the database; what arrives touches the server. */
function touchedBy(task: Task): readonly string[] {
  if (task.label.endsWith(' arrives')) return ['server'];
  const tab = placeOf(task);
  return task.label.endsWith(' begins') ? [tab, tab.replace(/\..*/, '')] : [tab];
}

function everything({ devices }: World): readonly string[] {
  return ['server', ...devices.flatMap(({ name, tabs }) => [name, ...tabs.map((tab) => tab.name)])];
}

function hash(parts: unknown): string {
  return createHash('sha1').update(JSON.stringify(parts)).digest('base64');
}
