import { expect, test } from 'vitest';
import { memoryStorage } from '../../storage/memory-storage.ts';
import { StorageError } from '../../sync/storage-port.ts';
import { synced } from '../../testing/test-device.ts';
import { check } from './check.ts';
import { DeviceRecorder } from './device-recorder.ts';
import type { LogEvent } from './events.ts';

test('I12 edits of one write that undo each other answer with one change, which is accounted for once', () => {
  const log: LogEvent[] = [];
  const recorder = new DeviceRecorder('d1', ['Note'], (event) => log.push(event));
  const note = { kind: 'begun', tab: 'd1.1', scope: 'team:demo', type: 'Note', id: 'n1' } as const;
  recorder.note({ ...note, write: 'w1', values: { tags: ['a'] } });
  recorder.note({ ...note, write: 'w2', values: {} });
  for (const write of ['w1', 'w2']) {
    recorder.neverStored('c1', 'team:demo');
    recorder.note({ kind: 'queued', write, change: 'c1' });
  }
  recorder.end();
  expect(recorder.hasStored('c1')).toBe(true);
  expect(log.filter(({ kind }) => kind === 'placed')).toHaveLength(1);
  expect(check(log)).toEqual([]);
});

test('I12 I13 a power cut undoes a write that found no room ahead and was not answered, and the books say so', async () => {
  const { device, engine } = await synced();
  await engine.stop();
  const log: LogEvent[] = [];
  const recorder = new DeviceRecorder('d1', ['Note'], (event) => log.push(event));
  const stored = recorder.observe(memoryStorage(device.database));
  let isRelaxedStored = (): void => undefined;
  const relaxed = new Promise<void>((resolve) => (isRelaxedStored = resolve));
  const storage = {
    ...stored,
    writeAhead: () => Promise.reject(new StorageError('QUOTA', 'full')),
    write: async (...args: Parameters<typeof stored.write>) => {
      const end = await stored.write(...args);
      // The page never hears of it: the machine loses power first.
      if (args[2] !== 'engineAndAhead') return end;
      isRelaxedStored();
      return new Promise<never>(() => undefined);
    },
  } as typeof stored;
  const page = await device.open({}, (network) => (network.isPlugged = false), { ports: { storage } });
  await page.engine.ready();
  void page.engine.write([{ type: 'Note', id: 'n1', values: { title: 'mine' } }]);
  await relaxed;
  device.database.powerCut();
  await recorder.rolledBack(memoryStorage(device.database));
  recorder.end();
  expect(recorder.outbox.size).toBe(0);
  expect(check(log)).toEqual([]);
});
