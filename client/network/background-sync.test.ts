import { expect, test, vi } from 'vitest';
import { createBackgroundSync } from './background-sync.ts';

const NAME = 'holdfast/app//ada';

function workers(registration: object) {
  return { ready: Promise.resolve(registration as ServiceWorkerRegistration) };
}

test('it is off until a worker is active, then asks under the name of the database', async () => {
  const register = vi.fn(() => Promise.resolve());
  const background = createBackgroundSync(NAME, workers({ sync: { register } }));
  background.request();
  expect([background.state, register.mock.calls]).toEqual(['off', []]);
  await new Promise<void>((resolve) => background.listen(resolve));
  expect(background.state).toBe('on');
  background.request();
  expect(register.mock.calls).toEqual([[NAME]]);
});

test('it is unsupported without service workers, without Background Sync, and where that is forbidden', async () => {
  expect(createBackgroundSync(NAME, undefined).state).toBe('unsupported');
  const without = createBackgroundSync(NAME, workers({}));
  await new Promise<void>((resolve) => without.listen(resolve));
  expect(without.state).toBe('unsupported');
  without.request();
  const sync = { register: () => Promise.reject(new DOMException('', 'NotAllowedError')) };
  const forbidden = createBackgroundSync(NAME, workers({ sync }));
  await new Promise<void>((resolve) => forbidden.listen(resolve));
  expect(forbidden.state).toBe('on');
  forbidden.request();
  await new Promise<void>((resolve) => forbidden.listen(resolve));
  expect(forbidden.state).toBe('unsupported');
});
