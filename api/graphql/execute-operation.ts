import { execute, getOperationAST, getVariableValues, GraphQLError, Kind, OperationTypeNode } from 'graphql';
import type {
  DocumentNode,
  ExecutionResult,
  FragmentDefinitionNode,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import { Refusal, SyncError } from '../sync/errors.ts';
import type { ChangeError, Json, SyncEngine } from '../sync/model.ts';
import type { OperationAnswer, OperationEngine, OperationRecords } from '../sync/operation-ports.ts';
import type { GraphqlContext } from './context.ts';
import { OPERATION } from './exactly-once.ts';
import { readClaim } from './operation-claim.ts';
import type { OperationClaim } from './operation-claim.ts';
import { RunningOperation } from './operation.ts';
import { selectedFields } from './selected-fields.ts';
import type { SelectedField } from './selected-fields.ts';

/** One request of GraphQL, validated. */
export interface OperationExecution {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  /** The document's text. */
  readonly source: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly extensions?: unknown;
  readonly context: GraphqlContext;
  readonly engine: OperationEngine;
}

/**
 * Executes a mutation marked with `@ExactlyOnce` (R32): the whole document inside the engine's transaction, because the
 * answer is stored with the number. Null when the document is no such mutation, and has to be executed as usual.
 */
export async function executeOperation(request: OperationExecution): Promise<ExecutionResult | null> {
  try {
    const claim = readClaim(request.extensions);
    const field = operationField(request, claim);
    return field === null ? null : await runOperation(request, field, claim);
  } catch (error) {
    return { data: null, errors: [toGraphqlError(error)] };
  }
}

/** @throws SyncError BAD_INPUT when it has company, or a number is claimed for something else. */
function operationField(request: OperationExecution, claim: OperationClaim | null): SelectedField | null {
  const operation = getOperationAST(request.document, request.operationName);
  const fields = operation?.operation === OperationTypeNode.MUTATION ? rootFields(request, operation) : [];
  const [marked] = fields.filter(({ definition }) => definition.extensions[OPERATION] !== undefined);
  if (marked === undefined) {
    if (claim !== null) {
      throw new SyncError('BAD_INPUT', 'NEVER', 'Only a mutation marked as an operation can have a number.');
    }
    return null;
  }
  if (fields.length > 1) {
    throw new SyncError('BAD_INPUT', 'NEVER', 'An operation stands alone in its document (R32).');
  }
  return marked;
}

/** None when no marked one is in reach, or the variables are wrong: the executor says so in its own words. */
function rootFields(
  { schema, document, source, variables }: OperationExecution,
  operation: OperationDefinitionNode,
): readonly SelectedField[] {
  const type = schema.getMutationType();
  const marked = Object.values(type?.getFields() ?? {}).filter(({ extensions }) => extensions[OPERATION]);
  // The variables of a push are large, and the executor coerces them once more.
  if (!marked.some(({ name }) => source.includes(name))) {
    return [];
  }
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
  if (!type || coerced === undefined) {
    return [];
  }
  const fragments = Object.fromEntries(
    document.definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
  return selectedFields({ schema, fragments, variableValues: coerced }, type, [operation.selectionSet]);
}

async function runOperation(
  request: OperationExecution,
  field: SelectedField,
  claim: OperationClaim | null,
): Promise<ExecutionResult> {
  const { viewer } = request.context;
  const scope = (field.args['scope'] as string | null | undefined) ?? viewer.ownScope;
  if (claim?.scope !== undefined && claim.scope !== scope) {
    throw new SyncError('BAD_INPUT', 'NEVER', 'The number counts in the scope that the operation names.');
  }
  const operation = {
    viewer,
    scope,
    declared: field.definition.extensions[OPERATION] as readonly string[],
    once: claim === null ? undefined : { device: claim.device, seq: claim.seq },
    payload: [request.source, request.operationName ?? null, (request.variables ?? {}) as Json],
  };
  const answer = await request.engine.operate(operation, (records) => executeDocument(request, records));
  return toResult(answer, field.key, claim);
}

/** @throws what the resolvers threw, so that the engine can tell a refusal from a failure. */
async function executeDocument(request: OperationExecution, records: OperationRecords): Promise<Json> {
  // A context of its own for each run: what a run has loaded or written does not outlive its rollback.
  const contextValue: GraphqlContext = {
    ...request.context,
    engine: insideOperation(records),
    operation: new RunningOperation(records),
  };
  const { data, errors } = await execute({
    schema: request.schema,
    document: request.document,
    contextValue,
    variableValues: request.variables ?? {},
    operationName: request.operationName ?? null,
  });
  const [error] = errors ?? [];
  if (error !== undefined) {
    throw originOf(error);
  }
  return JSON.parse(JSON.stringify(data ?? null)) as Json;
}

/** Records that the answer refers to are read in the transaction: from outside they would be as they were before. */
function insideOperation(records: OperationRecords): SyncEngine {
  const refuse = (): Promise<never> =>
    Promise.reject(new Error('An operation reads and writes with its own `operation` only.'));
  return {
    ...{ push: refuse, deltas: refuse, list: refuse, count: refuse, heads: refuse, digest: refuse },
    records: (viewer, type, keys) => {
      const readable = keys.filter(({ scope }) => viewer.scopes.some(({ id }) => id === scope));
      return records.read(type, readable).then((found) => {
        const answers = found.values();
        return keys.map((key) => (readable.includes(key) ? (answers.next().value ?? null) : null));
      });
    },
  };
}

function originOf(error: GraphQLError): unknown {
  let origin: unknown = error;
  while (origin instanceof GraphQLError && origin.originalError !== undefined) {
    origin = origin.originalError;
  }
  return origin;
}

function toResult(answer: OperationAnswer, key: string, claim: OperationClaim | null): ExecutionResult {
  const { epoch, replayed, data, error } = answer;
  const extensions = {
    holdfast: { epoch, seq: claim?.seq ?? null, outcome: error === null ? 'APPLIED' : 'REJECTED', replayed },
  };
  return error === null
    ? { data: data as Record<string, unknown>, extensions }
    : { data: null, errors: [refusalError(error, key)], extensions };
}

function refusalError({ code, message, field }: ChangeError, key: string): GraphQLError {
  return new GraphQLError(message, { path: [key], extensions: { code, retry: 'NEVER', field } });
}

function toGraphqlError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) {
    return error;
  }
  if (error instanceof Refusal) {
    return new GraphQLError(error.message, { extensions: { code: error.code, retry: 'NEVER' } });
  }
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}
