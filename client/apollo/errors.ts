/** Why the device could not answer an operation. Decide by `code`; the message is for people. */
export type OfflineClientErrorCode =
  /** A selected field of a synced type is not kept on the device: it has arguments, or a type that is not synced. */
  | 'NOT_ON_DEVICE'
  /** A selection of a synced type lacks `id`, `scope` or `version`; codegen adds them. */
  | 'SELECTION_INCOMPLETE'
  /** Offline, and this scope was never downloaded. */
  | 'NEVER_SYNCED'
  | 'SCOPE_FORBIDDEN'
  /** A mutation with `context: { offline: 'queue' }` has company in its document. */
  | 'OPERATION_NOT_ALONE'
  /** A variable of such a mutation holds what JSON cannot say, such as a `File`. */
  | 'VARIABLES_NOT_JSON'
  /** `context: { offline }` holds a word that is none of those known. */
  | 'BAD_OFFLINE_OPTION'
  /** A client was asked for where there is no window to keep it in. */
  | 'SSR_UNSUPPORTED'
  /** The generated manifest belongs to another version of the protocol. */
  | 'MANIFEST_MISMATCH';

/** `retry: LATER` when the same call can succeed once the network is back; `NEVER` when the code has to change. */
export class OfflineClientError extends Error {
  override readonly name = 'OfflineClientError';
  readonly code: OfflineClientErrorCode;
  readonly retry: 'LATER' | 'NEVER';

  constructor(code: OfflineClientErrorCode, message: string) {
    super(message);
    this.code = code;
    this.retry = code === 'NEVER_SYNCED' ? 'LATER' : 'NEVER';
  }
}
