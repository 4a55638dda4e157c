import type { RefusalCode } from './model.ts';

/** Why a whole operation fails. `code` and `retry` go to the client as `extensions`; it never reads the message. */
export type OperationCode =
  | 'BAD_INPUT'
  | 'BAD_CURSOR'
  | 'SCOPE_FORBIDDEN'
  | 'EPOCH_CHANGED'
  | 'WRONG_VIEWER'
  | 'UNAUTHENTICATED'
  | 'TOO_LARGE'
  | 'TOO_MANY_REQUESTS'
  | 'UNAVAILABLE'
  | 'INTERNAL';

/** `NOW`: again at once, `LATER`: after a pause, `NEVER`: the same request will not succeed. */
export type Retry = 'NOW' | 'LATER' | 'NEVER';

/** Refuses one operation; nothing of it was written. */
export class SyncError extends Error {
  override readonly name = 'SyncError';

  constructor(
    readonly code: OperationCode,
    readonly retry: Retry,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Refuses one change, or an operation of the author's own, for good: what it wrote is rolled back, and the refusal is
 * stored as its outcome (R32). Any other error leaves the outcome open, and the device sends it again.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: RefusalCode,
    message: string,
    readonly field: string | null = null,
  ) {
    super(message);
  }
}
