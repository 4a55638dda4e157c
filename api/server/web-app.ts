import { existsSync } from 'node:fs';
import { join } from 'node:path';
import compression from 'compression';
import express, { Router } from 'express';

/** Built files whose name holds a hash of their content. */
const HASHED = /[/\\]assets[/\\][^/\\]+-[\w-]{8,}\.\w+$/;

/**
 * Serves a built single-page app: hashed assets for ever, everything else (the page, the service worker, the
 * manifest) to be asked for anew each time, all of it compressed; unknown paths without a file extension get the page.
 */
export function webAppRoutes(folder: string): Router {
  const router = Router();
  const page = join(folder, 'index.html');
  router.use(
    compression(),
    express.static(folder, {
      index: false,
      setHeaders: (response, path) => response.setHeader('cache-control', cacheControl(path)),
    }),
  );
  router.get(/.*/, (request, response, next) => {
    const wantsPage = request.accepts(['html', 'json']) === 'html' && !/\.\w+$/.test(request.path);
    if (!wantsPage || !existsSync(page)) return next();
    response.setHeader('cache-control', 'no-cache');
    response.sendFile(page, { cacheControl: false });
  });
  return router;
}

function cacheControl(path: string): string {
  return HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
}
