import type { Core } from './core.ts';
import type { WriteTransaction } from './storage-port.ts';
import type { OutboxRow } from './stored.ts';

/** Less than this is no jump: clocks are slewed all the time. A slow drift adds up until it is one. */
const JUMP_MS = 1_000;

interface Look {
  readonly wall: number;
  readonly monotonic: number;
  /** The last place in the outbox that was taken by then. */
  readonly order: number;
}

/**
 * R25: when the wall clock is set, queued edit times go with it, so that the age of an edit stays what it is. Every tab watches, the
 * leader alone stores: at each heartbeat and before each push. What happens while no page is open cannot be seen.
 */
export class ClockWatch {
  private last: Look | null = null;
  /** Wall clock minus monotonic clock, as the stored times have it. */
  private offset = 0;

  private tail: Promise<void> = Promise.resolve();

  constructor(private readonly core: Core) {}

  /** One look at a time: two that saw the same jump would both shift by it. */
  check(): Promise<void> {
    this.tail = this.tail.catch(() => undefined).then(() => this.step());
    return this.tail;
  }

  private async step(): Promise<void> {
    const { last, offset } = this;
    const now = this.look();
    const setMs = now.wall - now.monotonic - offset;
    const isJump = last !== null && Math.abs(setMs) >= JUMP_MS;
    const hasRows = this.core.replica.changes().length > 0;
    if (isJump && hasRows && this.core.store.fence !== null) await this.shift(last, { now, setMs });
    // Only now: a storage that failed leaves everything to the next look.
    this.last = now;
    if (last === null || isJump) this.offset = now.wall - now.monotonic;
  }

  private look(): Look {
    const { ports, replica } = this.core;
    const order = replica.changes().at(-1)?.order ?? 0;
    return {
      wall: ports.clock.now(),
      monotonic: ports.clock.monotonic(),
      order: Math.max(order, this.last?.order ?? 0),
    };
  }

  private async shift(last: Look, { now, setMs }: { now: Look; setMs: number }): Promise<void> {
    const until = last.wall + now.monotonic - last.monotonic;
    // What another tab wrote since the last look: by the old clock it lies in between, by the new one elsewhere.
    const isOfOldClock = ({ order, editedAt }: OutboxRow): boolean =>
      order <= last.order || (editedAt >= last.wall && editedAt <= until);
    await this.core.store.lead('strict', async (tx) => {
      for (const row of await this.rows(tx)) if (isOfOldClock(row)) tx.putChange(shifted(row, setMs));
    });
  }

  private async rows(tx: WriteTransaction): Promise<readonly OutboxRow[]> {
    const scopes = new Set(this.core.replica.changes().map((row) => row.scope));
    const lists = [...scopes].map((scope) => tx.changes(scope, 0, Number.MAX_SAFE_INTEGER));
    return (await Promise.all(lists)).flat();
  }
}

/** What was frozen stays as it is (I9): the push that carries it tells its own time by the clock of then. */
function shifted(row: OutboxRow, setMs: number): OutboxRow {
  const { editedAt, firstEditedAt, clockSetMs = 0 } = row;
  const frozen = row.frozen === null ? {} : { clockSetMs: clockSetMs + setMs };
  return { ...row, editedAt: editedAt + setMs, firstEditedAt: firstEditedAt + setMs, ...frozen };
}
