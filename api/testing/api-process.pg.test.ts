import { expect, test } from 'vitest';
import { startApiProcess } from './api-process.ts';
import { graphqlRequest } from './graphql-request.ts';
import { TcpProxy } from './tcp-proxy.ts';
import { startTestServer } from './test-server.ts';

const PUSH = `mutation ($device: DeviceInput, $changes: [NoteUpsert!]!) {
  upsertNotes(scope: "team:demo", device: $device, changes: $changes) {
    results { seq outcome replayed record { version title } }
  }
}`;

test('I7 I8 the API is killed between commit and answer: the retry applies nothing twice and gets the stored outcome', async () => {
  const api = await startApiProcess({ demo: true });
  const proxy = await TcpProxy.start({ targetPort: api.port });
  const token = await api.tokenFor('ada');
  const push = {
    query: PUSH,
    variables: {
      device: { id: 'phone', sentAt: '2026-01-31T12:00:00.000Z' },
      changes: [{ id: 'once', title: 'written once', seq: 1, editedAt: '2026-01-31T11:59:59.000Z' }],
    },
    token,
  };
  proxy.hold();
  const unanswered = graphqlRequest(proxy, push).catch((error: unknown) => error);
  while ((await api.sql("SELECT 1 FROM note WHERE id = 'once'")).length === 0);
  await api.kill();
  proxy.cut();
  expect(await unanswered).toBeInstanceOf(Error);

  await api.restart();
  proxy.release();
  const retried = await graphqlRequest(proxy, push);
  expect(retried.data).toEqual({
    upsertNotes: {
      results: [
        { seq: 1, outcome: 'APPLIED', replayed: true, record: { version: 1, title: 'written once' } },
      ],
    },
  });
  expect(await api.sql("SELECT version::int AS version FROM note WHERE id = 'once'")).toEqual([
    { version: 1 },
  ]);
  await proxy.stop();
  await api.stop();
});

test('the proxy holds answers back, hands them on in order, and can cut and block', async () => {
  const server = await startTestServer();
  const proxy = await TcpProxy.start({ targetPort: server.port });
  const ask = async () => (await fetch(`${proxy.url}/healthz`, { headers: { connection: 'close' } })).status;
  expect(await ask()).toBe(200);

  proxy.hold();
  const held = ask();
  while (proxy.heldBytes === 0) await new Promise((resolve) => setImmediate(resolve));
  proxy.release();
  expect(await held).toBe(200);

  proxy.hold();
  const lost = ask();
  while (proxy.heldBytes === 0) await new Promise((resolve) => setImmediate(resolve));
  proxy.cut();
  await expect(lost).rejects.toThrow();

  proxy.block();
  await expect(ask()).rejects.toThrow();
  proxy.restore();
  expect(await ask()).toBe(200);
  await proxy.stop();
  await server.stop();
});
