import type { TabChannel } from '../sync/ports.ts';

/**
 * A channel to the tabs that have the same database open; `name` is the database's. Where the host has no
 * BroadcastChannel it stays silent: a message is only a hint, tabs also look when they become visible.
 */
export function createBroadcastTabChannel(name: string): TabChannel {
  if (typeof BroadcastChannel === 'undefined') return silent;
  const channel = new BroadcastChannel(name);
  // In Node an open channel would keep the process alive.
  if ('unref' in channel && typeof channel.unref === 'function') channel.unref();
  let isClosed = false;
  return {
    announce: () => {
      if (!isClosed) channel.postMessage(null);
    },
    listen: (listener) => {
      const onMessage = (): void => listener();
      channel.addEventListener('message', onMessage);
      return () => channel.removeEventListener('message', onMessage);
    },
    close: () => {
      isClosed = true;
      channel.close();
    },
  };
}

const silent: TabChannel = {
  announce: () => undefined,
  listen: () => () => undefined,
  close: () => undefined,
};
