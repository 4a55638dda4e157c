import type DataLoader from 'dataloader';
import type {
  DeltaPage,
  PushAnswer,
  RecordKey,
  RecordView,
  ScopeHead,
  SyncEngine,
  Viewer,
} from '../sync/model.ts';
import type { Operation } from './operation.ts';

/** The push of one operation and the deltas its payloads answer: made by the first resolver, awaited by the others. */
export interface OperationPush {
  readonly answer: Promise<PushAnswer>;
  /** A root field's place in the push, by response key. */
  readonly placeOf: ReadonlyMap<string, number>;
  /** By `<response key of the root field>.<response key of the delta field>`. */
  deltas?: Promise<ReadonlyMap<string, DeltaPage>>;
}

/**
 * What resolvers see, one object per operation: parsed documents are shared between requests, so whatever belongs to
 * one execution is kept here. The server fills in the first four and leaves the rest out.
 */
export interface GraphqlContext {
  readonly viewer: Viewer;
  readonly engine: SyncEngine;
  /** Pokes for these scopes, all the viewer's when undefined, until the consumer returns (R30). */
  readonly heads: (scopes: readonly string[] | undefined) => AsyncIterable<ScopeHead>;
  /** The correlation id in logs and masked errors. */
  readonly requestId: string;
  /** Set while a mutation marked with `@ExactlyOnce` runs (R32). */
  readonly operation?: Operation;
  push?: OperationPush;
  deltas?: Promise<ReadonlyMap<string, DeltaPage>>;
  loaders?: Map<string, DataLoader<RecordKey, RecordView | null, string>>;
}
