import { afterEach, expect, test, vi } from 'vitest';
import { createSystemClock, systemClock, systemRandom, systemTimers } from './system-clock.ts';

afterEach(() => vi.useRealTimers());

test('the monotonic clock never goes back', () => {
  const readings = Array.from({ length: 1_000 }, () => systemClock.monotonic());
  expect(readings.every((reading, at) => at === 0 || reading >= (readings[at - 1] ?? 0))).toBe(true);
});

const HOUR = 3_600_000;

/** What each clock of the host does, and what the monotonic one shows for it. */
test.each([
  { what: 'time passes', wallMs: HOUR, runningMs: HOUR, passed: HOUR },
  { what: 'the machine sleeps', wallMs: 8 * HOUR, runningMs: 1_000, passed: 8 * HOUR },
  { what: 'the clock is set back', wallMs: -HOUR, runningMs: 1_000, passed: 1_000 },
  { what: 'the clock was years behind', wallMs: 9_000 * 24 * HOUR, runningMs: 1_000, passed: 1_000 },
  { what: 'the clocks differ by a tick', wallMs: 1_300, runningMs: 1_000, passed: 1_000 },
])('R25 $what', ({ wallMs, runningMs, passed }) => {
  let [wall, running] = [Date.UTC(2026, 0, 31), 5_000];
  const clock = createSystemClock(
    () => wall,
    () => running,
  );
  const start = clock.monotonic();
  wall += wallMs;
  running += runningMs;
  expect(clock.monotonic() - start).toBe(passed);
  wall += HOUR;
  running += HOUR;
  expect(clock.monotonic() - start).toBe(passed + HOUR);
});

test('a delay longer than the host can keep does not fire early', () => {
  vi.useFakeTimers();
  const run = vi.fn();
  const thirtyDaysMs = 30 * 24 * 3_600_000;
  systemTimers.after(thirtyDaysMs, run);
  vi.advanceTimersByTime(thirtyDaysMs - 1);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledOnce();
});

test('a cancelled timer never fires, in its second leg neither', () => {
  vi.useFakeTimers();
  const run = vi.fn();
  const cancel = systemTimers.after(2_147_483_647 + 10, run);
  vi.advanceTimersByTime(2_147_483_647 + 5);
  cancel();
  vi.advanceTimersByTime(10);
  expect(run).not.toHaveBeenCalled();
});

test('jitter is drawn from [0, 1)', () => {
  const drawn = Array.from({ length: 1_000 }, () => systemRandom.next());
  expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
});
