import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDevice, type Device } from './device.ts';
import { serveScript, type ScriptPage } from './page-script.ts';
import { mountSmallDisk } from './small-disk.ts';

const DISK_MB = 24;
const QUOTA_BYTES = 6_000_000;

let script: ScriptPage;

beforeAll(async () => {
  script = await serveScript(join(import.meta.dirname, 'quota-page.ts'));
});
afterAll(() => script[Symbol.asyncDispose]());

/** Fills the device with what can be fetched again, then with a person's changes until one is refused; then opens it anew. */
async function fill({ context, page }: Device) {
  await page.goto(script.url);
  await page.waitForFunction(() => window.fillDevice !== undefined);
  const filled = await page.evaluate(() => window.fillDevice?.());
  await page.close();
  const later = await context.newPage();
  await later.goto(script.url);
  await later.waitForFunction(() => window.whatIsLeft !== undefined);
  const left = await later.evaluate(() => window.whatIsLeft?.());
  if (filled === undefined || left === undefined) throw new Error('the page did not answer');
  return { ...filled, left };
}

function expectHonest({ others, stored, refusal, left }: Awaited<ReturnType<typeof fill>>): void {
  expect(others).toBeGreaterThan(2);
  // The room that the other queries' results had taken holds changes now.
  expect(stored.length).toBeGreaterThan(2);
  expect(left.others).toBe(0);
  // Exactly what was answered as stored is there, and what was refused says why.
  expect(left.changes).toEqual(stored);
  expect(refusal).toMatchObject({ reason: 'QUOTA' });
  expect(refusal.message).toContain('no room');
}

test('I12 I13 on a small disk that is full: what can be fetched again makes room, and no stored change is lost', async (context) => {
  await using disk = await mountSmallDisk(DISK_MB);
  if (disk === null) {
    process.stdout.write('NOT RUN: a full disk (this user may not mount a small one)\n');
    return context.skip();
  }
  await using device = await openDevice({ profileIn: disk.folder, flags: ['--disk-cache-dir=/dev/null'] });
  expectHonest(await fill(device));
});

test('I12 I13 under a small quota that is used up: what can be fetched again makes room, and no stored change is lost', async () => {
  await using device = await openDevice();
  const session = await device.context.newCDPSession(device.page);
  await session.send('Storage.overrideQuotaForOrigin', {
    origin: new URL(script.url).origin,
    quotaSize: QUOTA_BYTES,
  });
  expectHonest(await fill(device));
});
