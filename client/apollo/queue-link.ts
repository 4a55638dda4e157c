import { ApolloLink } from '@apollo/client';
import type { DocumentNode, FieldNode } from 'graphql';
import { OperationTypeNode, print } from 'graphql';
import type { Observable } from 'rxjs';
import { defer, from } from 'rxjs';
import type { QueuedOperation, SyncEngine } from '../sync/model.ts';
import { OfflineClientError } from './errors.ts';
import { jsonVariables } from './json-variables.ts';
import type {} from './offline-context.ts';
import { partsOf } from './root-fields.ts';
import { argumentsOf, collectFields } from './selection.ts';

type Operation = ApolloLink.Operation;
type Forward = ApolloLink.ForwardFunction;
type Result = ApolloLink.Result;

/** `extensions.holdfast` of what a queued mutation resolves with. */
export interface QueuedAnswer {
  readonly state: 'QUEUED';
  /** For `sync.settled(change)`. */
  readonly change: string;
}

/**
 * Hands mutations marked `context: { offline: 'queue' }` to the engine (R32) and answers when they are durable: with the value of
 * `optimisticResponse`, else `data: null`, and `extensions.holdfast { state: 'QUEUED', change }`. The real result comes by
 * `sync.settled(change)`.
 *
 * @throws (through the observable) OfflineClientError for what cannot be queued; StorageError when it could not be stored.
 */
export class QueueLink extends ApolloLink {
  readonly #engine: Pick<SyncEngine, 'queue'>;

  constructor(engine: Pick<SyncEngine, 'queue'>) {
    super();
    this.#engine = engine;
  }

  override request(operation: Operation, forward: Forward): Observable<Result> {
    if (operation.getContext().offline !== 'queue') return forward(operation);
    return defer(() => from(this.#queue(operation)));
  }

  async #queue(operation: Operation): Promise<Result> {
    const { scope, optimisticResponse } = operation.getContext();
    const field = rootField(operation);
    const named = scope ?? (argumentsOf(field, operation.variables)['scope'] as string | null | undefined);
    const result = await this.#engine.queue({ ...queued(operation), scope: named ?? undefined });
    if (result.outcome === 'REJECTED') {
      throw new OfflineClientError('SCOPE_FORBIDDEN', result.error.message);
    }
    const data = optimisticData(optimisticResponse, operation.variables);
    const holdfast: QueuedAnswer = { state: 'QUEUED', change: result.change };
    return { data, extensions: { holdfast } };
  }
}

function queued({ query, operationName, variables }: Operation): QueuedOperation {
  if (operationName === undefined || operationName === '') {
    throw new OfflineClientError('BAD_OFFLINE_OPTION', 'Give the mutation a name: it is kept under it.');
  }
  return { name: operationName, text: textOf(query), variables: jsonVariables(variables) };
}

const texts = new WeakMap<DocumentNode, string>();

function textOf(document: DocumentNode): string {
  const text = texts.get(document) ?? print(document);
  texts.set(document, text);
  return text;
}

/** @throws OfflineClientError when it is no mutation, or does not stand alone. */
function rootField({ query, variables }: Operation): FieldNode {
  const { operation, fragments } = partsOf(query);
  if (operation?.operation !== OperationTypeNode.MUTATION) {
    throw new OfflineClientError('BAD_OFFLINE_OPTION', "`offline: 'queue'` is for mutations.");
  }
  const fields = collectFields(
    [operation.selectionSet],
    { name: 'Mutation', isSynced: false },
    { fragments, variables },
  );
  const [first, ...others] = [...fields.values()].flat().filter(({ name }) => name.value !== '__typename');
  if (first !== undefined && others.length === 0) return first;
  throw notAlone();
}

/** A queued mutation runs in a transaction of its own (R32). */
export function notAlone(): OfflineClientError {
  return new OfflineClientError(
    'OPERATION_NOT_ALONE',
    'A queued mutation stands alone in its document: send what else is in it with another `mutate`.',
  );
}

/** The value that Apollo shows while a mutation is under way; for a function, what it makes of the variables. */
function optimisticData(
  response: unknown,
  variables: Operation['variables'],
): Record<string, unknown> | null {
  const value: unknown =
    typeof response === 'function'
      ? (response as (variables: unknown, more: { IGNORE: unknown }) => unknown)(variables, { IGNORE: null })
      : response;
  return (value as Record<string, unknown> | null | undefined) ?? null;
}
