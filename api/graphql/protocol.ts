/**
 * The version of the wire protocol. It changes when a device of the version before could not go on.
 *
 * - 1: the first one: delta queries, upserts with receipts, scope heads. `epoch` beside `head` and the document
 *   for digests were added before its release.
 */
export const PROTOCOL_VERSION = 1;
