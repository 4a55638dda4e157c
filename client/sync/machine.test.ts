import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLOSED_LANE, LANE_TABLE, stepLane, type Lane, type LaneEvent, type LaneName } from './lane.ts';
import {
  DEVICE_TABLE,
  stepDevice,
  type DeviceAction,
  type DeviceEvent,
  type DeviceState,
} from './machine.ts';

const facts = { isOnline: true, isPaused: false };
const deviceEvents: readonly DeviceEvent[] = [
  { type: 'start' },
  { type: 'stop' },
  { type: 'write', scope: 's' },
  { type: 'online' },
  { type: 'offline' },
  { type: 'poke', scope: 's', isNews: true, accessChanged: true },
  { type: 'connected' },
  { type: 'timer' },
  { type: 'pushed', scope: 's', needsPull: true, needsHeads: true },
  { type: 'pulled', scope: 's', isNewEpoch: true },
  { type: 'reached' },
  { type: 'failed', scope: 's', needsPull: true, needsHeads: true },
  { type: 'visible' },
  { type: 'hidden' },
  { type: 'resumed' },
  { type: 'signedOut' },
  { type: 'signedIn' },
  { type: 'leaderGained', facts },
  { type: 'leaderLost' },
  { type: 'paused' },
  { type: 'unpaused', facts },
  { type: 'upgrade' },
  { type: 'announced' },
  { type: 'catchUp' },
  { type: 'pullWanted' },
];
const deviceStates = Object.keys(DEVICE_TABLE) as DeviceState[];

test('every state of the device answers every event with a known state', () => {
  for (const state of deviceStates) {
    expect(Object.keys(DEVICE_TABLE[state]).sort()).toEqual(deviceEvents.map((event) => event.type).sort());
    for (const event of deviceEvents) expect(deviceStates).toContain(stepDevice(state, event).state);
  }
});

test('nothing goes out but from a leader that may: all other states leave the lanes closed', () => {
  const going = ['push', 'pull', 'pullAll', 'flush', 'retryPush', 'openLanes'];
  for (const state of deviceStates) {
    for (const event of deviceEvents) {
      const step = stepDevice(state, event);
      if (step.state !== 'leading')
        expect(step.actions.filter((action) => going.includes(action.do))).toEqual([]);
    }
  }
});

test('leaving `leading` closes the lanes', () => {
  for (const event of deviceEvents) {
    const step = stepDevice('leading', event);
    if (step.state !== 'leading') expect(step.actions).toContainEqual({ do: 'closeLanes' });
  }
});

test('I16 every state but a stopped one and an outdated app comes back to leading', () => {
  const ways: Readonly<Record<string, DeviceEvent>> = {
    following: { type: 'leaderGained', facts },
    offline: { type: 'reached' },
    paused: { type: 'unpaused', facts },
    signedOut: { type: 'signedIn' },
  };
  for (const [state, event] of Object.entries(ways)) {
    const step = stepDevice(state as DeviceState, event);
    expect(step.state).toBe('leading');
    expect(step.actions).toContainEqual({ do: 'openLanes' });
  }
});

const laneEvents: readonly LaneEvent[] = [
  { type: 'open' },
  { type: 'close' },
  { type: 'want', now: 0, delayMs: 300, maxMs: 2_000 },
  { type: 'now' },
  { type: 'timer', now: 10_000 },
  { type: 'done', now: 0, more: false },
  { type: 'fail', now: 0, delayMs: 100, isOrder: false },
  { type: 'reset', now: 0 },
];
const laneNames = Object.keys(LANE_TABLE) as LaneName[];

test('every state of a lane answers every event, and work begins only where none runs', () => {
  for (const name of laneNames) {
    expect(Object.keys(LANE_TABLE[name]).sort()).toEqual(laneEvents.map((event) => event.type).sort());
    for (const event of laneEvents) {
      const step = stepLane({ ...CLOSED_LANE, name, timerAt: 0 }, event);
      const isEnd = event.type === 'done' || event.type === 'fail';
      const isBusy = ['running', 'dirty', 'closing'].includes(name);
      if (isBusy && !isEnd) expect(step.action).not.toBe('run');
    }
  }
});

