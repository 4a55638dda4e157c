import { afterEach, expect, it, vi } from 'vitest';
import type { Holdfast, OfflineClientOptions } from './index.ts';
import { OfflineClientError, createOfflineClient, memoryStorage } from './index.ts';
import { testManifest } from './testing/test-manifest.ts';

const opened: Holdfast[] = [];

afterEach(async () => {
  for (const holdfast of opened.splice(0)) await holdfast.close();
});

/** Port 9 answers nobody: the client is offline. */
async function open(options: Partial<OfflineClientOptions> = {}): Promise<Holdfast> {
  const holdfast = await createOfflineClient({
    app: 'test',
    uri: 'http://127.0.0.1:9/graphql',
    manifest: testManifest,
    user: { id: 'ada' },
    storage: 'memory',
    ...options,
  });
  opened.push(holdfast);
  return holdfast;
}

it('takes a write before it has reached any server', async () => {
  const { sync } = await open();
  const [result] = await sync.write([{ type: 'Note', id: 'n1', values: { title: 'offline' } }]);
  expect(result).toMatchObject({
    outcome: 'QUEUED',
    record: { state: 'PENDING', values: { title: 'offline' } },
  });
});

it('a second call for the same app, tenant and user gives the same client, until that one is closed', async () => {
  const first = await open();
  const [second, third] = await Promise.all([open(), open()]);
  expect(second).toBe(first);
  expect(third).toBe(first);
  expect(await open({ user: { id: 'ada', tenant: 'other' } })).not.toBe(first);
  await first.close();
  expect(await open()).not.toBe(first);
});

it('never shares a storage of the app’s own', async () => {
  const first = await open({ storage: memoryStorage() });
  expect(await open({ storage: memoryStorage() })).not.toBe(first);
});

it('HMR: the module loaded a second time gives the client that is open', async () => {
  const first = await open();
  vi.resetModules();
  const reloaded = await import('./index.ts');
  expect(reloaded.createOfflineClient).not.toBe(createOfflineClient);
  const again = await reloaded.createOfflineClient({
    app: 'test',
    uri: 'http://127.0.0.1:9/graphql',
    manifest: testManifest,
    user: { id: 'ada' },
    storage: 'memory',
  });
  expect(again).toBe(first);
});

it('no `window`: says SSR_UNSUPPORTED, and can be tried again', async () => {
  const refused = createOfflineClient({
    app: 'a',
    uri: '/graphql',
    manifest: testManifest,
    user: { id: 'u' },
  });
  await expect(refused).rejects.toThrow(OfflineClientError);
  await expect(refused).rejects.toMatchObject({ code: 'SSR_UNSUPPORTED', retry: 'NEVER' });
  expect(await open({ app: 'a', user: { id: 'u' } })).toBeDefined();
});

it('refuses a manifest of another protocol', async () => {
  const manifest = { ...testManifest, protocol: 99 };
  await expect(open({ manifest })).rejects.toMatchObject({ code: 'MANIFEST_MISMATCH' });
});

it('names records for fragments by the scope that they live in', async () => {
  const { ref } = await open();
  expect(ref('Note', 'n1')).toEqual({ __typename: 'Note', scope: 'user:ada', id: 'n1' });
  expect(ref('Note', 'n1', 'team:demo')).toEqual({ __typename: 'Note', scope: 'team:demo', id: 'n1' });
});
