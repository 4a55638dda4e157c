import { createHash, timingSafeEqual } from 'node:crypto';
import { Router } from 'express';
import { unauthenticated } from './authentication.ts';
import type { Metrics } from './metrics.ts';

/** `GET /metrics` for whoever has the token, and nobody else: what a server does tells about the people who use it. */
export function metricsRoute({ render }: Pick<Metrics, 'render'>, token: string): Router {
  const router = Router();
  router.get('/metrics', async (request, response) => {
    const given = /^Bearer (.+)$/i.exec(request.get('authorization') ?? '')?.[1];
    if (given === undefined || !isSame(given, token))
      throw unauthenticated('This needs the token for metrics.');
    const { type, text } = await render();
    response.set('cache-control', 'no-store').set('content-type', type).end(text);
  });
  return router;
}

/** Takes as long for a token that is nearly right as for any other. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
