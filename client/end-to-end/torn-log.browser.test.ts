import { mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestServer } from '../../api/testing/test-server.ts';
import { browserProcessOf } from './browser-process.ts';
import { openDevice, type Device } from './device.ts';
import type { Told } from './shop-page.ts';
import { openShop, startShop } from './shop-server.ts';

const WRITES = 20;
/** Less than one write leaves in the file. */
const TORN_BYTES = 3;

let profile: string;
let server: TestServer;

beforeAll(async () => {
  profile = await mkdtemp(join(tmpdir(), 'holdfast-profile-'));
  server = await startShop();
});
afterAll(async () => {
  await server.stop();
  await rm(profile, { recursive: true, force: true });
});

/** Writes until so many were answered QUEUED, then kills the browser. Resolves with the notes of those answers. */
async function writeThenKill(device: Device, from: number): Promise<readonly string[]> {
  const browser = await browserProcessOf(device);
  const queued: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const hear = ({ what, writer, number }: Told): void => {
      if (what === 'queued' && writer === 'shelf') queued.push(`shelf-${number}`);
      if (queued.length === WRITES) resolve();
    };
    device.page
      .exposeFunction('tell', hear)
      .then(() => device.page.evaluate((first) => window.shop?.write(first, 0), from))
      .catch(reject);
  });
  await browser.kill();
  return queued;
}

/** Takes the last bytes from the file that the browser's databases were written to last, as if the kill had come before them. */
async function tearTheLog(): Promise<void> {
  const databases = join(profile, 'Default/IndexedDB');
  const folder = (await readdir(databases)).find((name) => name.endsWith('.leveldb'));
  if (folder === undefined) throw new Error('This Chromium keeps its databases in another way');
  const logs = (await readdir(join(databases, folder))).filter((name) => name.endsWith('.log')).sort();
  const log = join(databases, folder, logs.at(-1) ?? '');
  await truncate(log, (await stat(log)).size - TORN_BYTES);
}

test('I12 I13 a browser killed in the middle of a record on its disk loses nothing at the starts that follow', async () => {
  const options = { profile, serviceWorkers: false };
  const where = { url: server.url, token: server.tokenFor('sam') };
  {
    await using device = await openDevice(options);
    await openShop(device, where);
    await writeThenKill(device, 1);
  }
  await tearTheLog();
  const queued: string[] = [];
  {
    await using device = await openDevice(options);
    await openShop(device, { ...where, isOffline: true });
    queued.push(...(await writeThenKill(device, 1_001)));
  }
  await using device = await openDevice(options);
  const { notes, pending } = await openShop(device, { ...where, isOffline: true });
  expect(notes).toEqual(expect.arrayContaining(queued));
  expect(pending).toEqual(expect.arrayContaining(queued));
});
