import { expect, test } from 'vitest';
import type { Values } from '../../sync/manifest.ts';
import { check } from './check.ts';
import type { DeviceFact, LogEvent } from './events.ts';

const SCOPE = 'team';
const AT = { source: 'server', epoch: 'e1', scope: SCOPE } as const;
const stored = (version: number, stars: number, named?: readonly string[]): LogEvent => {
  const record = { type: 'Note', id: 'n1', version, deleted: false, values: { stars } };
  return { ...AT, kind: 'stored', ...record, ...(named === undefined ? {} : { named }) };
};
const adds = (seq: number, { base, ...values }: Values & { readonly base?: Values }): string =>
  JSON.stringify({ id: 'n1', seq, ...(base === undefined ? {} : { version: 1, base }), ...values });
const executed = (seq: number, position: number, payload: string): LogEvent => {
  const outcome = seq === 1 ? 'APPLIED' : 'MERGED';
  return { ...AT, kind: 'executed', line: 'l1', seq, outcome, head: position, position, payload };
};
const found = (...log: readonly LogEvent[]) =>
  check(log, { counters: new Set(['Note.stars']) }).filter(({ invariant }) => invariant === 'I18');

test('I18 a counter is the sum of what was added to it: by changes of one push, of several, and by a creation', () => {
  const two = [executed(1, 2, adds(1, { base: { stars: 3 }, stars: 4 }))];
  const all = [...two, executed(2, 2, adds(2, { base: { stars: 3 }, stars: 8 }))];
  expect(found(stored(1, 3), stored(2, 9, ['stars']), ...all)).toEqual([]);
  expect(found(stored(1, 3), stored(2, 8, ['stars']), ...all)).toHaveLength(1);
  expect(found(stored(1, 3), stored(2, 4, ['stars']), ...two)).toEqual([]);
  expect(found(stored(1, 3), stored(2, 5, ['stars']), ...two)).toHaveLength(1);
  expect(found(stored(2, 7), executed(1, 2, adds(1, { stars: 7 })))).toEqual([]);
  expect(found(stored(2, 8), executed(1, 2, adds(1, { stars: 7 })))).toHaveLength(1);
});

test('I18 a change adds what the writes that it carries added, each once', () => {
  const log = (payload: string): readonly LogEvent[] => {
    const write = (name: string, from: number, to: number): readonly DeviceFact[] => [
      {
        ...{ kind: 'begun', tab: 't1', write: name, scope: SCOPE, type: 'Note', id: 'n1' },
        ...{ values: { stars: to }, base: { stars: from } },
      },
      { kind: 'queued', write: name, change: 'c1' },
    ];
    const facts: readonly DeviceFact[] = [
      { kind: 'placed', change: 'c1', place: 'pending', scope: SCOPE, record: { type: 'Note', id: 'n1' } },
      ...write('w1', 1, 2),
      ...write('w2', 2, 4),
      { kind: 'numbered', change: 'c1', line: 'l1', scope: SCOPE, seq: 1, payload },
    ];
    return facts.map((fact) => ({ source: 'device', device: 'd1', ...fact }));
  };
  expect(found(...log(adds(1, { base: { stars: 1 }, stars: 4 })))).toEqual([]);
  expect(found(...log(adds(1, { base: { stars: 2 }, stars: 4 })))).toHaveLength(1);
});
