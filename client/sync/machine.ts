/**
 * The device as a whole: who syncs, and whether anything may go out. Pure: an event comes in, the next state and actions come out.
 *
 *              start                leaderGained
 *   stopped ─────────▶ following ─────────────────▶ leading ◀──online, connected, poke, reached──▶ offline
 *      ▲                  ▲   ▲                      │  │  │
 *      │ stop (from any)  │   └──── leaderLost ──────┘  │  └──upgrade──▶ upgradeNeeded
 *      └──────────────────┘        (from any)           ├──paused──▶ paused ──unpaused──▶
 *                                                       └──signedOut──▶ signedOut ──signedIn──▶
 *
 * Only `leading` lets lanes run. `offline` is a hint of the host: a poll still tries, because hints can be wrong.
 */

export type DeviceState =
  'stopped' | 'following' | 'leading' | 'offline' | 'paused' | 'signedOut' | 'upgradeNeeded';

/** What a new leader finds. */
export interface Facts {
  readonly isOnline: boolean;
  readonly isPaused: boolean;
}

export type DeviceEvent =
  | { readonly type: 'start' }
  | { readonly type: 'stop' }
  | { readonly type: 'write'; readonly scope: string }
  | { readonly type: 'online' }
  | { readonly type: 'offline' }
  | {
      readonly type: 'poke';
      readonly scope: string;
      readonly isNews: boolean;
      readonly accessChanged: boolean;
    }
  /** The poke source (re)connected: what was poked meanwhile is unknown. */
  | { readonly type: 'connected' }
  /** The poll timer. */
  | { readonly type: 'timer' }
  | {
      readonly type: 'pushed';
      readonly scope: string;
      readonly needsPull: boolean;
      readonly needsHeads: boolean;
    }
  | { readonly type: 'pulled'; readonly scope: string; readonly isNewEpoch: boolean }
  /** A request was answered or not: reachability is what requests show. */
  | { readonly type: 'reached' }
  | {
      readonly type: 'failed';
      readonly scope: string | null;
      readonly needsPull: boolean;
      readonly needsHeads: boolean;
    }
  | { readonly type: 'visible' }
  | { readonly type: 'hidden' }
  | { readonly type: 'resumed' }
  | { readonly type: 'signedOut' }
  | { readonly type: 'signedIn' }
  | { readonly type: 'leaderGained'; readonly facts: Facts }
  | { readonly type: 'leaderLost' }
  | { readonly type: 'paused' }
  | { readonly type: 'unpaused'; readonly facts: Facts }
  | { readonly type: 'upgrade' }
  /** Another tab wrote something. */
  | { readonly type: 'announced' }
  | { readonly type: 'catchUp' }
  | { readonly type: 'pullWanted' };

export type DeviceAction =
  | { readonly do: 'campaign' | 'resign' | 'openLanes' | 'closeLanes' | 'listenPokes' | 'closePokes' }
  /** Asks for heads, and pulls what differs. */
  | { readonly do: 'askHeads' }
  /** Reads what other tabs wrote. */
  | { readonly do: 'follow' }
  | { readonly do: 'flush'; readonly keepalive: boolean }
  | { readonly do: 'push' | 'pull' | 'retryPush'; readonly scope: string }
  | { readonly do: 'pullAll' }
  /** Failed lanes try again at once. */
  | { readonly do: 'resetLanes' }
  | { readonly do: 'renewToken' }
  /** Asks the tab that leads. */
  | { readonly do: 'askLeader' }
  /** Housekeeping of the database, when nothing else is to do. */
  | { readonly do: 'tidy' };

export interface DeviceStep {
  readonly state: DeviceState;
  readonly actions: readonly DeviceAction[];
}

type Of<T extends DeviceEvent['type']> = Extract<DeviceEvent, { type: T }>;
type Handler<T extends DeviceEvent['type']> = (event: Of<T>) => DeviceStep;
type Row = { readonly [T in DeviceEvent['type']]: Handler<T> };

export function stepDevice(state: DeviceState, event: DeviceEvent): DeviceStep {
  return (DEVICE_TABLE[state][event.type] as (event: DeviceEvent) => DeviceStep)(event);
}

type Verb = Exclude<DeviceAction['do'], 'flush' | 'push' | 'pull' | 'retryPush'>;

const act = (...verbs: readonly Verb[]): readonly DeviceAction[] =>
  verbs.map((verb) => ({ do: verb }) as DeviceAction);
const to =
  (state: DeviceState, ...verbs: readonly Verb[]) =>
  (): DeviceStep => ({ state, actions: act(...verbs) });

/** Where a leader goes by what it finds. */
function lead({ isOnline, isPaused }: Facts): DeviceStep {
  if (isPaused) return { state: 'paused', actions: act('listenPokes') };
  if (!isOnline) return { state: 'offline', actions: act('listenPokes', 'askHeads') };
  return { state: 'leading', actions: act('openLanes', 'listenPokes', 'pullAll', 'resetLanes', 'askHeads') };
}

