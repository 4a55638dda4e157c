import { appendFile, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { mountSmallDisk } from '../small-disk.ts';
import { BusyShop } from './busy-shop.ts';

/** Room for a new cluster and its write-ahead log, and little more. */
const DISK_MB = 160;
const SEED = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const CHUNK = Buffer.alloc(4 * 1024 * 1024);

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
}, 120_000);

test(
  `I12 I14 I16 I17 Postgres’s disk fills up under load and gets room again: what was acknowledged is there, and everything ends settled (seed ${SEED})`,
  { timeout: 300_000 },
  async ({ skip }) => {
    const disk = await mountSmallDisk(DISK_MB);
    if (disk === null) {
      process.stdout.write('disk full: NOT RUN, this user may not mount a disk\n');
      return skip();
    }
    cleanUp.push(async () => disk[Symbol.asyncDispose]());
    const shop = await BusyShop.open({ seed: SEED, dataFolder: disk.folder });
    cleanUp.push(() => shop.close());

    const filler = join(disk.folder, 'filler');
    await fill(filler);
    // A device may be refused for another reason before: the log is Postgres's own word.
    await expect
      .poll(() => postgresLog(disk.folder), { timeout: 60_000 })
      .toContain('No space left on device');
    await shop.untilRefused();
    const accepted = shop.accepted;
    await shop.until('more to be written meanwhile', () => shop.accepted > accepted + 20);
    await rm(filler);
    await shop.postgres.revive();

    await shop.settle();
    expect(shop.devices.flatMap(({ problems }) => problems)).toEqual([]);
    expect(await shop.differing()).toEqual([]);
    const { server, devices } = await shop.counted();
    expect(server).toBe(devices);
    expect(await shop.violations()).toEqual([]);
    process.stdout.write(`disk full ${JSON.stringify({ seed: SEED, accepted: shop.accepted })}\n`);
  },
);

/** Until not a byte more fits. */
async function fill(file: string): Promise<void> {
  for (;;) {
    const isFull = await appendFile(file, CHUNK).then(
      () => false,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOSPC') return true;
        throw error;
      },
    );
    if (isFull) return;
  }
}

/** What Postgres said since it was started. */
async function postgresLog(folder: string): Promise<string> {
  const files = await readdir(folder, { recursive: true });
  const log = files.find((file) => file.endsWith('/postgres.log'));
  return log === undefined ? '' : readFile(join(folder, log), 'utf8');
}
