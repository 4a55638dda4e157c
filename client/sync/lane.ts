/**
 * One lane: the pushes of one scope, the pulls of one scope, or the questions for heads. Lanes never wait for each other. Pure: the
 * time comes with the event, and a step says what to do.
 *
 *              want                       timer, now
 *   idle ──────────────▶ debounce ───────────────────────▶ running ──done──▶ idle
 *    │                                                      │  ▲ │
 *    └──────────────────────── now ─────────────────────────┘  │ └─want, now─▶ dirty ──done──▶ debounce or running
 *                                     fail ▼     timer, reset  │
 *                                         backoff ─────────────┘
 *   close: to `closed` (a running one through `closing`, its answer still counts); open: back, at once when there is something to do
 */

export type LaneName = 'closed' | 'idle' | 'debounce' | 'backoff' | 'running' | 'dirty' | 'closing';

export type LaneEvent =
  | { readonly type: 'open' }
  | { readonly type: 'close' }
  /** There is something to do, after `delayMs`, at most `maxMs` after the first such wish. */
  | { readonly type: 'want'; readonly now: number; readonly delayMs: number; readonly maxMs: number }
  /** There is something to do now. In backoff that waits: see `reset`. */
  | { readonly type: 'now' }
  | { readonly type: 'timer'; readonly now: number }
  /** `more`: it knows of more to do right away. */
  | { readonly type: 'done'; readonly now: number; readonly more: boolean }
  | { readonly type: 'fail'; readonly now: number; readonly delayMs: number; readonly isOrder: boolean }
  /** A reason to try again at once: online, a poke, a wish to catch up. An ordered wait (`Retry-After`) is kept. */
  | { readonly type: 'reset'; readonly now: number };

export interface Lane {
  readonly name: LaneName;
  /** Failures in a row. */
  readonly attempt: number;
  /** There is something to do once this is over. */
  readonly wish: 'none' | 'soon' | 'now';
  /** When `soon` is due, and since when it is wished for (monotonic milliseconds). */
  readonly dueAt: number;
  readonly wishedAt: number;
  /** Not before this, by the server's order. */
  readonly notBefore: number;
  /** When the running timer fires; null without one. */
  readonly timerAt: number | null;
}

export interface LaneStep {
  readonly lane: Lane;
  /** `arm`: set the one timer anew (to `lane.timerAt`); `disarm`: cancel it; `run`: cancel it and do the work. */
  readonly action: 'run' | 'arm' | 'disarm' | 'none';
}

export const CLOSED_LANE: Lane = {
  name: 'closed',
  attempt: 0,
  wish: 'none',
  dueAt: 0,
  wishedAt: 0,
  notBefore: 0,
  timerAt: null,
};

type Of<T extends LaneEvent['type']> = Extract<LaneEvent, { type: T }>;
type Row = { readonly [T in LaneEvent['type']]: (lane: Lane, event: Of<T>) => LaneStep };

export function stepLane(lane: Lane, event: LaneEvent): LaneStep {
  const handler = LANE_TABLE[lane.name][event.type] as (lane: Lane, event: LaneEvent) => LaneStep;
  return handler(lane, event);
}

const stay = (lane: Lane): LaneStep => ({ lane, action: 'none' });
const run = (lane: Lane): LaneStep => ({
  lane: { ...lane, name: 'running', wish: 'none', timerAt: null },
  action: 'run',
});
const wishNow = (lane: Lane): LaneStep => stay({ ...lane, wish: 'now' });
const wishSoon = (lane: Lane, event: Of<'want'>): LaneStep => stay(soon(lane, event));

/** The due time moves with each wish, but never beyond `maxMs` after the first. */
function soon(lane: Lane, { now, delayMs, maxMs }: Of<'want'>): Lane {
  if (lane.wish === 'now') return lane;
  const wishedAt = lane.wish === 'none' ? now : lane.wishedAt;
  return { ...lane, wish: 'soon', wishedAt, dueAt: Math.min(now + delayMs, wishedAt + maxMs) };
}

