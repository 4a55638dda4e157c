import { describe, expect, test } from 'vitest';
import { isIdle, synced, TestWorld } from '../testing/test-device.ts';
import { StorageError } from './storage-port.ts';

const OWN = 'user:ada';
const NOTE = { type: 'Note', scope: OWN, id: 'n1' } as const;

describe('a write over one that is shown and cannot be stored', () => {
  /** The database refuses what was written first; each write is put ahead and then stored. */
  async function refusingTheFirst() {
    const opened = await synced();
    let commits = 0;
    opened.device.database.faults.beforeCommit = (): void => {
      commits += 1;
      if (commits === 2) throw new StorageError('ABORTED', 'simulated');
    };
    return opened;
  }

  test('I12 I18 a creation that fails takes the edit of it along: both can be written again', async () => {
    const { world, engine } = await refusingTheFirst();
    const created = engine.write([{ ...NOTE, values: { title: 'A', content: 'x' } }]);
    await Promise.resolve();
    const edited = engine.write([{ ...NOTE, values: { title: 'A', content: 'xy' } }]);
    await expect(created).rejects.toBeInstanceOf(StorageError);
    await expect(edited).rejects.toBeInstanceOf(StorageError);
    expect(engine.read(NOTE)).toBeUndefined();
    expect(engine.pending()).toEqual([]);
    await engine.write([{ ...NOTE, values: { title: 'A', content: 'xy' } }]);
    await world.clock.until(isIdle(engine));
    expect(world.server.record('Note', OWN, 'n1')).toMatchObject({ title: 'A', content: 'xy' });
  });

  test('I18 an edit that fails does not become the base of the next one; what is written elsewhere is stored', async () => {
    const { world, engine } = await refusingTheFirst();
    const other = { ...NOTE, id: 'n2' };
    const first = engine.write([{ ...NOTE, values: { content: 'one' } }]);
    await Promise.resolve();
    const second = engine.write([{ ...NOTE, values: { content: 'one two' } }]);
    await Promise.resolve();
    const third = engine.write([{ ...NOTE, values: { content: 'one two three' } }]);
    await Promise.resolve();
    const elsewhere = engine.write([{ ...other, values: { title: 'B' } }]);
    await expect(first).rejects.toBeInstanceOf(StorageError);
    await expect(second).rejects.toBeInstanceOf(StorageError);
    await expect(third).rejects.toBeInstanceOf(StorageError);
    expect(await elsewhere).toMatchObject([{ outcome: 'QUEUED' }]);
    await world.clock.until(isIdle(engine));
    expect(world.server.record('Note', OWN, 'n1')).toBeUndefined();
    expect(world.server.record('Note', OWN, 'n2')).toMatchObject({ title: 'B' });
  });
});

test('I18 R20 an edit that names its base is no creation on a device that does not hold the record: nothing is there twice', async () => {
  const world = new TestWorld();
  const [before, rest] = ['First paragraph.', '\n\nSecond paragraph.'];
  world.server.put('Note', OWN, { id: 'n1', title: 'T', content: `${before} Another sentence.${rest}` });
  const { engine, network } = await world.device().open({}, (set) => set.plug(false));
  await engine.ready();
  const content = `${before}${rest}\n\nThird paragraph.`;
  await engine.write([{ ...NOTE, values: { content }, base: { content: `${before}${rest}` } }]);
  network.plug(true);
  await world.clock.until(isIdle(engine));
  const merged = { title: 'T', content: `${before} Another sentence.${rest}\n\nThird paragraph.` };
  expect(engine.read(NOTE)).toMatchObject({ state: 'SYNCED', values: merged });
  expect(world.server.record('Note', OWN, 'n1')).toMatchObject(merged);
});

test('I12 I15 what was made, refused and deleted before it was sent is not back when it is tried again', async () => {
  const { world, engine, network } = await synced();
  network.plug(false);
  await engine.write([{ ...NOTE, values: { title: 'A', notebookId: 'nowhere' } }]);
  await engine.write([{ ...NOTE, values: {}, deleted: true }]);
  network.plug(true);
  await world.clock.until(() => engine.failed().length > 0);
  await world.clock.pass(10_000);
  expect(engine.read(NOTE)).toMatchObject({ state: 'FAILED' });
  expect(engine.read(NOTE)?.deletedAt).not.toBeNull();
  const [failed] = engine.failed();
  await engine.edit(failed?.change ?? '', { notebookId: null });
  await world.clock.until(isIdle(engine));
  expect(engine.failed()).toEqual([]);
  expect(world.server.record('Note', OWN, 'n1')?.['deletedAt']).not.toBeNull();
  expect(world.server.record('Note', OWN, 'n1')).toMatchObject({ title: 'A' });
});
