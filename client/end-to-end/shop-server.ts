import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { graphqlRequest } from '../../api/testing/graphql-request.ts';
import { startTestServer, type TestServer } from '../../api/testing/test-server.ts';
import { writeScriptPage } from './page-script.ts';

const limits = { requestsPerSecond: 100_000 };

/** A product whose stock, a counter, says how many of the writes that raise it by one took effect. */
export async function makeShelf(server: TestServer, id: string): Promise<void> {
  const query = `mutation { upsertProducts(scope: "catalog", changes: [
    { id: "${id}", name: "Shelf", price: 1, stock: 0 }
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

/** What the page wrote and Postgres holds. */
export async function storedNotes(server: TestServer): Promise<readonly string[]> {
  const rows = await server.sql<{ id: string }>(`SELECT id FROM note WHERE id LIKE 'shelf-%'`);
  return rows.map(({ id }) => id);
}
