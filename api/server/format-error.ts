import { GraphQLError, Kind, type GraphQLFormattedError } from 'graphql';
import { SyncError } from '../sync/errors.ts';

/** Codes that say something about the request and nothing about the server. */
const OPEN_CODES = new Set([
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  ...['BAD_INPUT', 'TOO_MANY_REQUESTS', 'UNAUTHENTICATED'],
]);

/** The error that our own code threw, if it did so on purpose. */
export function syncErrorOf(error: unknown): SyncError | null {
  if (error instanceof SyncError) return error;
  return error instanceof GraphQLError && error.originalError instanceof SyncError
    ? error.originalError
    : null;
}

/** Whether an error tells of a fault of ours: then it is logged, and the caller is told an id only. */
export function isInternal(error: unknown): boolean {
  return syncErrorOf(error) === null && !OPEN_CODES.has(codeOf(error) ?? '');
}

/**
 * An error as the caller sees it: `extensions.code` and `extensions.retry` to act on, a message to read. What was not
 * thrown on purpose is masked; `extensions.id` finds it in the log.
 */
export function formatError(
  error: unknown,
  formatted: GraphQLFormattedError,
  requestId: string,
): GraphQLFormattedError {
  const place = {
    ...(formatted.path === undefined ? {} : { path: formatted.path }),
    ...(formatted.locations === undefined ? {} : { locations: formatted.locations }),
  };
  const known = syncErrorOf(error);
  if (known !== null) {
    return { message: known.message, ...place, extensions: { code: known.code, retry: known.retry } };
  }
  if (isInternal(error)) {
    const extensions = { code: 'INTERNAL', retry: 'LATER', id: requestId };
    return { message: 'Something went wrong on the server.', ...place, extensions };
  }
  return { message: formatted.message, ...place, extensions: { code: codeOf(error), retry: 'NEVER' } };
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof GraphQLError)) return undefined;
  const { code } = error.extensions;
  if (typeof code === 'string') return code;
  // The executor gives no code to a variable that does not fit its type.
  return error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION ? 'BAD_USER_INPUT' : undefined;
}
