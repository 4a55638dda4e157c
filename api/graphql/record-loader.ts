import DataLoader from 'dataloader';
import type { RecordKey, RecordView } from '../sync/model.ts';
import type { GraphqlContext } from './context.ts';

/** More keys than this go to the engine in several queries. */
const MAX_BATCH = 1_000;

/**
 * A live record by key, null when it is absent, deleted or not readable. All the records of one type that an operation
 * asks for at the same depth are one query.
 */
export async function loadRecord(
  context: GraphqlContext,
  type: string,
  key: RecordKey,
): Promise<RecordView | null> {
  context.loaders ??= new Map();
  const loader = context.loaders.get(type) ?? createLoader(context, type);
  context.loaders.set(type, loader);
  return loader.load(key);
}

function createLoader({ engine, viewer }: GraphqlContext, type: string) {
  return new DataLoader<RecordKey, RecordView | null, string>((keys) => engine.records(viewer, type, keys), {
    cacheKeyFn: ({ scope, id }) => `${scope}\n${id}`,
    maxBatchSize: MAX_BATCH,
  });
}
