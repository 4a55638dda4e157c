import { expect, test } from 'vitest';
import { createTokenSource } from './token-source.ts';

test('the app is asked once, until a fresh token is wanted', async () => {
  let asked = 0;
  const tokens = createTokenSource(() => `token-${++asked}`);
  expect([await tokens.current(), await tokens.current()]).toEqual(['token-1', 'token-1']);
  expect(await tokens.refresh()).toBe(true);
  expect(await tokens.current()).toBe('token-2');
});

test('refreshes at the same time share one question', async () => {
  let asked = 0;
  const tokens = createTokenSource(async () => `token-${++asked}`);
  expect(await Promise.all([tokens.refresh(), tokens.refresh()])).toEqual([true, true]);
  expect(asked).toBe(1);
});

test('nobody signed in: there is nothing to refresh', async () => {
  expect(await createTokenSource(() => null).refresh()).toBe(false);
});

test('a session cookie has no token, and may have been renewed unseen: one more try, and later another', async () => {
  const clock = { ms: 5_000, now: () => clock.ms, monotonic: () => clock.ms };
  const tokens = createTokenSource(undefined, clock);
  expect(await tokens.current()).toBeNull();
  expect([await tokens.refresh(), await tokens.refresh()]).toEqual([true, false]);
  clock.ms += 1_000;
  expect(await tokens.refresh()).toBe(true);
});

test('a failed question is not remembered', async () => {
  let asked = 0;
  const tokens = createTokenSource(async () => {
    asked += 1;
    if (asked < 3) throw new Error('no network');
    return 'late';
  });
  await expect(tokens.current()).rejects.toThrow('no network');
  expect(await tokens.refresh()).toBe(true);
  expect(await tokens.current()).toBe('late');
});
