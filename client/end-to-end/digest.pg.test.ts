import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../api/testing/test-server.ts';
import { manifest } from '../generated/manifest.ts';
import { createOfflineClient } from '../index.ts';
import { MemoryDatabase, memoryStorage } from '../storage/memory-storage.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const NOTE = { type: 'Note', scope: 'user:ada' } as const;

test('R33 I17 what a device holds has the digest that Postgres computes, and a type that differs is pulled afresh', async () => {
  const database = new MemoryDatabase();
  const open = () =>
    createOfflineClient({
      app: 'digest',
      uri: `${server.url}/graphql`,
      manifest,
      user: { id: 'ada', getToken: () => server.tokenFor('ada') },
      storage: memoryStorage(database),
    });
  const first = await open();
  const ids = ['b', 'A', '-', '_9', 'a0'];
  await first.sync.write(ids.map((id) => ({ ...NOTE, id, values: { title: id } })));
  await first.sync.catchUp();
  await first.sync.write([{ ...NOTE, id: 'b', values: {}, deleted: true }]);
  await first.sync.catchUp();
  const checks = await first.sync.verify();
  expect(checks.map(({ scope, outcome }) => [scope, outcome]).sort()).toEqual([
    ['catalog', 'same'],
    ['team:demo', 'same'],
    ['user:ada', 'same'],
  ]);
  await first.close();

  const storage = memoryStorage(database);
  await storage.write('strict', (tx) => {
    tx.appendRecords({ ...NOTE, copies: [], removed: ['A'] });
    return Promise.resolve();
  });
  const again = await open();
  await again.sync.catchUp();
  expect(again.sync.read({ ...NOTE, id: 'A' })).toBeUndefined();
  expect(await again.sync.verify()).toContainEqual({
    scope: 'user:ada',
    outcome: 'differs',
    types: ['Note'],
  });
  await again.sync.catchUp();
  expect(again.sync.read({ ...NOTE, id: 'A' })?.values['title']).toBe('A');
  expect(await again.sync.verify()).toContainEqual({ scope: 'user:ada', outcome: 'same', types: [] });
  await again.close();
});
