import type { ErrorRequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { SyncError, type OperationCode } from '../sync/errors.ts';

const STATUS: Readonly<Record<OperationCode, number>> = {
  BAD_INPUT: 400,
  BAD_CURSOR: 400,
  SCOPE_FORBIDDEN: 403,
  EPOCH_CHANGED: 409,
  WRONG_VIEWER: 401,
  UNAUTHENTICATED: 401,
  TOO_LARGE: 413,
  TOO_MANY_REQUESTS: 429,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** When the database is away: seconds until somebody should try again. Devices add jitter and back off from there. */
export const RETRY_AFTER_S = '1';

/** Answers a request that never reached the GraphQL executor, in the shape of a GraphQL result. */
export function sendError(response: Response, error: SyncError): void {
  const id = response.getHeader('x-request-id');
  const extensions = { code: error.code, retry: error.retry, ...(error.code === 'INTERNAL' ? { id } : {}) };
  response.locals['refusal'] = error.code;
  if (error.code === 'UNAUTHENTICATED') response.setHeader('www-authenticate', 'Bearer');
  if (error.code === 'UNAVAILABLE') response.setHeader('retry-after', RETRY_AFTER_S);
  response
    .status(STATUS[error.code])
    .set('cache-control', 'no-store')
    .json({ errors: [{ message: error.message, extensions }] });
}

/** Express's last handler: typed answers for bodies that cannot be read, a masked one for everything else. */
export function errorHandler(logger: Logger): ErrorRequestHandler {
  // eslint-disable-next-line max-params -- Express knows a handler of errors by its four parameters.
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error);
    const known = explain(error);
    if (known !== null) return sendError(response, known);
    logger.error({ err: error, requestId: response.getHeader('x-request-id') }, 'request failed');
    sendError(response, new SyncError('INTERNAL', 'LATER', 'Something went wrong on the server.'));
  };
}

/** The errors of `body-parser` carry a `type`; those of our own are already typed. */
function explain(error: unknown): SyncError | null {
  if (error instanceof SyncError) return error;
  const { type, status } = error as { readonly type?: unknown; readonly status?: unknown };
  if (type === 'entity.too.large')
    return new SyncError('TOO_LARGE', 'NEVER', 'The request is too large: send less at once.');
  if (type === 'entity.parse.failed') return new SyncError('BAD_INPUT', 'NEVER', 'The body is not JSON.');
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new SyncError('BAD_INPUT', 'NEVER', 'The request cannot be read: send JSON in UTF-8.');
  }
  return null;
}
