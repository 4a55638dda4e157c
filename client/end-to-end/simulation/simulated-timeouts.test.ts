import { expect, test } from 'vitest';
import { runPlan } from './run.ts';
import { Scheduler } from './scheduler.ts';
import { planOf } from './plan.ts';
import { withSimulatedTimeouts } from './simulated-timeouts.ts';
import { Trace } from './trace.ts';

test('a timer that a library sets runs in the order and at the time of the scheduler', async () => {
  const scheduler = new Scheduler(() => 0, new Trace());
  const ran: string[] = [];
  await withSimulatedTimeouts(scheduler, async () => {
    setTimeout((text: string) => ran.push(`${scheduler.elapsedMs} ${text}`), 3_600_000, 'late');
    setTimeout(() => ran.push(`${scheduler.elapsedMs} at once`));
    clearTimeout(setTimeout(() => ran.push('never'), 5));
    await scheduler.pass(3_600_000);
  });
  expect(ran).toEqual(['0 at once', '3600000 late']);
});

test('the timers of the machine are back when a run ends, be it by an error', async () => {
  const { setTimeout: before, clearTimeout: clearBefore } = globalThis;
  const scheduler = new Scheduler(() => 0, new Trace());
  const failing = withSimulatedTimeouts(scheduler, () => Promise.reject(new Error('broken')));
  await expect(failing).rejects.toThrow('broken');
  expect(globalThis.setTimeout).toBe(before);
  expect(globalThis.clearTimeout).toBe(clearBefore);
});

test('a run that reads by queries is the same however late the timers of the machine are', async () => {
  const { setTimeout } = globalThis;
  const plan = { ...planOf(825), isWithApollo: true };
  const { hash } = await runPlan(plan);
  globalThis.setTimeout = ((run: () => void, delayMs = 0) =>
    setTimeout(run, delayMs + 20)) as typeof setTimeout;
  try {
    const late = await runPlan(plan);
    expect(late.hash).toBe(hash);
  } finally {
    globalThis.setTimeout = setTimeout;
  }
});