function debounce(lane: Lane): LaneStep {
  return { lane: { ...lane, name: 'debounce', timerAt: lane.dueAt }, action: 'arm' };
}

function shut(lane: Lane): LaneStep {
  const wish = lane.wish === 'none' ? 'none' : 'now';
  return { lane: { ...lane, name: 'closed', wish, timerAt: null }, action: 'disarm' };
}

function finish(lane: Lane, { now, more }: Of<'done'>): LaneStep {
  const calm = { ...lane, attempt: 0, notBefore: 0 };
  if (more || lane.wish === 'now') return run(calm);
  if (lane.wish === 'none') return stay({ ...calm, name: 'idle' });
  return lane.dueAt <= now ? run(calm) : debounce(calm);
}

function backOff(lane: Lane, { now, delayMs, isOrder }: Of<'fail'>): LaneStep {
  const at = now + delayMs;
  const attempt = lane.attempt + 1;
  const notBefore = isOrder ? at : lane.notBefore;
  return { lane: { ...lane, name: 'backoff', wish: 'now', attempt, notBefore, timerAt: at }, action: 'arm' };
}

/** Timers may fire early after a clock was throttled: what is not due is armed again. */
function fire(lane: Lane, { now }: Of<'timer'>): LaneStep {
  if (lane.timerAt !== null && now < lane.timerAt) return { lane, action: 'arm' };
  return run(lane);
}

function retryNow(lane: Lane, { now }: Of<'reset'>): LaneStep {
  return now < lane.notBefore ? stay(lane) : run({ ...lane, attempt: 0 });
}

/** The complete table: a missing cell does not compile. */
const LANE_TABLE: Record<LaneName, Row> = {
  closed: {
    open: (lane) => (lane.wish === 'none' ? stay({ ...lane, name: 'idle' }) : run(lane)),
    close: stay,
    want: wishNow,
    now: wishNow,
    timer: stay,
    done: stay,
    fail: stay,
    reset: (lane) => stay({ ...lane, attempt: 0 }),
  },
  idle: {
    open: stay,
    close: shut,
    want: (lane, event) => debounce(soon(lane, event)),
    now: run,
    timer: stay,
    done: stay,
    fail: stay,
    reset: (lane) => stay({ ...lane, attempt: 0 }),
  },
  debounce: {
    open: stay,
    close: shut,
    want: (lane, event) => debounce(soon(lane, event)),
    now: run,
    timer: fire,
    done: stay,
    fail: stay,
    reset: (lane) => stay({ ...lane, attempt: 0 }),
  },
  backoff: {
    open: stay,
    close: shut,
    want: stay,
    now: stay,
    timer: fire,
    done: stay,
    fail: stay,
    reset: retryNow,
  },
  running: {
    open: stay,
    close: (lane) => stay({ ...lane, name: 'closing' }),
    want: (lane, event) => wishSoon({ ...lane, name: 'dirty' }, event),
    now: (lane) => wishNow({ ...lane, name: 'dirty' }),
    timer: stay,
    done: finish,
    fail: backOff,
    reset: (lane) => stay({ ...lane, attempt: 0 }),
  },
  dirty: {
    open: stay,
    close: (lane) => stay({ ...lane, name: 'closing' }),
    want: wishSoon,
    now: wishNow,
    timer: stay,
    done: finish,
    fail: backOff,
    reset: (lane) => stay({ ...lane, attempt: 0 }),
  },
  closing: {
    open: (lane) => wishNow({ ...lane, name: 'dirty' }),
    close: stay,
    want: wishNow,
    now: wishNow,
    timer: stay,
    done: (lane, { more }) => shut(more ? { ...lane, wish: 'now' } : lane),
    fail: (lane) => shut({ ...lane, wish: 'now' }),
    reset: stay,
  },
};

export { LANE_TABLE };
