import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestServer } from '../../api/testing/test-server.ts';
import { openDevice, type Device } from './device.ts';
import type { Found, Told } from './shop-page.ts';
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
  /** A new browser over what the one before left; offline from before the database is opened if so wanted. */
  visit(isOffline?: boolean): Promise<Visit>;
  stop(): Promise<void>;
}

export async function startVisitedShop(): Promise<VisitedShop> {
  const profile = await mkdtemp(join(tmpdir(), 'holdfast-profile-'));
  const server = await startShop();
  return {
    server,
    profile,
    visit: async (isOffline = false) => {
      const device = await openDevice({ profile, serviceWorkers: false });
      const dispose = () => device[Symbol.asyncDispose]();
      try {
        const found = await openShop(device, { url: server.url, token: server.tokenFor('sam'), isOffline });
        return { device, found, [Symbol.asyncDispose]: dispose };
      } catch (error) {
        await dispose();
        throw error;
      }
    },
    stop: async () => {
      await server.stop();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** Both writers write without a pause, numbered from `from` on, until what they say is enough. */
export function writeUntil({ page }: Device, from: number, isEnough: (told: Told) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const hear = (told: Told): void => {
      if (isEnough(told)) resolve();
    };
    page
      .exposeFunction('tell', hear)
      .then(() => page.evaluate((first) => window.shop?.write(first, 0), from))
      .catch(reject);
  });
}
