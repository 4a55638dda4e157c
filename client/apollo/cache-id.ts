import type { RecordRef } from '../sync/model.ts';

/** The key fields of every synced type, in the order in which they stand in a cache id. */
export const KEY_FIELDS: readonly ['scope', 'id'] = ['scope', 'id'];

/** The id under which Apollo's cache keeps a synced record; the same as `cache.identify` gives for its key fields. */
export function cacheId({ type, scope, id }: RecordRef): string {
  return `${type}:${JSON.stringify({ scope, id })}`;
}
