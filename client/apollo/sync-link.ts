import { ApolloLink } from '@apollo/client';
import type { DocumentNode } from 'graphql';
import { OperationTypeNode } from 'graphql';
import type { Observable } from 'rxjs';
import { defer, from, mergeMap, of } from 'rxjs';
import type { SyncEngine } from '../sync/model.ts';
import { checkSelection, checkUpsertSelection } from './check-selection.ts';
import { syncedRootFields } from './device-fields.ts';
import type { AnswerContext } from './local-result.ts';
import { StillLoading, localResult } from './local-result.ts';
import { notAlone } from './queue-link.ts';
import { partsOf } from './root-fields.ts';
import type { LocalField, SplitDocument } from './split-document.ts';
import { splitDocument } from './split-document.ts';
import { answerUpserts } from './upserts.ts';

type Operation = ApolloLink.Operation;
type Forward = ApolloLink.ForwardFunction;
type Result = ApolloLink.Result;

/** How often a query waits again because another scope turned out to be loading; each round names other scopes. */
const MAX_WAITS = 100;

/**
 * Answers the synced root fields of queries and the upserts of mutations from the device; what is left of the document
 * goes on along the chain, and both answers become one.
 *
 * @throws (through the observable) OfflineClientError for a selection that the device cannot answer, and for a scope that
 *   was never downloaded while offline; StorageError when a change could not be stored.
 */
export class SyncLink extends ApolloLink {
  readonly #engine: SyncEngine;
  readonly #synced: ReturnType<typeof syncedRootFields>;
  readonly #plans = new WeakMap<DocumentNode, SplitDocument>();

  constructor(engine: SyncEngine) {
    super();
    this.#engine = engine;
    this.#synced = syncedRootFields(engine.manifest);
  }

  override request(operation: Operation, forward: Forward): Observable<Result> {
    const kind = partsOf(operation.query).operation?.operation;
    if (kind === undefined || kind === OperationTypeNode.SUBSCRIPTION) return forward(operation);
    return defer(() => {
      const plan = this.#planOf(operation.query, kind);
      if (plan.local.length === 0) return forward(operation);
      return kind === OperationTypeNode.QUERY
        ? this.#query(plan, operation, forward)
        : this.#mutation(plan, operation, forward);
    });
  }

  #query(plan: SplitDocument, operation: Operation, forward: Forward): Observable<Result> {
    const context = this.#context(plan, operation);
    // A query comes here when the cache could not answer it or the app asked for more than the cache.
    this.#engine.requestPull();
    if (plan.remote === null)
      return this.#localData(plan.local, context).pipe(mergeMap((data) => of({ data })));
    return this.#remote(plan, operation, forward).pipe(
      mergeMap((result) =>
        result.data === undefined || result.data === null
          ? of(result)
          : this.#localData(plan.local, context).pipe(mergeMap((data) => of(withData(result, data)))),
      ),
    );
  }

  /** Answers at once when the device can, so that a view that is mounted again does not flash. */
  #localData(local: readonly LocalField[], context: AnswerContext): Observable<Record<string, unknown>> {
    try {
      return of(localResult(local, context));
    } catch (error) {
      if (!(error instanceof StillLoading)) throw error;
      return from(this.#whenLoaded(local, context, error));
    }
  }

  async #whenLoaded(
    local: readonly LocalField[],
    context: AnswerContext,
    first: StillLoading,
  ): Promise<Record<string, unknown>> {
    let waitFor = first;
    for (let waits = 0; waits < MAX_WAITS; waits++) {
      await this.#engine.ready(waitFor.scopes);
      try {
        return localResult(local, context);
      } catch (error) {
        if (!(error instanceof StillLoading)) throw error;
        waitFor = error;
      }
    }
    throw waitFor;
  }

  #mutation(plan: SplitDocument, operation: Operation, forward: Forward): Observable<Result> {
    if (plan.remote !== null && operation.getContext().offline === 'queue') throw notAlone();
    const context = this.#context(plan, operation);
    return from(answerUpserts(plan.local, this.#engine, context)).pipe(
      mergeMap(({ data, changes }) => {
        const extensions = { holdfast: { state: 'QUEUED', changes } };
        if (plan.remote === null) return of({ data, extensions });
        return this.#remote(plan, operation, forward).pipe(
          mergeMap((result) =>
            of({ ...withData(result, data), extensions: { ...result.extensions, ...extensions } }),
          ),
        );
      }),
    );
  }

  #remote(
    { remote, remoteVariables }: SplitDocument,
    operation: Operation,
    forward: Forward,
  ): Observable<Result> {
    const variables = Object.fromEntries(
      Object.entries(operation.variables).filter(([name]) => remoteVariables.has(name)),
    );
    // The original stays as it is: the cache writes the result with it. The context's functions are inherited.
    return forward(
      Object.create(operation, {
        query: { value: remote, enumerable: true },
        variables: { value: variables, enumerable: true },
      }) as Operation,
    );
  }

  #context({ fragments }: SplitDocument, { variables }: Operation): AnswerContext {
    return { reads: this.#engine, fragments, variables };
  }

  #planOf(document: DocumentNode, kind: 'query' | 'mutation'): SplitDocument {
    const known = this.#plans.get(document);
    if (known !== undefined) return known;
    const plan = splitDocument(document, this.#synced[kind]);
    this.#check(plan);
    this.#plans.set(document, plan);
    return plan;
  }

  #check({ local, fragments }: SplitDocument): void {
    const context = { manifest: this.#engine.manifest, fragments, variables: null };
    for (const { node, field } of local) {
      if (node.selectionSet === undefined) continue;
      const check = field.kind === 'upsert' ? checkUpsertSelection : checkSelection;
      check(field.type, { sets: [node.selectionSet], path: node.name.value }, context);
    }
  }
}

function withData(result: Result, data: Readonly<Record<string, unknown>>): Result {
  return { ...result, data: { ...(result as { data?: object }).data, ...data } };
}
