import type { Core } from './core.ts';
import { CLOSED_LANE, stepLane, type Lane, type LaneEvent } from './lane.ts';
import type { Unsubscribe } from './model.ts';
import { retryDelayMs } from './retry.ts';
import type { WorkResult } from './work-result.ts';

/** One lane with its timer and its work. What the work's end means beyond this lane is told to `onEnd`. */
export class LaneRunner {
  private lane: Lane = CLOSED_LANE;
  private cancelTimer: Unsubscribe | null = null;
  private lastError: { readonly code: string; readonly message: string } | null = null;

  constructor(
    private readonly core: Core,
    private readonly work: () => Promise<WorkResult>,
    private readonly onEnd: (
      result: WorkResult | { readonly kind: 'threw'; readonly error: unknown },
    ) => void,
  ) {}

  get isRunning(): boolean {
    return this.lane.name === 'running' || this.lane.name === 'dirty' || this.lane.name === 'closing';
  }

  /** Monotonic time of the next try, while it waits after a failure. */
  get retryAt(): number | null {
    return this.lane.name === 'backoff' ? this.lane.timerAt : null;
  }

  get error(): { readonly code: string; readonly message: string } | null {
    return this.lane.name === 'backoff' ? this.lastError : null;
  }

  open(): void {
    this.tell({ type: 'open' });
  }

  close(): void {
    this.tell({ type: 'close' });
  }

  now(): void {
    this.tell({ type: 'now' });
  }

  soon(delayMs: number, maxMs: number): void {
    this.tell({ type: 'want', now: this.time(), delayMs, maxMs });
  }

  reset(): void {
    this.tell({ type: 'reset', now: this.time() });
  }

  private tell(event: LaneEvent): void {
    const { lane, action } = stepLane(this.lane, event);
    this.lane = lane;
    switch (action) {
      case 'none':
        return;
      case 'disarm':
        return this.disarm();
      case 'arm':
        return this.arm();
      case 'run':
        this.disarm();
        void this.run();
    }
  }

  private disarm(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
  }

  private arm(): void {
    this.disarm();
    const delayMs = Math.max(0, (this.lane.timerAt ?? 0) - this.time());
    this.cancelTimer = this.core.ports.timers.after(delayMs, () =>
      this.tell({ type: 'timer', now: this.time() }),
    );
  }

  private async run(): Promise<void> {
    const result = await this.work().catch((error: unknown) => ({ kind: 'threw', error }) as const);
    this.finish(result);
    this.onEnd(result);
  }

  private finish(result: WorkResult | { readonly kind: 'threw'; readonly error: unknown }): void {
    const now = this.time();
    if (result.kind === 'done') return this.tell({ type: 'done', now, more: result.more });
    const atLeastMs = result.kind === 'retry' ? (result.atLeastMs ?? 0) : 0;
    this.lastError = result.kind === 'retry' ? result.error : null;
    const delayMs = retryDelayMs(this.lane.attempt, this.core.ports.random.next(), {
      ...this.core.options,
      atLeastMs,
    });
    this.tell({ type: 'fail', now, delayMs, isOrder: atLeastMs > 0 });
  }

  private time(): number {
    return this.core.ports.clock.monotonic();
  }
}