function poked({ scope, isNews, accessChanged }: Of<'poke'>): DeviceStep {
  const pull: readonly DeviceAction[] = isNews ? [{ do: 'pull', scope }] : [];
  return {
    state: 'leading',
    actions: [...act('resetLanes'), ...pull, ...(accessChanged ? act('askHeads') : [])],
  };
}

function sent({ scope, needsPull, needsHeads }: Of<'failed' | 'pushed'>): DeviceStep {
  const pull: readonly DeviceAction[] = needsPull && scope !== null ? [{ do: 'pull', scope }] : [];
  return { state: 'leading', actions: [...pull, ...(needsHeads ? act('askHeads') : [])] };
}

/** A new epoch lets outstanding numbers go out again (R10). */
function pulled({ scope, isNewEpoch }: Of<'pulled'>): DeviceStep {
  return { state: 'leading', actions: isNewEpoch ? [{ do: 'retryPush', scope }] : [] };
}

const reachedAgain = to('leading', 'openLanes', 'resetLanes', 'askHeads');

/** What a state without traffic answers to everything; each state says below where it differs. */
function quiet(state: DeviceState): Row {
  const stay = to(state);
  return {
    start: stay,
    stop: to('stopped', 'closeLanes', 'closePokes', 'resign'),
    write: stay,
    online: stay,
    offline: stay,
    poke: stay,
    connected: stay,
    timer: to(state, 'follow'),
    pushed: stay,
    pulled: stay,
    reached: stay,
    failed: stay,
    visible: to(state, 'follow'),
    hidden: stay,
    resumed: to(state, 'follow'),
    signedOut: stay,
    signedIn: stay,
    leaderGained: stay,
    leaderLost: to('following', 'closeLanes', 'closePokes'),
    paused: stay,
    unpaused: stay,
    upgrade: stay,
    announced: to(state, 'follow'),
    catchUp: stay,
    pullWanted: stay,
  };
}

/** The complete table: a missing cell does not compile. */
export const DEVICE_TABLE: Record<DeviceState, Row> = {
  stopped: {
    ...quiet('stopped'),
    // What another tab stored before this one listened was announced to nobody here.
    start: to('following', 'campaign', 'follow'),
    stop: to('stopped'),
    timer: to('stopped'),
    visible: to('stopped'),
    resumed: to('stopped'),
    leaderLost: to('stopped'),
    announced: to('stopped'),
  },
  following: {
    ...quiet('following'),
    leaderGained: ({ facts }) => lead(facts),
    leaderLost: to('following'),
    catchUp: to('following', 'askLeader'),
    pullWanted: to('following', 'askLeader'),
  },
  leading: {
    ...quiet('leading'),
    write: ({ scope }) => ({ state: 'leading', actions: [{ do: 'push', scope }] }),
    online: to('leading', 'resetLanes', 'askHeads'),
    offline: to('offline', 'closeLanes'),
    poke: poked,
    connected: to('leading', 'resetLanes', 'askHeads'),
    timer: to('leading', 'follow', 'askHeads', 'tidy'),
    pushed: sent,
    pulled,
    failed: sent,
    visible: to('leading', 'follow', 'askHeads'),
    hidden: () => ({ state: 'leading', actions: [{ do: 'flush', keepalive: true }] }),
    resumed: to('leading', 'follow', 'askHeads'),
    signedOut: to('signedOut', 'closeLanes'),
    paused: to('paused', 'closeLanes'),
    upgrade: to('upgradeNeeded', 'closeLanes', 'closePokes'),
    catchUp: () => ({
      state: 'leading',
      actions: [...act('follow', 'resetLanes', 'pullAll', 'askHeads'), { do: 'flush', keepalive: false }],
    }),
    pullWanted: to('leading', 'askHeads'),
  },
  offline: {
    ...quiet('offline'),
    online: reachedAgain,
    connected: reachedAgain,
    poke: reachedAgain,
    reached: reachedAgain,
    timer: to('offline', 'follow', 'askHeads', 'tidy'),
    visible: to('offline', 'follow', 'askHeads'),
    resumed: to('offline', 'follow', 'askHeads'),
    signedOut: to('signedOut'),
    paused: to('paused'),
    upgrade: to('upgradeNeeded', 'closePokes'),
    catchUp: to('offline', 'follow', 'resetLanes', 'askHeads'),
    pullWanted: to('offline', 'askHeads'),
  },
  paused: {
    ...quiet('paused'),
    timer: to('paused', 'follow', 'tidy'),
    unpaused: ({ facts }) => lead(facts),
  },
  signedOut: {
    ...quiet('signedOut'),
    online: to('signedOut', 'renewToken'),
    timer: to('signedOut', 'follow', 'renewToken'),
    visible: to('signedOut', 'follow', 'renewToken'),
    resumed: to('signedOut', 'follow', 'renewToken'),
    signedIn: to('leading', 'openLanes', 'resetLanes', 'pullAll', 'askHeads'),
    paused: to('paused'),
    unpaused: to('signedOut', 'renewToken'),
    catchUp: to('signedOut', 'renewToken'),
    pullWanted: to('signedOut', 'renewToken'),
  },
  upgradeNeeded: quiet('upgradeNeeded'),
};
