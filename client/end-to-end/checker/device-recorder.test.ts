import { expect, test } from 'vitest';
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
