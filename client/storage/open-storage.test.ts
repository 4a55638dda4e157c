import 'fake-indexeddb/auto';
import { forceCloseDatabase } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { changeRow } from '../testing/change-row.ts';
import { openIndexedDb } from './indexed-db-storage.ts';
import { databaseName, openStorage, readDatabaseName } from './open-storage.ts';
import { waitFor } from '../testing/wait-for.ts';

let count = 0;
let name = { app: 'app', user: '' };
let kept: Map<string, string>;

beforeEach(() => {
  name = { app: 'app', user: `user/${count++}` };
  kept = new Map();
  const localStorage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  };
  vi.stubGlobal('localStorage', localStorage);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const pause = (storage: Awaited<ReturnType<typeof openStorage>>) =>
  storage.write('strict', (tx) => Promise.resolve(tx.putMeta('paused', true)));

/** What the browser itself opened of this database, to be taken away behind our back. */
function watchConnections() {
  const connections: IDBDatabase[] = [];
  const open = indexedDB.open.bind(indexedDB);
  vi.spyOn(indexedDB, 'open').mockImplementation((...args) => {
    const request = open(...args);
    request.addEventListener('success', () => connections.push(request.result));
    return request;
  });
  return () => connections.splice(0).forEach((connection) => forceCloseDatabase(connection as never));
}

test('a name comes apart into what it was made of, and names of others into nothing', () => {
  const parts = { app: 'a/b', tenant: 't', user: 'ü/1' };
  expect(readDatabaseName(databaseName(parts))).toEqual(parts);
  for (const other of ['sync', 'holdfast', 'holdfast/a', 'else/a/b/c', 'holdfast/a/b/c/d', '%'])
    expect(readDatabaseName(other)).toBeNull();
});

test('I12 a database that the browser deleted is a lost one, once, and no first run', async () => {
  const first = await openStorage(name);
  expect([first.kind, first.problem]).toEqual(['bestEffort', null]);
  await first.close();
  indexedDB.deleteDatabase(databaseName(name));
  const second = await openStorage(name);
  expect(second.problem).toMatchObject({ code: 'STORAGE_LOST' });
  await second.close();
  const third = await openStorage(name);
  expect(third.problem).toBeNull();
  await third.close();
});

test('a database that a sign-out deleted is none to be missed, and leaves no trace', async () => {
  await (await openStorage(name)).destroy();
  expect([...kept]).toEqual([]);
  const again = await openStorage(name);
  expect(again.problem).toBeNull();
  await again.close();
});

test('without localStorage everything works but the notice', async () => {
  vi.stubGlobal('localStorage', undefined);
  const storage = await openStorage(name);
  await pause(storage);
  expect(storage.problem).toBeNull();
  await storage.destroy();
});

test('I25 a sign-out that was cut short is completed at the next start', async () => {
  const storage = await openStorage(name);
  await pause(storage);
  await storage.write('strict', (tx) => Promise.resolve(tx.putMeta('leaving', true)));
  await storage.close();
  const next = await openStorage(name);
  expect((await next.snapshot()).meta).toEqual({});
  expect(next.problem).toBeNull();
  await next.close();
});

test('I12 two tabs delete what a sign-out left, and what takes its name next is left alone', async () => {
  const [one, two] = [await openStorage(name), await openStorage(name)];
  await one.destroy();
  const next = await openStorage(name);
  await pause(next);
  await two.destroy();
  expect((await next.snapshot()).meta).toEqual({ paused: true });
  expect(next.problem).toBeNull();
  expect(kept.size).toBe(1);
  await next.close();
});

test('I25 a page that opens what another one is about to delete begins with an empty database, and misses nothing', async () => {
  const storage = await openStorage(name);
  await storage.write('strict', (tx) => Promise.resolve(tx.putMeta('leaving', true)));
  const open = indexedDB.open.bind(indexedDB);
  const isDeleted = new Promise<boolean>((resolve) => {
    vi.spyOn(indexedDB, 'open').mockImplementation((...args) => {
      const request = open(...args);
      // Behind the request in the browser's queue: it is opened before it is deleted.
      if (args[0] === databaseName(name)) void storage.destroy().then(() => resolve(false));
      return request;
    });
  });
  const next = await openStorage(name, { isPersistent: isDeleted });
  expect([next.kind, next.problem, (await next.snapshot()).meta]).toEqual(['bestEffort', null, {}]);
  await next.close();
});

test('a connection that the browser drops is opened again, and nothing is missing', async () => {
  const drop = watchConnections();
  const storage = await openStorage(name);
  await pause(storage);
  for (let time = 0; time < 3; time++) {
    drop();
    expect((await storage.snapshot()).meta).toEqual({ paused: true });
    drop();
    await pause(storage);
  }
  await storage.close();
});

test('I12 a connection that is dropped because the database was deleted is not healed by an empty one', async () => {
  const drop = watchConnections();
  const storage = await openStorage(name);
  const gone = vi.fn();
  storage.onGone(gone);
  drop();
  indexedDB.deleteDatabase(databaseName(name));
  // Told although nobody asks for anything.
  await waitFor(() => expect(gone).toHaveBeenCalledOnce());
  await expect(pause(storage)).rejects.toMatchObject({ code: 'STORAGE', reason: 'GONE' });
  expect(await indexedDB.databases()).not.toContainEqual(
    expect.objectContaining({ name: databaseName(name) }),
  );
});

test('what must exist is not made', async () => {
  await expect(openIndexedDb('holdfast/never', { mustExist: true })).rejects.toMatchObject({
    reason: 'GONE',
  });
  expect(await indexedDB.databases()).not.toContainEqual(expect.objectContaining({ name: 'holdfast/never' }));
});

test('I13 an upgrade that an old tab blocks falls back to memory, says so, and hinders nobody later', async () => {
  await (await openStorage(name)).close();
  // A tab that is frozen does not close its connection when it is asked to.
  const frozen = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open(databaseName(name));
    request.onsuccess = () => resolve(request.result);
  });
  const storage = await openStorage(name, { version: 10, blockedMs: 10 });
  expect([storage.kind, storage.problem?.code]).toEqual(['memory', 'STORAGE_UNAVAILABLE']);
  expect(storage.problem?.message).toContain('gone when the page closes');
  await pause(storage);
  frozen.close();
  const next = await openStorage(name, { version: 11 });
  expect(next.kind).toBe('bestEffort');
  await next.close();
});

