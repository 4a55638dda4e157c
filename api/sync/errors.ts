/** Errors of a whole operation. `code` and `retry` go to the client as `extensions`; it never reads the message. */

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