test('a debounce moves with each wish, and ends at the maximum after the first', () => {
  let lane: Lane = { ...CLOSED_LANE, name: 'idle' };
  for (const now of [0, 250, 500, 1_900])
    lane = stepLane(lane, { type: 'want', now, delayMs: 300, maxMs: 2_000 }).lane;
  expect(lane.timerAt).toBe(2_000);
  expect(stepLane(lane, { type: 'timer', now: 1_999 }).action).toBe('arm');
  expect(stepLane(lane, { type: 'timer', now: 2_000 }).action).toBe('run');
});

test('what is wished for during a run is done after it', () => {
  const running = stepLane({ ...CLOSED_LANE, name: 'idle' }, { type: 'now' }).lane;
  const soon = stepLane(running, { type: 'want', now: 0, delayMs: 300, maxMs: 2_000 }).lane;
  expect(stepLane(soon, { type: 'done', now: 100, more: false })).toMatchObject({
    lane: { name: 'debounce' },
    action: 'arm',
  });
  expect(stepLane(soon, { type: 'done', now: 400, more: false }).action).toBe('run');
  const urgent = stepLane(soon, { type: 'now' }).lane;
  expect(stepLane(urgent, { type: 'done', now: 100, more: false }).action).toBe('run');
});

test('a backoff is cut short by a reason to try again, but not an ordered wait', () => {
  const running: Lane = { ...CLOSED_LANE, name: 'running' };
  const waiting = stepLane(running, { type: 'fail', now: 0, delayMs: 5_000, isOrder: false }).lane;
  expect(stepLane(waiting, { type: 'reset', now: 1 }).action).toBe('run');
  const ordered = stepLane(running, { type: 'fail', now: 0, delayMs: 5_000, isOrder: true }).lane;
  expect(stepLane(ordered, { type: 'reset', now: 4_999 }).action).toBe('none');
  expect(stepLane(ordered, { type: 'timer', now: 5_000 }).action).toBe('run');
});

test('a closed lane remembers its wish, and a running one lets its answer count', () => {
  const running: Lane = { ...CLOSED_LANE, name: 'running' };
  const closing = stepLane(running, { type: 'close' }).lane;
  const closed = stepLane(closing, { type: 'fail', now: 0, delayMs: 1, isOrder: false });
  expect(closed).toMatchObject({ lane: { name: 'closed', wish: 'now' }, action: 'disarm' });
  expect(stepLane(closed.lane, { type: 'open' }).action).toBe('run');
});

const page = join(import.meta.dirname, '../../docs/state-machine.md');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function named(action: DeviceAction): string {
  return 'scope' in action ? `${action.do}(scope)` : action.do;
}

function deviceCell(state: DeviceState, event: DeviceEvent): string {
  const step = stepDevice(state, event);
  const next = step.state === state ? [] : [`**${step.state}**`];
  return [...next, ...step.actions.map(named)].join(', ');
}

function laneCell(name: LaneName, event: LaneEvent): string {
  const { lane, action } = stepLane({ ...CLOSED_LANE, name, timerAt: 0 }, event);
  const next = lane.name === name ? [] : [`**${lane.name}**`];
  return [...next, ...(action === 'none' ? [] : [action])].join(', ');
}

test('docs/state-machine.md shows every transition of both machines (-u writes it anew)', async () => {
  const device = deviceEvents.map((event) => [
    event.type,
    ...deviceStates.map((state) => deviceCell(state, event)),
  ]);
  const lane = laneEvents.map((event) => [event.type, ...laneNames.map((name) => laneCell(name, event))]);
  const text = [
    '# The state machines of the client',
    '',
    'Written by `client/sync/machine.test.ts` from the tables in `client/sync/machine.ts` and `client/sync/lane.ts`, in which a missing',
    'cell does not compile. A cell names the next state in bold, if it is another one, and what is done; an empty one changes nothing.',
    '',
    '## The device: who syncs, and whether anything may go out',
    '',
    'Events that carry facts are shown with those that lead on: online, not paused, with news.',
    '',
    '<!-- prettier-ignore-start -->',
    table(['event', ...deviceStates], device),
    '<!-- prettier-ignore-end -->',
    '',
    '## A lane: one kind of request of one scope',
    '',
    'Shown for a lane without a wish whose timer is due. A wish that comes while it runs is done after it; a wait that the server ordered is',
    'not cut short.',
    '',
    '<!-- prettier-ignore-start -->',
    table(['event', ...laneNames], lane),
    '<!-- prettier-ignore-end -->',
    '',
  ].join('\n');
  await expect(text).toMatchFileSnapshot(page);
});
