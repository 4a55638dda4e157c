import { constants } from 'node:zlib';
import type { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import compression from 'compression';
import { json, Router, type RequestHandler, type Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Limits } from '../config.ts';
import { SyncError } from '../sync/errors.ts';
import type { Viewer } from '../sync/model.ts';
import { assertClaimedViewer, type Admission, type Gate } from './gate.ts';

export interface GraphqlRouteOptions<C extends object> {
  readonly path: string;
  readonly apollo: ApolloServer<C>;
  readonly gate: Gate;
  readonly createContext: (viewer: Viewer, requestId: string) => C;
  readonly limits: Limits;
}

const RATE_WINDOW_S = 10;

/**
 * GraphQL over HTTP. A caller is admitted before a byte of the body is read, and an answer is only given to the user
 * that the request says it is for.
 */
export function graphqlRoute<C extends object>(options: GraphqlRouteOptions<C>): Router {
  const router = Router();
  router.use(
    options.path,
    noStore,
    admit(options.gate),
    limitRate(options.limits),
    compression({ level: constants.Z_BEST_SPEED }),
    json({ limit: options.limits.bodyBytes, verify: assertUtf8 }),
    checkClaim,
    expressMiddleware(options.apollo, {
      context: async ({ res }) =>
        options.createContext(admissionOf(res).viewer, String(res.getHeader('x-request-id'))),
    }),
  );
  return router;
}

const noStore: RequestHandler = (_request, response, next) => {
  response.setHeader('cache-control', 'no-store');
  next();
};

/** JSON is UTF-8 (RFC 8259); other encodings are only good for getting past filters. */
function assertUtf8(...[, , , encoding]: readonly [unknown, unknown, unknown, string]): void {
  if (encoding !== 'utf-8') throw new SyncError('BAD_INPUT', 'NEVER', 'Send JSON in UTF-8.');
}

function admit(gate: Gate): RequestHandler {
  return async (request, response, next) => {
    response.locals['admission'] = await gate.admitRequest(request);
    next();
  };
}

function admissionOf(response: Response): Admission {
  return response.locals['admission'] as Admission;
}

/** Counted per user in this process, so that one user's flood leaves the others alone. */
function limitRate({ requestsPerSecond }: Limits): RequestHandler {
  const limiter = new RateLimiterMemory({
    points: requestsPerSecond * RATE_WINDOW_S,
    duration: RATE_WINDOW_S,
  });
  return async (_request, response, next) => {
    try {
      await limiter.consume(admissionOf(response).viewer.id);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      response.setHeader('retry-after', Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)));
      throw new SyncError(
        'TOO_MANY_REQUESTS',
        'LATER',
        'Too many requests: wait as long as Retry-After says.',
      );
    }
    next();
  };
}

const checkClaim: RequestHandler = (request, response, next) => {
  const body = request.body as { readonly extensions?: unknown } | undefined;
  assertClaimedViewer(admissionOf(response).viewer, body?.extensions);
  next();
};
