import { readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserProcessOf } from './browser-process.ts';
import type { Device } from './device.ts';
import { startVisitedShop, writeUntil, type VisitedShop } from './visited-shop.ts';

const WRITES = 20;
/** Less than one write leaves in the file. */
const TORN_BYTES = 3;

let shop: VisitedShop;

beforeAll(async () => {
  shop = await startVisitedShop();
});
afterAll(() => shop.stop());

/** Writes until so many were answered QUEUED, then kills the browser. Resolves with the notes of those answers. */
async function writeThenKill(device: Device, from: number): Promise<readonly string[]> {
  const browser = await browserProcessOf(device);
  const queued: string[] = [];
  await writeUntil(device, from, ({ what, writer, number }) => {
    if (what === 'queued' && writer === 'shelf') queued.push(`shelf-${number}`);
    return queued.length === WRITES;
  });
  await browser.kill();
  return queued;
}

/** Takes the last bytes from the file that the browser's databases were written to last, as if the kill had come before them. */
async function tearTheLog(): Promise<void> {
  const databases = join(shop.profile, 'Default/IndexedDB');
  const folder = (await readdir(databases)).find((name) => name.endsWith('.leveldb'));
  if (folder === undefined) throw new Error('This Chromium keeps its databases in another way');
  const logs = (await readdir(join(databases, folder))).filter((name) => name.endsWith('.log')).sort();
  const log = join(databases, folder, logs.at(-1) ?? '');
  await truncate(log, (await stat(log)).size - TORN_BYTES);
}

test('I12 I13 a browser killed in the middle of a record on its disk loses nothing at the starts that follow', async () => {
  {
    await using visit = await shop.visit();
    await writeThenKill(visit.device, 1);
  }
  await tearTheLog();
  const queued: string[] = [];
  {
    await using visit = await shop.visit(true);
    queued.push(...(await writeThenKill(visit.device, 1_001)));
  }
  await using visit = await shop.visit(true);
  const { notes, pending } = visit.found;
  expect(notes).toEqual(expect.arrayContaining(queued));
  expect(pending).toEqual(expect.arrayContaining(queued));
});
