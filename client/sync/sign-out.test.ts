import { expect, test, vi } from 'vitest';
import { memoryStorage } from '../storage/memory-storage.ts';
import { TestWorld } from '../testing/test-device.ts';

async function offline() {
  const world = new TestWorld();
  const device = world.device();
  const one = await device.open();
  await world.clock.until(() => one.engine.status().scopes.every((scope) => scope.synced));
  one.network.plug(false);
  return { world, device, one };
}

const EDIT = { type: 'Note', id: 'n1', values: { title: 'unsent' } } as const;

test('I12 security 73 a sign-out in the tick of a write asks about that write', async () => {
  const { one } = await offline();
  const writing = one.engine.write([EDIT]);
  await expect(one.engine.signOut()).rejects.toMatchObject({ code: 'UNSENT_WORK' });
  expect(await writing).toMatchObject([{ outcome: 'QUEUED' }]);
  expect(one.engine.status().pending).toBe(1);
});

test('I12 a sign-out asks about what another tab wrote, heard of or not', async () => {
  const { device, one } = await offline();
  const two = await device.open();
  await two.engine.ready();
  device.tabs.isChannelCut = true;
  await two.engine.write([EDIT]);
  await expect(one.engine.signOut()).rejects.toMatchObject({ code: 'UNSENT_WORK' });
  expect(one.engine.pending()).toMatchObject([{ values: { title: 'unsent' } }]);
});

test('I13 once a sign-out was accepted a write rejects, rather than answer QUEUED for what is deleted', async () => {
  const { one } = await offline();
  await one.engine.write([EDIT]);
  await one.engine.signOut('wipe');
  await expect(one.engine.write([EDIT])).rejects.toMatchObject({ code: 'STOPPED' });
});

test('I12 I25 a tab whose database is deleted under it says so, and still hands out what was not sent', async () => {
  const { device, one } = await offline();
  const two = await device.open();
  await two.engine.ready();
  await two.engine.write([EDIT]);
  const told: unknown[] = [];
  one.engine.onStatus(({ error }) => told.push(error?.code));
  await two.engine.signOut('wipe');
  await vi.waitUntil(() => told.at(-1) === 'STORAGE_GONE', 20_000);
  expect(one.engine.status().error).toMatchObject({ code: 'STORAGE_GONE' });
  expect(one.engine.exportWork().pending).toMatchObject([{ values: { title: 'unsent' } }]);
  expect(two.engine.status().error).toBeNull();
});

test('I16 a sign-in right after a refused try is believed at once', async () => {
  const { world, one } = await offline();
  one.network.plug(true);
  const refused = { kind: 'answered', status: 401, retryAfterMs: null, body: null } as const;
  one.network.fate = () => ({ kind: 'answered', answer: refused });
  await one.engine.write([EDIT]);
  await world.clock.until(() => one.engine.status().phase === 'signedOut');
  // A cookie: nothing that a script could ask for anew.
  one.network.token = () => Promise.resolve(false);
  one.network.fate = () => ({ kind: 'delivered' });
  const before = world.clock.monotonic();
  await one.engine.resume();
  await world.clock.until(() => one.engine.status().pending === 0);
  expect(world.clock.monotonic() - before).toBeLessThan(5_000);
});

test('I12 I25 nothing is accepted between the question for unsent work and the deletion, in no tab', async () => {
  const { device, one } = await offline();
  const two = await device.open();
  await two.engine.ready();
  device.tabs.isChannelCut = true;
  // Every order of the two: the write is stored before the question, or refused after it.
  const ends = await Promise.all(
    Array.from({ length: 40 }, async (_, turns) => {
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      return two.engine.write([{ ...EDIT, id: `n${turns}` }]).then(
        () => 'queued',
        (error: { code: string }) => error.code,
      );
    }).concat(
      one.engine.signOut().then(
        () => 'left',
        (error: { code: string }) => error.code,
      ),
    ),
  );
  const queued = ends.filter((end) => end === 'queued').length;
  if (ends.at(-1) === 'left') expect(queued).toBe(0);
  else expect(ends.at(-1)).toBe('UNSENT_WORK');
});

