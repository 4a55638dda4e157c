import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestServer } from '../../api/testing/test-server.ts';
import { browserProcessOf } from './browser-process.ts';
import type { DeviceFact } from './checker/events.ts';
import { openDevice, type Device } from './device.ts';
import { ShopLog } from './shop-log.ts';
import type { Found } from './shop-page.ts';
import { openShop, startShop } from './shop-server.ts';

/** A browser in the shop, and what its page found on the device. */
export interface Visit extends AsyncDisposable {
  readonly device: Device;
  readonly found: Found;
}

/** A shop, and a profile on disk for the browsers that go there one after the other. */
export interface VisitedShop {
  readonly server: TestServer;
  readonly profile: string;
  readonly log: ShopLog;
  /** A new browser over what the one before left; offline from before the database is opened if so wanted. */
  visit(isOffline?: boolean): Promise<Visit>;
  stop(): Promise<void>;
}

export async function startVisitedShop(): Promise<VisitedShop> {
  const profile = await mkdtemp(join(tmpdir(), 'holdfast-profile-'));
  const server = await startShop();
  const log = await ShopLog.begin(server);
  return {
    server,
    profile,
    log,
    visit: async (isOffline = false) => {
      const device = await openDevice({ profile, serviceWorkers: false });
      const dispose = () => device[Symbol.asyncDispose]();
      try {
        const token = server.tokenFor('sam');
        const found = await openShop(device, { url: server.url, token, isOffline, log });
        return { device, found, [Symbol.asyncDispose]: dispose };
      } catch (error) {
        await dispose();
        throw error;
      }
    },
    stop: async () => {
      await server.stop();
      await rm(profile, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

export interface Writing {
  /** The first number of both writers. */
  readonly from: number;
  /** Of what the page notes: the kill comes after this. */
  readonly isEnough: (fact: DeviceFact) => boolean;
  /** So long after. Default: at once. */
  readonly afterMs?: number;
}

/** Both writers write without a pause, and the browser is killed; when this resolves all is heard that its page said before. */
export async function killWhileWriting(
  { log }: VisitedShop,
  device: Device,
  { from, isEnough, afterMs = 0 }: Writing,
): Promise<void> {
  const browser = await browserProcessOf(device);
  const closed = new Promise((resolve) => device.context.once('close', resolve));
  const enough = new Promise<void>((resolve) => {
    log.onFact = (fact) => (isEnough(fact) ? resolve() : undefined);
  });
  await device.page.evaluate((first) => window.shop?.write(first, 0), from);
  await enough;
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  await browser.kill();
  await closed;
}
