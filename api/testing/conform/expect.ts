import { isDeepStrictEqual } from 'node:util';

/** The server does something else than the rule says. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** The rule, or this part of it, cannot be seen with what there is; the message says what is missing. */
export class NotObservable extends Error {
  override readonly name = 'NotObservable';
}

export function expectThat(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Violation(message);
}

/** Deep equality; the order of keys does not count. */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  if (!isDeepStrictEqual(actual, expected)) {
    throw new Violation(`${what} is ${spell(actual)}, expected ${spell(expected)}`);
  }
}

export function spell(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 160 ? `${text.slice(0, 157)}…` : text;
}

/** The value, or the reason why the check cannot go on. */
export function needed<T>(value: T | null | undefined, missing: string): T {
  if (value === null || value === undefined) throw new NotObservable(missing);
  return value;
}
