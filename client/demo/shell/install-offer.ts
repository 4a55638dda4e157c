import { createContext, use, useSyncExternalStore } from 'react';

/** What Chromium hands out when the app can be installed; other browsers have a menu of their own for it. */
interface InstallEvent extends Event {
  prompt(): Promise<unknown>;
}

declare global {
  interface WindowEventMap {
    beforeinstallprompt: InstallEvent;
  }
}

/** Keeps the browser's offer to install the app until a person asks for it. Made before the first screen: it comes when it likes. */
export class InstallOffer {
  private offered: InstallEvent | null = null;
  private readonly listeners = new Set<() => void>();

  constructor() {
    window.addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault();
      this.keep(event);
    });
    window.addEventListener('appinstalled', () => this.keep(null));
  }

  readonly isThere = (): boolean => this.offered !== null;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The browser asks the person. An offer holds once. */
  async take(): Promise<void> {
    const { offered } = this;
    this.keep(null);
    await offered?.prompt();
  }

  private keep(event: InstallEvent | null): void {
    this.offered = event;
    this.listeners.forEach((listener) => listener());
  }
}

export const InstallContext = createContext<InstallOffer | null>(null);

/** How the app gets onto this device: by a click, from the browser's own menu, or it is there. */
type Installing = 'offered' | 'byHand' | 'done';

const NOTHING = { isThere: () => false, subscribe: () => () => undefined, take: () => Promise.resolve() };

export function useInstallOffer(): { readonly state: Installing; readonly take: () => Promise<void> } {
  const offer = use(InstallContext) ?? NOTHING;
  const isThere = useSyncExternalStore(offer.subscribe, offer.isThere);
  const isApp = window.matchMedia('(display-mode: standalone)').matches;
  const otherwise = isThere ? 'offered' : 'byHand';
  return { state: isApp ? 'done' : otherwise, take: () => offer.take() };
}
