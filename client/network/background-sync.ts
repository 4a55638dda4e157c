import type { Unsubscribe } from '../sync/model.ts';
import type { BackgroundFlush } from '../sync/ports.ts';

/** The parts of a registration that TypeScript's DOM library does not know (Background Sync is Chromium's alone). */
interface SyncRegistration {
  readonly sync?: { register(tag: string): Promise<void> };
}

type Workers = Pick<ServiceWorkerContainer, 'ready'>;

/**
 * Background Sync through the app's service worker, under a tag that names the database: `@holdfast/client/worker` listens
 * there. `on` as soon as a worker is active.
 */
export function createBackgroundSync(name: string, workers: Workers | undefined): BackgroundFlush {
  return new BackgroundSync(name, workers);
}

class BackgroundSync implements BackgroundFlush {
  state: BackgroundFlush['state'] = 'off';
  private registration: SyncRegistration = {};
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly name: string,
    workers: Workers | undefined,
  ) {
    if (workers === undefined) this.state = 'unsupported';
    else void workers.ready.then((registration) => this.take(registration as SyncRegistration));
  }

  listen(listener: () => void): Unsubscribe {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  request(): void {
    // Refused where the person or the browser forbids work in the background: the status must not promise it then.
    this.registration.sync?.register(this.name).catch(() => this.become('unsupported'));
  }

  private take(registration: SyncRegistration): void {
    this.registration = registration;
    this.become(registration.sync === undefined ? 'unsupported' : 'on');
  }

  private become(state: BackgroundFlush['state']): void {
    if (this.state === state) return;
    this.state = state;
    for (const listener of [...this.listeners]) listener();
  }
}
