import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { manifest } from '../../generated/manifest.ts';
import { flushInBackground } from '../../worker.ts';
import { API_PATHS } from './api-paths.ts';

declare const self: {
  /** The files of this build, put in by it. */
  readonly __WB_MANIFEST: readonly { readonly url: string; readonly revision: string | null }[];
  skipWaiting(): Promise<void>;
};

// Only what the build made is ever in a cache.
precacheAndRoute([...self.__WB_MANIFEST]);
cleanupOutdatedCaches();
registerRoute(
  new NavigationRoute(createHandlerBoundToURL('/index.html'), {
    denylist: API_PATHS.map((path) => new RegExp(`^${path}(/|\\?|$)`)),
  }),
);

// The page asks for it once the person agreed to the new version.
addEventListener('message', (event: MessageEvent<{ readonly type?: string } | undefined>) => {
  if (event.data?.type === 'SKIP_WAITING') void self.skipWaiting();
});

// The demo's session is a cookie, which goes along with what the worker sends too.
flushInBackground({ app: 'field-notes', uri: '/graphql', manifest });