test('I12 a write of another tab that comes while this one leaves is refused, or keeps this one here', async () => {
  for (let turns = 0; turns < 30; turns++) {
    const { device, one } = await offline();
    const two = await device.open();
    await two.engine.ready();
    device.tabs.isChannelCut = true;
    const leaving = one.engine.signOut().then(
      () => 'left',
      (error: { code: string }) => error.code,
    );
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    const writing = two.engine.write([EDIT]).then(
      ([result]) => result?.outcome,
      () => 'refused',
    );
    expect(['left/refused', 'UNSENT_WORK/QUEUED']).toContain([await leaving, await writing].join('/'));
  }
});

test('I12 keep with nothing unsent deletes, and with something unsent keeps it for the return', async () => {
  const { world, device, one } = await offline();
  await one.engine.write([EDIT]);
  expect(await one.engine.signOut('keep')).toBeNull();
  const again = await device.open();
  expect(again.engine.pending()).toMatchObject([{ values: { title: 'unsent' } }]);
  await world.clock.until(() => again.engine.status().pending === 0);
  await again.engine.signOut('keep');
  expect(device.database.isGone).toBe(true);
});

/** A page that stores that its user leaves, and ends before it has deleted anything. */
async function cutShort() {
  const { world, device, one } = await offline();
  const others = [await device.open(), await device.open()] as const;
  for (const { engine } of others) await engine.ready();
  await one.engine.write([EDIT]);
  const storage = memoryStorage(device.database);
  storage.destroy = () => new Promise(() => undefined);
  const dying = await device.open({}, undefined, { ports: { storage } });
  await dying.engine.ready();
  return { world, device, tabs: [one, ...others], dying };
}

test('I16 I25 a sign-out whose page dies in the middle is completed by the other tabs, each of which says so', async () => {
  const { world, device, tabs, dying } = await cutShort();
  const told = tabs.map(() => [] as unknown[]);
  for (const [index, { engine }] of tabs.entries())
    engine.onStatus(({ error }) => told[index]?.push(error?.code));
  void dying.engine.signOut('wipe');
  const codes = () => told.map((list) => list.at(-1));
  await world.clock.until(() => codes().every((code) => code === 'STORAGE_GONE'));
  await world.clock.until(() => device.database.isGone);
  for (const { engine } of tabs) {
    await expect(engine.write([{ ...EDIT, id: 'n2' }])).rejects.toMatchObject({ code: 'STORAGE' });
    // What a person has not sent may be nowhere else any more.
    expect(engine.exportWork().pending).toMatchObject([{ values: { title: 'unsent' } }]);
  }
  expect(Object.values(device.database.tables).every((table) => table.size === 0)).toBe(true);
});

test('I16 I25 a tab that hears nothing of a sign-out that was cut short sees it within a few heartbeats', async () => {
  const { world, device, dying } = await cutShort();
  device.tabs.isChannelCut = true;
  void dying.engine.signOut('wipe');
  await world.clock.until(() => device.database.isGone, 10_000);
});

test('I25 a tab that opens while another one stores that its user leaves completes that', async () => {
  const { world, device, dying } = await cutShort();
  const storage = memoryStorage(device.database);
  const read = storage.snapshot.bind(storage);
  storage.snapshot = async () => {
    device.tabs.isChannelCut = true;
    void dying.engine.signOut('wipe');
    await vi.waitUntil(async () => (await read()).meta.leaving === true, 20_000);
    return read();
  };
  const late = await device.open({}, undefined, { ports: { storage } });
  await world.clock.until(() => late.engine.status().error?.code === 'STORAGE_GONE');
  expect(device.database.isGone).toBe(true);
});

test('I12 a tab that is asked about its unsent work stays, unless another one has signed its user out meanwhile', async () => {
  const { world, device, tabs, dying } = await cutShort();
  device.tabs.isChannelCut = true;
  void dying.engine.signOut('wipe');
  await vi.waitUntil(
    async () => (await memoryStorage(device.database).snapshot()).meta.leaving === true,
    20_000,
  );
  await expect(tabs[1]?.engine.signOut()).rejects.toMatchObject({ code: 'UNSENT_WORK' });
  await world.clock.until(() => tabs[1]?.engine.status().error?.code === 'STORAGE_GONE');
  await world.clock.until(() => device.database.isGone);
});
