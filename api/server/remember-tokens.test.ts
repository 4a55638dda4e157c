import { expect, it } from 'vitest';
import type { VerifyToken } from './authentication.ts';
import { rememberTokens } from './remember-tokens.ts';

const BEGIN_MS = 1_000_000;

function setup(expiresAtMs: number) {
  const clock = { nowMs: BEGIN_MS };
  const looked: string[] = [];
  const verify: VerifyToken = async (token) => {
    looked.push(token);
    if (token === 'bad' || clock.nowMs >= expiresAtMs) throw new Error('refused');
    return { userId: token, expiresAtMs };
  };
  return { clock, looked, remembering: rememberTokens(verify, () => clock.nowMs) };
}

it('looks at a token once a minute', async () => {
  const { clock, looked, remembering } = setup(BEGIN_MS + 3_600_000);
  expect(await remembering('ada')).toEqual(await remembering('ada'));
  expect((await remembering('ben')).userId).toBe('ben');
  expect(looked).toEqual(['ada', 'ben']);
  clock.nowMs += 60_000;
  await remembering('ada');
  expect(looked).toEqual(['ada', 'ben', 'ada']);
});

it('remembers none beyond its end', async () => {
  const { clock, remembering } = setup(BEGIN_MS + 10_000);
  await remembering('ada');
  clock.nowMs += 10_000;
  await expect(remembering('ada')).rejects.toThrow('refused');
});

it('remembers no refusal', async () => {
  const { looked, remembering } = setup(BEGIN_MS + 10_000);
  await expect(remembering('bad')).rejects.toThrow('refused');
  await expect(remembering('bad')).rejects.toThrow('refused');
  expect(looked).toHaveLength(2);
});
