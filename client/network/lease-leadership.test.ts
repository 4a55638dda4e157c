import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLeaseLeadership, type LeaseStore } from './lease-leadership.ts';
import { systemTimers } from './system-clock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The port's contract in memory; time is the faked clock. */
class MemoryLease implements LeaseStore {
  private held: { owner: string; untilMs: number } | null = null;
  readonly frozen = new Set<string>();

  async take(claim: { owner: string; durationMs: number; steal: boolean }): Promise<boolean> {
    if (this.frozen.has(claim.owner)) return new Promise(() => undefined);
    const isFree = this.held === null || this.held.untilMs <= Date.now() || this.held.owner === claim.owner;
    if (!isFree && !claim.steal) return false;
    this.held = { owner: claim.owner, untilMs: Date.now() + claim.durationMs };
    return true;
  }

  async release(owner: string): Promise<void> {
    if (this.held?.owner === owner) this.held = null;
  }
}

function tab(store: LeaseStore, owner: string) {
  const log: string[] = [];
  const campaign = createLeaseLeadership({ store, timers: systemTimers, owner, durationMs: 9_000 }).campaign({
    onGained: () => log.push('gained'),
    onLost: () => log.push('lost'),
  });
  return { log, ...campaign };
}

test('one of two tabs leads, and keeps leading', async () => {
  const store = new MemoryLease();
  const [a, b] = [tab(store, 'a'), tab(store, 'b')];
  await vi.advanceTimersByTimeAsync(60_000);
  expect([a.log, b.log]).toEqual([['gained'], []]);
});

test('a tab that resigns is followed by the next', async () => {
  const store = new MemoryLease();
  const [a, b] = [tab(store, 'a'), tab(store, 'b')];
  await vi.advanceTimersByTimeAsync(1);
  a.resign();
  await vi.advanceTimersByTimeAsync(9_000);
  expect([a.log, b.log]).toEqual([['gained'], ['gained']]);
});

test('a leader that stopped is followed when its lease runs out', async () => {
  const store = new MemoryLease();
  const [a, b] = [tab(store, 'a'), tab(store, 'b')];
  await vi.advanceTimersByTimeAsync(1);
  store.frozen.add('a');
  await vi.advanceTimersByTimeAsync(18_000);
  expect([a.log, b.log]).toEqual([['gained'], ['gained']]);
});

test('a leader learns at its next renewal that the lease was stolen', async () => {
  const store = new MemoryLease();
  const [a, b] = [tab(store, 'a'), tab(store, 'b')];
  await vi.advanceTimersByTimeAsync(1);
  b.steal();
  await vi.advanceTimersByTimeAsync(3_001);
  expect([a.log, b.log]).toEqual([['gained', 'lost'], ['gained']]);
});

test('storage that fails ends the leadership and gives it back when it works again', async () => {
  const store = new MemoryLease();
  const a = tab(store, 'a');
  await vi.advanceTimersByTimeAsync(1);
  const take = vi.spyOn(store, 'take').mockRejectedValueOnce(new Error('disk'));
  await vi.advanceTimersByTimeAsync(6_001);
  expect(take).toHaveBeenCalledTimes(2);
  expect(a.log).toEqual(['gained', 'lost', 'gained']);
});
