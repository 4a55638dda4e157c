import type { Clock, Timers } from '../sync/ports.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Time that stands still until it is told to pass. Also the timers of everything that shares it. */
export class ManualClock implements Clock, Timers {
  private elapsedMs = 0;
  private offsetMs: number;
  private count = 0;
  private readonly timers = new Set<Timer>();

  /** @param startAt wall clock, milliseconds since 1970. Default: noon UTC on 31 January 2026. */
  constructor(startAt = Date.UTC(2026, 0, 31, 12)) {
    this.offsetMs = startAt;
  }

  /** Wall clock, milliseconds since 1970. */
  now(): number {
    return this.offsetMs + this.elapsedMs;
  }

  /** Milliseconds that passed since this clock was made. */
  monotonic(): number {
    return this.elapsedMs;
  }

  /** Sets the wall clock forward or back, as a person or a time server may. */
  jump(byMs: number): void {
    this.offsetMs += byMs;
  }

  /** Runs once, when that much time has passed; the returned function cancels it. */
  after(delayMs: number, run: () => void): () => void {
    const timer = { at: this.elapsedMs + delayMs, order: this.count++, run };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Lets time pass: each timer that is due runs at its time, and what it starts comes to rest before the next one. */
  async pass(ms: number): Promise<void> {
    const end = this.elapsedMs + ms;
    await rest();
    for (let timer = this.due(end); timer !== undefined; timer = this.due(end)) {
      this.elapsedMs = Math.max(this.elapsedMs, timer.at);
      this.timers.delete(timer);
      timer.run();
      await rest();
    }
    this.elapsedMs = end;
  }

  /**
   * Lets time pass while nothing runs, as when the lid is closed or the page frozen: timers that came due meanwhile run once, late,
   * and in their order. For days on end, where `pass` would live through every heartbeat.
   */
  async sleep(ms: number): Promise<void> {
    await rest();
    this.elapsedMs += ms;
    const due = [...this.timers].filter((timer) => timer.at <= this.elapsedMs);
    for (const timer of due.sort(byTime)) {
      // An earlier one may have cancelled it.
      if (!this.timers.delete(timer)) continue;
      timer.run();
      await rest();
    }
  }

  /** Lets time pass, step by step, until something holds; throws when it does not within `limitMs` of this clock. */
  async until(holds: () => boolean, limitMs = 600_000): Promise<void> {
    const end = this.elapsedMs + limitMs;
    await rest();
    while (!holds()) {
      const timer = this.due(end);
      if (timer === undefined)
        throw new Error(`It did not come to hold within ${limitMs} ms: ${holds.toString()}`);
      await this.pass(timer.at - this.elapsedMs);
    }
  }

  private due(end: number): Timer | undefined {
    const due = [...this.timers].filter((timer) => timer.at <= end);
    return due.sort(byTime)[0];
  }
}

function byTime(a: Timer, b: Timer): number {
  return a.at - b.at || a.order - b.order;
}

/** Everything that only waits for promises has come to rest when this resolves. */
export async function rest(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}