test('I12 what a device of version 2 holds is kept', async () => {
  const former = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open(databaseName(name), 2);
    request.onupgradeneeded = () => {
      const make = (table: string, keyPath: string | string[]) =>
        request.result.createObjectStore(table, { keyPath });
      for (const table of ['meta', 'keyValue', 'ahead']) make(table, 'key');
      for (const table of ['scopes', 'history']) make(table, 'id');
      make('log', ['counter', 'part']);
      make('outbox', 'change').createIndex('byScope', ['scope', 'order']);
    };
    request.onsuccess = () => resolve(request.result);
  });
  const tx = former.transaction(['outbox', 'meta'], 'readwrite');
  tx.objectStore('outbox').put(changeRow({ change: 'c2', order: 2 }));
  tx.objectStore('outbox').put(changeRow({ change: 'c1', order: 1, seq: 1, device: 'd', frozen: '{}' }));
  tx.objectStore('meta').put({ key: 'log.counter', value: 7 });
  await new Promise((resolve) => (tx.oncomplete = resolve));
  former.close();
  const storage = await openStorage(name);
  const { counter, changes } = await storage.snapshot();
  expect([storage.problem, counter, changes.map((row) => row.change)]).toEqual([null, 7, ['c1', 'c2']]);
  const { value: last } = await storage.write('strict', (tx2) => tx2.lastChange('s'));
  expect(last?.change).toBe('c2');
  await storage.close();
});

test('the kind is what the browser promised', async () => {
  const storage = await openStorage(name, { isPersistent: true });
  expect(storage.kind).toBe('persistent');
  await storage.close();
  vi.stubGlobal('indexedDB', undefined);
  const without = await openStorage(name);
  expect([without.kind, without.problem?.code]).toEqual(['memory', 'STORAGE_MISSING']);
});
