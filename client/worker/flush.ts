import { createBroadcastTabChannel } from '../network/broadcast-channel.ts';
import { createBrowserHost } from '../network/browser-host.ts';
import { createHttpTransport } from '../network/http-transport.ts';
import { systemClock, systemRandom, systemTimers } from '../network/system-clock.ts';
import { createTokenSource, type GetToken } from '../network/token-source.ts';
import { createWebLockLeadership } from '../network/web-lock-leadership.ts';
import { openIndexedDb } from '../storage/indexed-db-storage.ts';
import { createSyncEngine } from '../sync/engine.ts';
import type { EnginePorts, Migrations } from '../sync/engine-options.ts';
import { EngineError } from '../sync/engine-error.ts';
import type { Manifest } from '../sync/manifest.ts';
import type { PokeSource } from '../sync/ports.ts';
import { StorageError, type SyncStorage } from '../sync/storage-port.ts';

/** Browsers end an event after a few minutes; a worker that ends by itself leaves the lead in order. */
const LONGEST_MS = 120_000;

/** Where a service worker sends unsent work. */
export interface BackgroundOptions {
  /** As the page's `createOfflineClient` has it: databases of other apps are left alone. */
  readonly app: string;
  /** These as the page's `createOfflineClient` has them. */
  readonly uri: string;
  readonly manifest: Manifest;
  readonly schemaVersion?: number | undefined;
  readonly migrations?: Migrations | undefined;
  /** The worker's own way to a bearer token. Absent: the session cookie alone. */
  readonly getToken?: ((user: string) => ReturnType<GetToken>) | undefined;
}

export interface Target {
  /** The database's name, which names its lock and its channel too. */
  readonly name: string;
  readonly user: string;
}

/**
 * Sends what one device database holds unsent, as any tab would: it waits for the lead (a frozen page loses it), its
 * transactions are fenced, a stored pause is obeyed. Resolves when nothing is left to send, or when only a person can help (a new
 * sign-in, an update, a pause). Rejects when trying again later may help. A database that is gone stays gone.
 */
export async function flush(options: BackgroundOptions, target: Target): Promise<void> {
  const storage = await openExisting(target.name);
  if (storage === null) return;
  try {
    const { changes, ahead, meta } = await storage.snapshot();
    const isUnsent =
      changes.some((row) => row.state === 'pending') || ahead.some(({ rows }) => rows.length > 0);
    if (meta.paused === true || meta.leaving === true || !isUnsent) return;
    await catchUp(options, { ...target, storage });
  } finally {
    await storage.close();
  }
}

async function openExisting(name: string): Promise<SyncStorage | null> {
  try {
    return await openIndexedDb(name, { mustExist: true });
  } catch (error) {
    if (error instanceof StorageError && error.reason === 'GONE') return null;
    throw error;
  }
}

async function catchUp(
  options: BackgroundOptions,
  target: Target & { readonly storage: SyncStorage },
): Promise<void> {
  const { manifest, schemaVersion = 0, migrations = {} } = options;
  const engine = await createSyncEngine({
    manifest,
    schema: { version: schemaVersion, migrations },
    user: { id: target.user },
    ports: portsOf(options, target),
  });
  const cancel = systemTimers.after(LONGEST_MS, () => void engine.stop());
  try {
    await engine.catchUp();
  } catch (error) {
    const isHopeless = error instanceof EngineError && HOPELESS.includes(error.code);
    if (!isHopeless) throw error;
  } finally {
    cancel();
    await engine.stop();
  }
}

/** What another try without a person would not change. */
const HOPELESS: readonly string[] = ['PAUSED', 'SIGNED_OUT', 'UPGRADE_NEEDED'];

function portsOf(
  { uri, manifest, getToken }: BackgroundOptions,
  { name, user, storage }: Target & { readonly storage: SyncStorage },
): EnginePorts {
  const tokens = createTokenSource(getToken && (() => getToken(user)));
  return {
    storage,
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    transport: createHttpTransport({ uri, protocol: manifest.protocol, tokens, clock: systemClock }),
    pokes: NO_POKES,
    host: createBrowserHost(),
    leadership: createWebLockLeadership(name),
    channel: createBroadcastTabChannel(name),
  };
}

/** A worker that lives for one errand need not be told of more. */
const NO_POKES: PokeSource = { listen: () => () => undefined };
