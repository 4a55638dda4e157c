import { createHash } from 'node:crypto';
import type { Fault } from '../simulation/plan.ts';
import type { Task } from '../simulation/scheduler.ts';
import type { Trace } from '../simulation/trace.ts';
import type { Interleavings } from './interleavings.ts';
import { openTo, Watch, type Losses } from './watch.ts';

/** These tell their listener nothing but that they happened. */
const PLAIN = /^(timer|timeout|message|poke .*|lock gained|lock lost|.* times out)$/;

/** What goes on with what was begun before, or is remembered by the engine. */
const FLOWING = /( begins| ends| leaves|"poke [^"]*)"/;

/**
 * Decides a run by going through all of its interleavings, each of them a run of its own; of those that lead to the same state one is gone on
 * with. Nothing is taken for granted of what touches what, nor of what a call remembers: what waits is told apart by all that stood there
 * when it was begun. This is what `exhaust` is held against.
 */
export class PlainSearch extends Watch {
  /** What stood when the race was over. Null: another run goes on from where this one came to. */
  final: string | null = null;
  protected override isExact = true;
  private asked = 0;
  private readonly stamps = new WeakMap<Task, string>();

  constructor(
    private readonly interleavings: Interleavings,
    trace: Trace,
    losses: Losses,
  ) {
    super(trace, losses);
  }

  override end(): void {
    // What stands at the end is compared with what others saw.
    this.isExact = false;
    this.last = null;
    super.end();
    if (!this.interleavings.isKnown) this.final = this.state((task) => this.named().get(task) ?? '');
  }

  /** Whatever it was told. */
  protected override isKept(turn: string): boolean {
    return !FLOWING.test(turn);
  }

  protected override isMet(fault: Fault): boolean {
    if (this.losses.left === 0) return false;
    this.asked += 1;
    return this.choice(2, `${fault} ${this.asked} ${this.last?.name}`) === 1;
  }

  protected override pick(ready: readonly Task[]): number {
    const named = this.named();
    const current = createHash('sha1')
      .update(JSON.stringify([this.last?.name, this.last?.touched.map((one) => this.pasts.get(one))]))
      .digest('base64');
    for (const task of named.keys())
      if (!this.stamps.has(task)) this.stamps.set(task, PLAIN.test(task.label) ? '' : current);
    const open = new Map(openTo(ready).map((task) => [this.stamped(task, named), task]));
    const taken = this.choice(open.size, String(this.scheduler.elapsedMs));
    this.asked = 0;
    const task = [...open.values()][taken];
    return task === undefined ? 0 : ready.indexOf(task);
  }

  private choice(options: number, where: string): number {
    const named = this.named();
    return this.interleavings.pick(
      options,
      () => `${where} ${this.state((task) => this.stamped(task, named))}`,
    );
  }

  private stamped(task: Task, named: ReadonlyMap<Task, string>): string {
    return `${named.get(task) ?? ''} ${this.stamps.get(task) ?? ''}`;
  }

  /** All that what follows depends on. */
  private state(nameOf: (task: Task) => string): string {
    const names = [...this.named().keys()].map(nameOf).sort();
    return JSON.stringify([this.losses.left, [...this.pasts].sort(), names]);
  }
}
