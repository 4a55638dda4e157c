import { readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { killWhileWriting, startVisitedShop, type Visit, type VisitedShop } from './visited-shop.ts';

const WRITES = 40;
/** Less than one write leaves in the file. */
const TORN_BYTES = 3;

let shop: VisitedShop;

beforeAll(async () => {
  shop = await startVisitedShop();
});
afterAll(() => shop.stop());

/** Writes until so much was answered QUEUED, then kills the browser. */
async function writeThenKill({ device }: Visit, from: number): Promise<void> {
  let left = WRITES;
  await killWhileWriting(shop, device, { from, isEnough: ({ kind }) => kind === 'queued' && --left < 0 });
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
  const { log } = shop;
  {
    await using visit = await shop.visit();
    await writeThenKill(visit, 1);
  }
  await tearTheLog();
  log.beginAnew();
  {
    await using visit = await shop.visit(true);
    await writeThenKill(visit, 1_001);
  }
  await using visit = await shop.visit(true);
  expect(visit.found.pending).not.toEqual([]);
  expect(await log.violations()).toEqual([]);
});
