import type { Host, HostEvent } from '../sync/ports.ts';

/** What of the global object a host needs. Workers and Node lack some of it. */
export interface HostScope extends Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>> {
  readonly navigator?: { readonly onLine?: boolean };
  readonly document?: EventTarget & { readonly visibilityState: string };
}

/**
 * The page's own view of its network and visibility. Where the host has no such notion (Node, a worker) it counts as
 * online and visible.
 */
export function createBrowserHost(scope: HostScope = globalThis): Host {
  return {
    isOnline: () => scope.navigator?.onLine ?? true,
    isVisible: () => scope.document?.visibilityState !== 'hidden',
    listen: (listener) => {
      const stops = subscriptions(scope, listener);
      return () => stops.forEach((stop) => stop());
    },
  };
}

function subscriptions(scope: HostScope, listener: (event: HostEvent) => void): (() => void)[] {
  const page = scope.document;
  const onWindow = (name: string, event: HostEvent) => listen(scope, name, () => listener(event));
  return [
    onWindow('online', 'online'),
    onWindow('offline', 'offline'),
    listen(page, 'visibilitychange', () =>
      listener(page?.visibilityState === 'hidden' ? 'hidden' : 'visible'),
    ),
    // Some browsers leave a page without a visibilitychange: the last chance to send is one of these.
    onWindow('pagehide', 'hidden'),
    listen(page, 'freeze', () => listener('hidden')),
    // A page from the back-forward cache, or thawed, has missed whatever happened meanwhile.
    listen(scope, 'pageshow', (event) => {
      if ('persisted' in event && event.persisted === true) listener('resumed');
    }),
    listen(page, 'resume', () => listener('resumed')),
  ];
}

type Target = Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>> | undefined;

function listen(target: Target, name: string, run: (event: Event) => void): () => void {
  target?.addEventListener?.(name, run);
  return () => target?.removeEventListener?.(name, run);
}
