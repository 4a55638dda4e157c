/** Limits of protocol.md ("Values", R11, R22). Bytes are of the JSON as received, UTF-8. */
export const MAX_CHANGES_PER_PUSH = 1_000;
export const MAX_PUSH_BYTES = 2_000_000;
export const MAX_CHANGE_BYTES = 256_000;
/** Of an operation's stored result (R32). */
export const MAX_RESULT_BYTES = 64_000;
export const MAX_GROUP_SIZE = 500;
export const MAX_VALUE_DEPTH = 32;

export const DEFAULT_PAGE_LIMIT = 1_000;
export const MAX_PAGE_LIMIT = 5_000;

/** Texts longer than this (UTF-16 units) are not merged: the last write stands, reported. */
export const MAX_MERGE_LENGTH = 64_000;
/** What one push may spend on merging. */
export const MERGE_BUDGET_MS = 200;

export const MAX_LIST_LIMIT = 1_000;

const ID = /^[A-Za-z0-9_-]{1,64}$/;
const SCOPE = /^[A-Za-z0-9_:.-]{1,128}$/;

export function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}

export function isScope(value: unknown): value is string {
  return typeof value === 'string' && SCOPE.test(value);
}
