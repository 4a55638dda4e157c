import { useCallback, useMemo, useState } from 'react';
import type { FragmentRef } from '../apollo/holdfast.ts';
import type { ListQuery, LocalAnswer, RecordRef } from '../sync/model.ts';
import { useHoldfast } from './offline-provider.tsx';
import type { EngineValue } from './use-engine-value.ts';
import { useEngineValue } from './use-engine-value.ts';

/** A long list as references. Each row watches its own record with `useFragment`, so that an edit renders one row. */
export interface SyncedList {
  /** For `from` of `useFragment`. The same array until a record enters, leaves or moves. */
  readonly rows: readonly FragmentRef[];
  /** True until the first download of the scopes has ended. */
  readonly loading: boolean;
  /** `NEVER_SYNCED` or `SCOPE_FORBIDDEN`; null when the device can answer. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Whether the list may be longer than what is shown. */
  readonly hasMore: boolean;
  /** Shows as many rows more as `limit` says. */
  readonly loadMore: () => void;
}

const DEFAULT_LIMIT = 50;

/**
 * Watches which records a list holds, not what stands in them: flat in cost for any number of rows.
 *
 * @param query the list's type, `scopes`, `filter`, `orderBy`, `offset` and `limit` (page size, 50 by default), compared as JSON.
 */
export function useSyncedList(query: ListQuery): SyncedList {
  const holdfast = useHoldfast();
  const key = JSON.stringify(query);
  const [grown, setGrown] = useState({ key, pages: 1 });
  // Another query begins with its first page again.
  const pages = grown.key === key ? grown.pages : 1;
  const step = query.limit ?? DEFAULT_LIMIT;
  const value = useMemo(
    () => listValue({ ...(JSON.parse(key) as ListQuery), limit: step * pages }),
    [key, step, pages],
  );
  const answer = useEngineValue(value);
  const refs = answer.status === 'ready' ? answer.value : NOTHING;
  const rows = useMemo(
    () => refs.map(({ type, id, scope }) => holdfast.ref(type, id, scope)),
    [holdfast, refs],
  );
  const loadMore = useCallback(() => setGrown({ key, pages: pages + 1 }), [key, pages]);
  return {
    rows,
    loading: answer.status === 'loading',
    error: answer.status === 'error' ? answer : null,
    hasMore: rows.length === step * pages,
    loadMore,
  };
}

const NOTHING: readonly RecordRef[] = [];

type Answer = LocalAnswer<readonly RecordRef[]>;

function listValue(query: ListQuery): EngineValue<Answer> {
  return {
    read: (engine) => engine.list(query),
    listen: (engine, changed) =>
      engine.onChange(({ types }) => {
        if (types.includes(query.type)) changed();
      }),
    isSame: isSameAnswer,
  };
}

function isSameAnswer(before: Answer, now: Answer): boolean {
  if (before.status !== 'ready' || now.status !== 'ready') return before.status === now.status;
  return (
    before.value.length === now.value.length &&
    before.value.every(
      ({ id, scope }, index) => id === now.value[index]?.id && scope === now.value[index].scope,
    )
  );
}
