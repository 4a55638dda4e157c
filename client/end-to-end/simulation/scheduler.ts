import type { Timers } from '../../sync/ports.ts';
import type { Trace } from './trace.ts';

/** Whose task it is: a dead one's never run, a frozen one's wait until it thaws. */
export interface Owner {
  readonly name: string;
  isAlive: boolean;
  isFrozen: boolean;
}

/** One thing that waits for its turn. */
export interface Task {
  /** Not before, milliseconds since the run began. */
  readonly at: number;
  readonly owner: Owner | null;
  readonly label: string;
  /** What it brings along, for whoever has to tell two of the same label apart. */
  readonly payload?: (() => string) | undefined;
  readonly run: () => void;
}

/** Something that is to wait: by default not before now. */
export type Wish = Omit<Task, 'at'> & { readonly delayMs?: number };

/** Which of the things that could happen next does: its place. There is always one. */
export type Choose = (ready: readonly Task[]) => number;

/**
 * Virtual time and everything that waits in it. Each port call of an engine is a task here; one runs at a time, and what it sets free
 * comes to rest before the next is chosen. So the choices alone decide a run: no clock, no timer and no I/O of the machine's has a say.
 */
export class Scheduler {
  /** Milliseconds since the run began. */
  elapsedMs = 0;
  /** Tasks that ran. */
  turns = 0;
  protected tasks: Task[] = [];

  constructor(
    private readonly choose: Choose,
    readonly trace: Trace,
  ) {}

  /** Runs once, not before `delayMs`. The returned function cancels it. */
  after(task: Wish): () => void {
    // Of one shape, whoever asks: each turn looks at all that wait.
    const { owner, label, payload, run, delayMs = 0 } = task;
    const queued: Task = { at: this.elapsedMs + delayMs, owner, label, payload, run };
    this.tasks.push(queued);
    return () => {
      const place = this.tasks.indexOf(queued);
      if (place >= 0) this.tasks.splice(place, 1);
    };
  }

  /** Resolves when it is this one's turn; never, when its owner died first. */
  turnOf(owner: Owner | null, label: string, more: Pick<Wish, 'delayMs' | 'payload'> = {}): Promise<void> {
    return new Promise((run) => this.after({ ...more, owner, label, run }));
  }

  timersOf(owner: Owner): Timers {
    return {
      after: (delayMs, run) => this.after({ owner, label: 'timer', delayMs: Math.ceil(delayMs), run }),
    };
  }

  /** Whether something of that label waits for its turn. */
  isAwaited(owner: Owner, label: string): boolean {
    return this.tasks.some((task) => task.owner === owner && task.label === label);
  }

  /** Whatever waits on promises only has come to rest when this resolves. */
  rest(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Runs the next task at or before `limitMs`; false when there is none. */
  async turn(limitMs = Infinity): Promise<boolean> {
    const task = this.next(limitMs);
    if (task === null) return false;
    this.turns += 1;
    this.trace.note(`${this.elapsedMs} ${task.owner?.name ?? 'net'} ${task.label}`);
    task.run();
    await this.rest();
    return true;
  }

  /** Lets that much time pass. */
  async pass(ms: number): Promise<void> {
    const end = this.elapsedMs + ms;
    await this.rest();
    while (await this.turn(end));
    this.elapsedMs = end;
  }

  /** Runs so many tasks. */
  async run(turns: number): Promise<void> {
    await this.rest();
    for (let count = 0; count < turns && (await this.turn()); count++);
  }

  /** Runs until something holds once all that was due is done; false when it does not within `limitMs`. */
  async until(holds: () => boolean, limitMs: number): Promise<boolean> {
    const end = this.elapsedMs + limitMs;
    for (;;) {
      await this.pass(0);
      if (holds()) return true;
      if (!(await this.turn(end))) return false;
    }
  }

  private next(limitMs: number): Task | null {
    const ready = this.ready(limitMs);
    const task = ready[ready.length > 0 ? this.choose(ready) : 0];
    if (task === undefined) return null;
    this.tasks.splice(this.tasks.indexOf(task), 1);
    return task;
  }

  /** What could run next, once time has moved on to it. One pass: this is what a run does most. */
  private ready(limitMs: number): readonly Task[] {
    const living: Task[] = [];
    let ready: Task[] = [];
    let due = Infinity;
    for (const task of this.tasks) {
      if (task.owner?.isAlive === false) continue;
      living.push(task);
      if (task.owner?.isFrozen === true) continue;
      const at = Math.max(task.at, this.elapsedMs);
      if (at < due) [due, ready] = [at, []];
      if (at === due) ready.push(task);
    }
    this.tasks = living;
    if (due > Math.max(limitMs, this.elapsedMs)) return [];
    this.elapsedMs = Math.max(this.elapsedMs, due === Infinity ? 0 : due);
    return ready;
  }
}
