import type { Fault } from '../simulation/plan.ts';
import type { Task } from '../simulation/scheduler.ts';
import type { Trace } from '../simulation/trace.ts';
import type { Interleavings } from './interleavings.ts';
import { openTo, Watch, type Losses } from './watch.ts';

/**
 * Decides a run by going through all of its interleavings, each of them a run of its own; of those that lead to the same state one is gone on
 * with. Nothing is taken for granted of what touches what. This is what `exhaust` is held against.
 */
export class PlainSearch extends Watch {
  /** What stood when the race was over. Null: another run goes on from where this one came to. */
  final: string | null = null;
  private asked = 0;

  constructor(
    private readonly interleavings: Interleavings,
    trace: Trace,
    losses: Losses,
  ) {
    super(trace, losses);
  }

  override end(): void {
    super.end();
    if (!this.interleavings.isKnown) this.final = this.state();
  }

  protected override isMet(fault: Fault): boolean {
    if (this.losses.left === 0) return false;
    this.asked += 1;
    return this.choice(2, `${fault} ${this.asked} ${this.last?.name}`) === 1;
  }

  protected override pick(ready: readonly Task[]): number {
    const named = this.named();
    const open = new Map(openTo(ready).map((task) => [named.get(task), task]));
    const taken = this.choice(open.size, String(this.scheduler.elapsedMs));
    this.asked = 0;
    const task = [...open.values()][taken];
    return task === undefined ? 0 : ready.indexOf(task);
  }

  private choice(options: number, where: string): number {
    return this.interleavings.pick(options, () => `${where} ${this.state()}`);
  }

  /** All that what follows depends on. */
  private state(): string {
    const names = [...this.named().values()].sort();
    return JSON.stringify([this.losses.left, [...this.pasts].sort(), names]);
  }
}
