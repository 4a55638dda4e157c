/** What a mutation of the app's own does without a connection, said by `context: { offline }`. */
export type OfflineMode =
  /** It is kept on the device and sent once, in order with the edits, also after a reload. */
  | 'queue'
  /** It is held in memory until the connection is back, and gone on reload. */
  | 'wait';

declare module '@apollo/client' {
  interface DefaultContext {
    /** What a mutation of the app's own does without a connection. Absent: it fails at once, as in Apollo. */
    offline?: OfflineMode | undefined;
  }
}
