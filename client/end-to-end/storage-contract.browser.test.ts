import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { storageContract } from '../testing/storage-contract.ts';
import { openDevice, type Device } from './device.ts';
import { serveScript, type ScriptPage } from './page-script.ts';

let script: ScriptPage;
let device: Device;

beforeAll(async () => {
  script = await serveScript(join(import.meta.dirname, 'storage-contract-page.ts'));
  device = await openDevice();
  await device.page.goto(script.url);
  await device.page.waitForFunction(() => window.runContractCase !== undefined);
});
afterAll(async () => {
  await device[Symbol.asyncDispose]();
  await script[Symbol.asyncDispose]();
});

for (const { title } of storageContract) {
  test(`real IndexedDB: ${title}`, async () => {
    expect(await device.page.evaluate((name) => window.runContractCase?.(name), title)).toBeNull();
  });
}
