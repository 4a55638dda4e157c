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

test('nobody signed in, or no token at all: there is nothing to refresh', async () => {
  expect(await createTokenSource(() => null).refresh()).toBe(false);
  expect(await createTokenSource().refresh()).toBe(false);
  expect(await createTokenSource().current()).toBeNull();
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
