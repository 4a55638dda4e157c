import { expect, test } from 'vitest';
import { memoryStorage } from '../storage/memory-storage.ts';
import { createStorageLease } from './storage-lease.ts';

/** A lease over a real storage, with a clock that the test moves. */
function setUp() {
  const clock = { ms: 1_000_000, now: () => clock.ms, monotonic: () => clock.ms };
  const lease = createStorageLease(memoryStorage(), clock);
  const take = (owner: string, steal = false) => lease.take({ owner, durationMs: 9_000, steal });
  return { clock, lease, take };
}

test('only one of two holds it, however they ask', async () => {
  const { take } = setUp();
  expect(await Promise.all([take('a'), take('b')])).toEqual([true, false]);
  expect(await take('a')).toBe(true);
});

test('it is free again once it ran out or was released', async () => {
  const { clock, lease, take } = setUp();
  await take('a');
  clock.ms += 9_000;
  expect(await take('b')).toBe(true);
  await lease.release('b');
  expect(await take('c')).toBe(true);
});

test('a thief gets it, and the robbed one cannot release what is no longer theirs', async () => {
  const { lease, take } = setUp();
  await take('a');
  expect(await take('b', true)).toBe(true);
  await lease.release('a');
  expect(await take('a')).toBe(false);
});

test('a wall clock that jumps back does not leave it standing', async () => {
  const { clock, take } = setUp();
  await take('a');
  clock.ms -= 3_600_000;
  expect(await take('b')).toBe(true);
});
