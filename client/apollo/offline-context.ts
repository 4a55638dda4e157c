/** What a mutation of the app's own does without a connection, said by `context: { offline }`. */
export type OfflineMode =
  /** It is on the device's disk before it resolves, and runs exactly once, in order with the edits, also after a reload. */
  | 'queue'
  /** It is held in memory until the connection is back, and gone on reload. */
  | 'wait';

declare module '@apollo/client' {
  interface DefaultContext {
    /** What a mutation of the app's own does without a connection. Absent: it fails at once, as in Apollo. */
    offline?: OfflineMode | undefined;
    /** In which scope a queued mutation takes its number. Absent: what its argument `scope` names, else the viewer's own. */
    scope?: string | undefined;
  }
}
