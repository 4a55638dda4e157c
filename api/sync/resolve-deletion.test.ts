import { describe, expect, it } from 'vitest';
import type { Policy } from './model.ts';
import type { Edit, RecordState } from './record-state.ts';
import { edit, NOON, row, run, stateOf, summary } from './resolve-fixture.ts';

describe('deletes', () => {
  const remove = (options: Partial<Edit> = {}) => edit({}, { deleted: true, ...options });
  const tombstone = row(
    {},
    {
      deletedAt: '2026-01-01T12:00:00.000Z',
      clocks: { '*': [1, 0, 'ada', 'laptop'], deleted: [10, NOON, 'ben', 'phone'] },
    },
  );
  it.each<[string, Policy, RecordState, Edit, string]>([
    ['nothing changed since', 'manual', row(), remove(), 'APPLIED, a0'],
    [
      'another device changed a field since',
      'lastWriteWins',
      row({ b: 'x' }),
      remove(),
      'MERGED deleted=YOURS, a0',
    ],
    [
      '… later than the delete',
      'lastWriteWins',
      row({ b: 'x' }),
      remove({ time: NOON - 1 }),
      'SUPERSEDED deleted=THEIRS, a0',
    ],
    ['… and the server wins', 'serverWins', row({ b: 'x' }), remove(), 'SUPERSEDED deleted=THEIRS, a0'],
    ['… and a person decides', 'manual', row({ b: 'x' }), remove(), 'CONFLICT deleted=UNDECIDED'],
    [
      'the same device changed a field since',
      'manual',
      row({ b: 'x' }),
      remove({ user: 'ben', device: 'phone' }),
      'APPLIED, a0',
    ],
    [
      'a merge counts as another device, the own one too',
      'manual',
      row({}, { clocks: { '*': [10, NOON, 'ada', null] } }),
      remove(),
      'CONFLICT deleted=UNDECIDED',
    ],
    ['an unknown version', 'manual', row(), remove({ version: 'unknown' }), 'CONFLICT deleted=UNDECIDED'],
    ['a tombstone already', 'manual', tombstone, remove(), 'APPLIED, a0'],
  ])('R24 deleting: %s (%s)', (_, ...given) => {
    const [policy, state, change, expected] = given;
    expect(summary(run(policy, state, change))).toBe(expected);
  });

  it.each<[string, Policy, Edit, string, boolean]>([
    ['a later edit restores', 'lastWriteWins', edit({ a: 'mine' }), 'MERGED deleted=YOURS, mine', false],
    [
      'an earlier edit loses',
      'lastWriteWins',
      edit({ a: 'mine' }, { time: NOON - 1 }),
      'SUPERSEDED deleted=THEIRS, a0',
      true,
    ],
    ['the server wins', 'serverWins', edit({ a: 'mine' }), 'SUPERSEDED deleted=THEIRS, a0', true],
    ['the client wins', 'clientWins', edit({ a: 'mine' }, { time: 1 }), 'MERGED deleted=YOURS, mine', false],
    [
      'restoring what was seen deleted',
      'manual',
      edit({ a: 'mine' }, { version: 10, deleted: false }),
      'APPLIED, mine',
      false,
    ],
    [
      'restoring what was not seen deleted',
      'serverWins',
      edit({}, { version: 9, deleted: false }),
      'SUPERSEDED deleted=THEIRS, a0',
      true,
    ],
  ])('R24 a tombstone: %s', (_, ...given) => {
    const [policy, change, expected, isDeleted] = given;
    const resolution = run(policy, tombstone, change);
    expect(summary(resolution)).toBe(expected);
    expect(stateOf(resolution).deletedAt !== null).toBe(isDeleted);
  });

  it('R24 an absent row: created, restored with all fields, gone, or nothing to delete', () => {
    const of = (change: Edit) => summary(run('merge', null, change));
    expect(of(edit({ required: 'r' }, { version: 'none' }))).toBe('APPLIED, ');
    expect(of(edit({}, { version: 'none' }))).toBe('BAD_INPUT');
    expect(of(edit({ required: 'r' }, { version: 0 }))).toBe('GONE');
    expect(of(edit({ required: 'r' }, { version: 3, deleted: false }))).toBe('APPLIED, ');
    expect(of(edit({ a: 'x' }, { version: 3, deleted: false }))).toBe('GONE');
    expect(of(remove())).toBe('APPLIED, undefined');
  });
});
