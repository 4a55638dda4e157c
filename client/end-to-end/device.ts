import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { BrowserContext, Page } from 'playwright-core';
import { inject } from 'vitest';
import { CHROMIUM_FLAGS } from './chromium-flags.ts';

export interface DeviceOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  /** Switches of Chromium beside the usual ones. */
  readonly flags?: readonly string[];
  /** Where its profile is made; default: the system's folder for temporary files. */
  readonly profileIn?: string;
  /** A profile that another browser left, and that stays when this one ends. */
  readonly profile?: string;
  /** False: pages get no service worker. */
  readonly serviceWorkers?: boolean;
}

/** A browser of its own with a profile on disk: one device of one person. */
export interface Device extends AsyncDisposable {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Cuts or restores the network of every page and worker of this device. */
  setOffline(offline: boolean): Promise<void>;
}

/** Starts a real Chromium, with an empty profile unless it is given one. Page errors fail the test that owns the device when it ends. */
export async function openDevice(options: DeviceOptions = {}): Promise<Device> {
  const profile =
    options.profile ?? (await mkdtemp(join(options.profileIn ?? tmpdir(), 'holdfast-profile-')));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: inject('chromiumPath'),
    headless: true,
    args: [...CHROMIUM_FLAGS, ...(options.flags ?? [])],
    viewport: options.viewport ?? { width: 1280, height: 800 },
    colorScheme: options.colorScheme ?? 'light',
    locale: 'en-GB',
    serviceWorkers: options.serviceWorkers === false ? 'block' : 'allow',
  });
  context.setDefaultTimeout(60_000);
  const errors: string[] = [];
  const page = context.pages()[0] ?? (await context.newPage());
  page.on('pageerror', (error) => errors.push(String(error)));
  return {
    context,
    page,
    setOffline: (offline) => context.setOffline(offline),
    async [Symbol.asyncDispose]() {
      await context.close().catch((error: unknown) => {
        // The test killed it: there is nothing left to close.
        if (context.browser()?.isConnected() !== false) throw error;
      });
      // Chromium's helpers may outlive it by a moment.
      if (options.profile === undefined) await rm(profile, { recursive: true, force: true, maxRetries: 10 });
      if (errors.length > 0) throw new Error(`The page threw: ${errors.join('\n')}`);
    },
  };
}
