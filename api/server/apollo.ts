import { ApolloServer } from '@apollo/server';

import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLFormattedError, GraphQLSchema, ValidationRule } from 'graphql';

export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly rules: readonly ValidationRule[];
  /** Introspection and hints about the schema in errors. */
  readonly open: boolean;
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
}

/** Hard limit for any document: beyond it not even the parser goes on. */
const PARSE_TOKENS = 10_000;

/** Apollo Server with everything off that the protocol does not need: caching hints, pages, reports, batches, APQ. */
export async function startApollo<C extends object>(options: ApolloOptions): Promise<ApolloServer<C>> {
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
    formatError: options.formatError,
    plugins: [
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
