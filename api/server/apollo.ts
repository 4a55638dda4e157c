import { ApolloServer, HeaderMap, type ApolloServerPlugin, type GraphQLRequestContext } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { ExecutionResult, FormattedExecutionResult, GraphQLSchema, ValidationRule } from 'graphql';
import type { Logger } from 'pino';
import type { GraphqlContext } from '../graphql/context.ts';
import { executeOperation } from '../graphql/execute-operation.ts';
import { createFormatError } from '../graphql/format-error.ts';
import type { ExecuteSync } from '../graphql/whole-records.ts';
import { modestErrors } from './modest-errors.ts';
import { RETRY_AFTER_S } from './request-error.ts';
import type { OperationEngine } from '../sync/operation-ports.ts';

export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly rules: readonly ValidationRule[];
  /** Runs the mutations that are marked as operations. */
  readonly engine: OperationEngine;
  readonly executeSync: ExecuteSync;
  /** Introspection and hints about the schema in errors. */
  readonly open: boolean;
  readonly logger: Logger;
}

/** Hard limit for any document: beyond it not even the parser goes on. */
const PARSE_TOKENS = 10_000;

/** Apollo Server with everything off that the protocol does not need: caching hints, pages, reports, batches, APQ. */
export async function startApollo<C extends GraphqlContext>(
  options: ApolloOptions,
): Promise<ApolloServer<C>> {
  const apollo = new ApolloServer<C>({
    schema: options.schema,
    nodeEnv: 'production',
    introspection: options.open,
    hideSchemaDetailsFromClientErrors: !options.open,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    validationRules: [...options.rules],
    validationOptions: { maxErrors: 5 },
    maxRecursiveSelections: 5_000,
    parseOptions: { maxTokens: PARSE_TOKENS },
    // Requests that are refused before they become an operation: the plugin below sees the others only.
    formatError: (formatted) => ({ ...formatted, extensions: { retry: 'NEVER', ...formatted.extensions } }),
    plugins: [
      formatErrors(options),
      runOperations(options),
      runSync(options),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();
  return apollo;
}

/** Errors leave as `createFormatError` says; an unforeseen one is logged with the id that the caller is told. */
function formatErrors<C extends GraphqlContext>({ logger, open }: ApolloOptions): ApolloServerPlugin<C> {
  return {
    requestDidStart: async ({ contextValue: { requestId } }) => ({
      willSendResponse: async ({ errors = [], response: { body, http } }) => {
        if (body.kind !== 'single' || body.singleResult.errors === undefined) return;
        const format = createFormatError({
          newId: () => requestId,
          report: (err) => logger.error({ requestId, err }, 'operation failed'),
        });
        const formatted = body.singleResult.errors.map((error, at) => format(error, errors[at]));
        body.singleResult.errors = modestErrors(formatted, { open });
        if (isAway(body.singleResult)) {
          http.status = 503;
          http.headers.set('retry-after', RETRY_AFTER_S);
        }
      },
    }),
  };
}

/** Whether there is nothing but the news that the database is away, as before the executor was reached. */
function isAway({ data, errors = [] }: FormattedExecutionResult): boolean {
  return !data && errors.some(({ extensions }) => extensions?.['code'] === 'UNAVAILABLE');
}

/** Answers operations of the author's own (R32), which are executed as a whole inside of their transaction. */
function runOperations<C extends GraphqlContext>({ schema, engine }: ApolloOptions): ApolloServerPlugin<C> {
  return respond(async ({ operation, document, source, contextValue: context, request }) => {
    if (operation?.operation !== 'mutation' || document === undefined || source === undefined) return null;
    const { operationName, variables, extensions } = request;
    const what = { schema, engine, document, source, operationName, variables, extensions };
    return executeOperation({ ...what, context });
  });
}

/** Answers the sync documents. */
function runSync<C extends GraphqlContext>({ executeSync }: ApolloOptions): ApolloServerPlugin<C> {
  return respond(async ({ source, contextValue: context, request: { operationName, variables } }) =>
    source === undefined ? null : executeSync({ source, operationName, variables, context }),
  );
}

/** Answers what is executed in a way of its own; null leaves it to the next, and to Apollo in the end. */
function respond<C extends GraphqlContext>(
  run: (context: GraphQLRequestContext<C>) => Promise<ExecutionResult | null>,
): ApolloServerPlugin<C> {
  return {
    requestDidStart: async () => ({
      responseForOperation: async (context) => {
        const result = await run(context);
        if (result === null) return null;
        const { errors, data = null, extensions } = result;
        // Where `formatErrors` looks for the errors themselves, as after an execution of Apollo's own.
        Object.assign(context, { errors });
        const formatted = errors === undefined ? {} : { errors: errors.map((error) => error.toJSON()) };
        const singleResult = { data, ...(extensions === undefined ? {} : { extensions }), ...formatted };
        return { body: { kind: 'single', singleResult }, http: { headers: new HeaderMap() } };
      },
    }),
  };
}
