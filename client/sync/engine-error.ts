/**
 * Why the engine could not do what was asked: there is unsent work, no such thing, a forbidden value, no connection, a pause, no
 * sign-in, a server that is too new, or the engine was stopped.
 */
export type EngineErrorCode =
  | 'UNSENT_WORK'
  | 'NOT_FOUND'
  | 'BAD_INPUT'
  | 'OFFLINE'
  | 'PAUSED'
  | 'SIGNED_OUT'
  | 'UPGRADE_NEEDED'
  | 'STOPPED';

/** The engine cannot do what was asked; nothing was changed. The message says what to do next. */
export class EngineError extends Error {
  override readonly name = 'EngineError';

  constructor(
    readonly code: EngineErrorCode,
    readonly retry: 'NOW' | 'LATER' | 'NEVER',
    message: string,
  ) {
    super(message);
  }
}
