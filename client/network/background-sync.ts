import type { Unsubscribe } from '../sync/model.ts';
import type { BackgroundFlush } from '../sync/ports.ts';

/** The parts of a registration that TypeScript's DOM library does not know (Background Sync is Chromium's alone). */
interface SyncRegistration {
  readonly sync?: { register(tag: string): Promise<void>; getTags(): Promise<readonly string[]> };
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
  private readonly registration: Promise<SyncRegistration>;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly name: string,
    workers: Workers | undefined,
  ) {
    this.registration = Promise.resolve(workers?.ready ?? {});
    if (workers === undefined) this.state = 'unsupported';
    else void this.registration.then(({ sync }) => this.become(sync === undefined ? 'unsupported' : 'on'));
  }

  listen(listener: () => void): Unsubscribe {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  request(isRenewal: boolean): void {
    // Refused where the person or the browser forbids work in the background: the status must not promise it then.
    this.register(isRenewal).catch(() => this.become('unsupported'));
  }

  private async register(isRenewal: boolean): Promise<void> {
    const { sync } = await this.registration;
    // Registered anew while its event is under way, a tag that fails waits in Chromium until the network changes.
    if (isRenewal && (await sync?.getTags())?.includes(this.name)) return;
    await sync?.register(this.name);
  }

  private become(state: BackgroundFlush['state']): void {
    if (this.state === state) return;
    this.state = state;
    for (const listener of [...this.listeners]) listener();
  }
}
