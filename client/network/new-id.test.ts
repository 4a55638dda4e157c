import { expect, test } from 'vitest';
import { createIdSource, newId } from './new-id.ts';

const VERSION_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const fill = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes);

function isRising(ids: readonly string[]): boolean {
  return ids.every((id, at) => at === 0 || id > (ids[at - 1] ?? ''));
}

test('an id is a UUID of version 7 that begins with the time', () => {
  const nowMs = Date.UTC(2026, 0, 31, 12);
  const id = createIdSource({ now: () => nowMs, fill })();
  expect(id).toMatch(VERSION_7);
  expect(parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(nowMs);
});

test('ids rise within one millisecond, also when the counter runs over', () => {
  const next = createIdSource({ now: () => 1_000, fill });
  const ids = Array.from({ length: 10_000 }, next);
  expect(isRising(ids)).toBe(true);
  expect(ids.every((id) => VERSION_7.test(id))).toBe(true);
});

test('ids go on rising when the clock jumps back', () => {
  const times = [5_000, 5_001, 1_000, 1_001, 5_001, 5_002];
  const next = createIdSource({ now: () => times.shift() ?? 6_000, fill });
  expect(isRising(Array.from({ length: 8 }, next))).toBe(true);
});

test('newId gives rising, distinct ids', () => {
  const ids = Array.from({ length: 2_000 }, newId);
  expect(isRising(ids)).toBe(true);
  expect(new Set(ids).size).toBe(2_000);
});
