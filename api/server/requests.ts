import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { isHostAllowed, type OriginRules } from './origin.ts';
import { SyncError } from '../sync/errors.ts';

const REQUEST_ID = /^[\w-]{8,64}$/;

/**
 * Gives each request its correlation id (`x-request-id`, taken over from a proxy when it looks like one) and logs its
 * end: method, path, status, duration. Never a query string, a header, a body or a token.
 */
export function trackRequests(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const given = request.get('x-request-id');
    const requestId = given !== undefined && REQUEST_ID.test(given) ? given : randomUUID();
    response.setHeader('x-request-id', requestId);
    const begun = performance.now();
    response.once('close', () => {
      const durationMs = Math.round(performance.now() - begun);
      const { method, path } = request;
      const aborted = !response.writableFinished;
      logger.info({ requestId, method, path, status: response.statusCode, durationMs, aborted }, 'request');
    });
    next();
  };
}

/** The security headers of every answer; the policy lets pages load from and talk to this server alone. */
export function securityHeaders({ demo }: { readonly demo: boolean }): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // Component libraries set style attributes and insert style elements.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // The demo is plain HTTP on this machine: a browser that remembered HTTPS for it could not come back.
    strictTransportSecurity: demo ? false : { maxAge: 31_536_000 },
  });
}

export function assertHost(rules: OriginRules): RequestHandler {
  return (request, _response, next) => {
    if (isHostAllowed(request, rules)) return next();
    next(new SyncError('BAD_INPUT', 'NEVER', 'The demo answers requests to localhost only.'));
  };
}
