import { expect, test, vi } from 'vitest';
import { createBackgroundSync } from './background-sync.ts';

const NAME = 'holdfast/app//ada';

function workers(registration: object) {
  return { ready: Promise.resolve(registration as ServiceWorkerRegistration) };
}

test('it is off until a worker is active, then asks under the name of the database', async () => {
  const register = vi.fn(() => Promise.resolve());
  const background = createBackgroundSync(NAME, workers({ sync: { register } }));
  background.request(false);
  expect([background.state, register.mock.calls]).toEqual(['off', []]);
  await new Promise<void>((resolve) => background.listen(resolve));
  expect(background.state).toBe('on');
  await expect.poll(() => register.mock.calls).toEqual([[NAME]]);
});

test('what the browser knows of is not asked for twice, unless it has to be asked at once', async () => {
  const tags = new Set<string>();
  const register = vi.fn((tag: string) => Promise.resolve(void tags.add(tag)));
  const getTags = () => Promise.resolve([...tags]);
  const background = createBackgroundSync(NAME, workers({ sync: { register, getTags } }));
  const asked = async (isRenewal: boolean) => {
    background.request(isRenewal);
    await new Promise(setImmediate);
    return register.mock.calls.length;
  };
  expect([await asked(true), await asked(true), await asked(false)]).toEqual([1, 1, 2]);
  tags.clear();
  expect(await asked(true)).toBe(3);
});

test('it is unsupported without service workers, without Background Sync, and where that is forbidden', async () => {
  expect(createBackgroundSync(NAME, undefined).state).toBe('unsupported');
  const without = createBackgroundSync(NAME, workers({}));
  await new Promise<void>((resolve) => without.listen(resolve));
  expect(without.state).toBe('unsupported');
  without.request(false);
  const sync = { register: () => Promise.reject(new DOMException('', 'NotAllowedError')) };
  const forbidden = createBackgroundSync(NAME, workers({ sync }));
  await new Promise<void>((resolve) => forbidden.listen(resolve));
  expect(forbidden.state).toBe('on');
  forbidden.request(false);
  await new Promise<void>((resolve) => forbidden.listen(resolve));
  expect(forbidden.state).toBe('unsupported');
});
