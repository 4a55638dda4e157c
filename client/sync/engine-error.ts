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
