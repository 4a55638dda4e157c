import { vi } from 'vitest';

/** Waits until `check` passes: vitest's default, a second, is less than a busy machine may need. */
export function waitFor<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, 20_000);
}
