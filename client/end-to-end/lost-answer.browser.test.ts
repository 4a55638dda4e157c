import { expect, test } from 'vitest';
import { startApiProcess } from '../../api/testing/api-process.ts';
import { TcpProxy } from '../../api/testing/tcp-proxy.ts';
import { openDevice } from './device.ts';
import { FieldNotes, WEB_APP } from './field-notes.ts';

test('I7 I8 the API is killed after the commit and before its answer: the retry applies nothing twice', async () => {
  const api = await startApiProcess({ demo: true, webApp: WEB_APP });
  const proxy = await TcpProxy.start({ targetPort: api.port });
  try {
    await using device = await openDevice();
    const app = await FieldNotes.signIn(device, proxy.url, 'Ada');

    const id = await app.writeNote('Once', 'and only');
    await app.synced('Once');
    const receipts = () => api.sql<{ seq: string }>('select seq from holdfast.receipt order by seq');
    const versionOf = async () =>
      Number(
        (await api.sql<{ version: string }>('select version from note where id = $1', [id]))[0]?.version,
      );
    const [before, version] = [await receipts(), await versionOf()];

    // One edit of one field: one change, however slow the machine is.
    proxy.hold();
    await app.changeContent('and only once');
    await expect.poll(receipts).not.toEqual(before);
    const committed = await receipts();
    await api.kill();
    proxy.cut();
    proxy.restore();
    await app.state('Once', 'Waiting to sync').waitFor();

    await api.restart();
    await app.state('Once', 'Synced').waitFor({ timeout: 150_000 });
    expect(await versionOf()).toBe(version + 1);
    expect(await receipts()).toEqual(committed);
  } finally {
    await proxy.stop();
    await api.stop();
  }
});
