import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TcpProxy } from '../../api/testing/tcp-proxy.ts';
import { openDevice, type Device } from './device.ts';
import { FieldNotes, serveFieldNotes } from './field-notes.ts';
import { rendererOf } from './renderer.ts';

const server = await serveFieldNotes();
let proxy: TcpProxy;
let device: Device;
let leader: Page;
let other: Page;

/** Two tabs of Ada's, the first of which leads. A worker could live in the process of a tab: there is none here. */
beforeEach(async () => {
  proxy = await TcpProxy.start({ targetPort: server.port });
  device = await openDevice({ serviceWorkers: false });
  leader = device.page;
  await FieldNotes.enter(device, proxy.url, 'Ada');
  await leader.waitForFunction(() => window.holdfast?.sync.status().leader === true);
  other = await device.context.newPage();
  await other.goto(proxy.url);
  await other.waitForFunction(() => window.holdfast?.sync.status().leader === false);
});
afterEach(async () => {
  await device[Symbol.asyncDispose]();
  await proxy.stop();
});

const write = (page: Page, id: string, title: string) =>
  page.evaluate(
    async ([noteId, text]) => {
      const [result] =
        (await window.holdfast?.sync.write([{ type: 'Note', id: noteId, values: { title: text } }])) ?? [];
      if (result?.outcome !== 'QUEUED') throw new Error('not queued');
    },
    [id, title] as const,
  );

const untilSynced = (page: Page, id: string, title: string) =>
  page.waitForFunction(
    ([noteId, text]) => {
      const note = window.holdfast?.sync.read({ type: 'Note', scope: 'user:ada', id: noteId });
      return note?.state === 'SYNCED' && note.values['title'] === text;
    },
    [id, title] as const,
    { timeout: 60_000 },
  );

const untilLeading = (page: Page) =>
  page.waitForFunction(() => window.holdfast?.sync.status().leader === true, null, { timeout: 60_000 });

const executed = (id: string) =>
  server.sql<{ title: string; version: string }>('select title, version from note where id = $1', [id]);

test('I7 I16 the visible tab takes the lead from a frozen one, whose late answer changes nothing when it thaws', async () => {
  await write(leader, 'frozen', 'before');
  await untilSynced(other, 'frozen', 'before');
  const renderer = await rendererOf(device, leader);
  // In mid push: the server has executed it, the answer has not come back.
  proxy.hold();
  await write(leader, 'frozen', 'on its way');
  await expect.poll(() => executed('frozen')).toMatchObject([{ title: 'on its way' }]);
  renderer.freeze();
  try {
    proxy.release();
    await untilLeading(other);
    await untilSynced(other, 'frozen', 'on its way');
    await write(other, 'frozen', 'after');
    await untilSynced(other, 'frozen', 'after');
  } finally {
    renderer.thaw();
  }
  await untilSynced(leader, 'frozen', 'after');
  await leader.waitForFunction(() => window.holdfast?.sync.status().leader === false);
  expect(await other.evaluate(() => window.holdfast?.sync.status().leader)).toBe(true);
  // Three writes, three positions: what the frozen tab had sent was not executed again by the one that took over.
  const [note] = await executed('frozen');
  expect(note).toEqual({ title: 'after', version: '3' });
  await write(leader, 'frozen', 'by the thawed tab');
  await untilSynced(other, 'frozen', 'by the thawed tab');
});

test('I16 when the leader is closed, or its process killed, another tab sends what it left', async () => {
  const third = await device.context.newPage();
  await third.goto(proxy.url);
  await third.waitForFunction(() => window.holdfast !== undefined);
  proxy.block();
  await write(leader, 'closed', 'left behind');
  await leader.close();
  proxy.restore();
  await untilSynced(other, 'closed', 'left behind');
  await untilSynced(third, 'closed', 'left behind');

  const isLeading = (page: Page) => page.evaluate(() => window.holdfast?.sync.status().leader === true);
  const [second, last] = (await isLeading(other)) ? [other, third] : [third, other];
  const renderer = await rendererOf(device, second);
  proxy.block();
  await write(second, 'killed', 'left behind too');
  renderer.kill();
  proxy.restore();
  await untilLeading(last);
  await untilSynced(last, 'killed', 'left behind too');
  expect(await executed('killed')).toHaveLength(1);
});

test('I16 I25 a tab that dies before its sign-out has deleted anything leaves that to the other one', async () => {
  await write(leader, 'kept', 'to be deleted');
  await untilSynced(other, 'kept', 'to be deleted');
  const signOut = leader.evaluate(() => {
    const never = Object.assign(new Promise(() => undefined), { addEventListener: () => undefined });
    IDBFactory.prototype.deleteDatabase = () => never as unknown as IDBOpenDBRequest;
    return window.holdfast?.sync.signOut('wipe').then(() => 'completed');
  });
  const ended = signOut.catch(() => 'cut short');
  await other.waitForFunction(() => window.holdfast?.sync.status().error?.code === 'STORAGE_GONE');
  await leader.close();
  expect(await ended).toBe('cut short');
  const left = () => other.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  await expect.poll(left).toEqual([]);
  // Nobody took the cookie back: the next page begins anew, and syncs.
  await other.reload();
  await untilLeading(other);
  await untilSynced(other, 'kept', 'to be deleted');
  await write(other, 'kept', 'once more');
  await untilSynced(other, 'kept', 'once more');
});

test('I5 a tab that is left, and come back to, shows what another tab wrote meanwhile', async () => {
  await other.goto(`${proxy.url}/healthz`);
  await write(leader, 'cached', 'meanwhile');
  await untilSynced(leader, 'cached', 'meanwhile');
  await other.goBack();
  await untilSynced(other, 'cached', 'meanwhile');
  await write(other, 'cached', 'and back');
  await untilSynced(leader, 'cached', 'and back');
});
