import type { ApolloServer } from '@apollo/server';
import express, { type Express, type Response } from 'express';
import type { Logger } from 'pino';
import type { Config, TokenRules } from '../config.ts';
import type { Viewer } from '../sync/model.ts';
import { demoRoutes, demoVisitor } from './demo.ts';
import type { Gate } from './gate.ts';
import { GRAPHQL_PATH } from './graphql-path.ts';
import { graphqlRoute } from './graphql-route.ts';
import { metricsRoute } from './metrics-route.ts';
import type { Metrics } from './metrics.ts';
import { playgroundRoutes } from './playground.ts';
import { errorHandler } from './request-error.ts';
import { assertHost, securityHeaders, trackRequests } from './requests.ts';
import { webAppRoutes } from './web-app.ts';

export interface AppOptions<C extends object> {
  readonly config: Config;
  readonly tokens: TokenRules;
  readonly gate: Gate;
  readonly apollo: ApolloServer<C>;
  readonly createContext: (viewer: Viewer, requestId: string) => C;
  /** Whether requests can be served now. */
  readonly isReady: () => Promise<boolean>;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Everything that is answered over HTTP. The playground and demo sign-in are there in demo mode only. */
export function createApp<C extends object>(options: AppOptions<C>): Express {
  const { config, tokens, gate, logger } = options;
  const app = express();
  app.disable('x-powered-by');
  // A hash over each answer costs more than it saves: files have tags of their own, GraphQL answers are never cached.
  app.disable('etag');
  app.use(trackRequests(logger), options.metrics.requests, securityHeaders(config), assertHost(config));
  app.get('/healthz', (_request, response) => sendState(response, true));
  app.get('/readyz', async (_request, response) => sendState(response, await options.isReady()));
  if (config.metricsToken !== null) app.use(metricsRoute(options.metrics, config.metricsToken));
  app.use(graphqlRoute({ ...options, path: GRAPHQL_PATH, limits: config.limits }));
  if (config.demo) app.use(demoRoutes(tokens, gate), playgroundRoutes(demoVisitor(tokens, gate)));
  if (config.webApp !== null) app.use(webAppRoutes(config.webApp));
  app.use((_request, response) => {
    response
      .status(404)
      .json({ errors: [{ message: 'There is nothing here.', extensions: { code: 'NOT_FOUND' } }] });
  });
  app.use(errorHandler(logger));
  return app;
}

function sendState(response: Response, ok: boolean): void {
  response
    .status(ok ? 200 : 503)
    .set('cache-control', 'no-store')
    .json({ status: ok ? 'ok' : 'unavailable' });
}
