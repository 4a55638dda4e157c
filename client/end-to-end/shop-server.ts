import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { graphqlRequest } from '../../api/testing/graphql-request.ts';
import { startTestServer, type TestServer } from '../../api/testing/test-server.ts';
import type { Device } from './device.ts';
import { writeScriptPage } from './page-script.ts';
import type { ShopLog } from './shop-log.ts';
import type { Found } from './shop-page.ts';

const limits = { requestsPerSecond: 100_000 };

/** A product whose stock, a counter, says how many of the writes that raise it by one took effect. */
export async function makeShelf(server: TestServer, id: string, stock = 0): Promise<void> {
  const query = `mutation { upsertProducts(scope: "catalog", changes: [
    { id: "${id}", name: "Shelf", price: 1, stock: ${stock} }
  ]) { results { outcome } } }`;
  const { text } = await graphqlRequest(server, { query, token: await server.tokenFor('sam') });
  if (!text.includes('APPLIED')) throw new Error(text);
}

/** The real API, which serves the page of `shop-page.ts` and has its shelf. */
export async function startShop(): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-page-'));
  await writeScriptPage(join(import.meta.dirname, 'shop-page.ts'), folder);
  const server = await startTestServer({ webApp: folder, limits });
  await makeShelf(server, 'shelf');
  return {
    ...server,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface ShopOptions {
  readonly url: string;
  readonly token: Promise<string>;
  /** From before the database is opened. Default false. */
  readonly isOffline?: boolean;
  /** Hears all that the page does. */
  readonly log?: ShopLog;
}

/** A page of the shop, its database open. */
export async function openShop(
  device: Device,
  { url, token, isOffline = false, log }: ShopOptions,
): Promise<Found> {
  const { page } = device;
  const heard = await log?.hear(page);
  await device.setOffline(false);
  await page.goto(url);
  await page.waitForFunction(() => window.shop !== undefined);
  await device.setOffline(isOffline);
  const options = { bearer: await token, from: heard };
  const found = await page.evaluate(({ bearer, from }) => window.shop?.open(bearer, from), options);
  if (found === undefined) throw new Error('the page did not answer');
  if (log !== undefined) await page.evaluate(() => window.shop?.look());
  return found;
}

/** What the page wrote and Postgres holds. */
export async function storedNotes(server: TestServer): Promise<readonly string[]> {
  const rows = await server.sql<{ id: string }>(`SELECT id FROM note WHERE id LIKE 'shelf-%'`);
  return rows.map(({ id }) => id);
}
