import { expect, test } from 'vitest';
import { changeRow } from '../testing/change-row.ts';
import { testManifest } from '../testing/test-manifest.ts';
import { freshScope, type HeldCopies } from './copies.ts';
import { planPage } from './pull-page.ts';
import { planSettle } from './settle.ts';
import type { Copy, ScopeRow } from './stored.ts';
import type { DeltaPage, PushPayload } from './wire.ts';

const manifest = {
  ...testManifest,
  types: { Setting: testManifest.types['Setting'] },
} as typeof testManifest;
const AT = '2026-01-31T12:00:00.000Z';

function held(copies: readonly Copy[], changed: readonly string[] = []): HeldCopies {
  return {
    copy: ({ id }) => copies.find((copy) => copy.id === id),
    copies: () => copies,
    hasChanges: ({ id }) => changed.includes(id),
  };
}

function copy(id: string, version: number, more: Partial<Copy> = {}): Copy {
  const stamps = { createdAt: AT, updatedAt: AT, deletedAt: null };
  return {
    id,
    version,
    epoch: 'e1',
    cycle: 1,
    executed: 0,
    ...stamps,
    values: { value: `${id}${version}` },
    ...more,
  };
}

const wire = (id: string, version: number) => ({
  id,
  scope: 's',
  version,
  createdAt: AT,
  updatedAt: AT,
  deletedAt: null,
  value: `${id}${version}`,
});

function page(
  records: DeltaPage['records'],
  more: Partial<DeltaPage> = {},
  at: Partial<DeltaPage['at']> = {},
): DeltaPage {
  const point = { epoch: 'e1', position: 10, floor: null, head: 10, executed: 0, ...at };
  return { records, cursor: 'next', hasMore: false, reset: false, ...more, at: point };
}

const steady: ScopeRow = {
  ...freshScope('s'),
  epoch: 'e1',
  synced: true,
  checkpoint: 5,
  cursors: { Setting: { cursor: 'now', position: 5, head: 5, generation: 1, floor: null, executed: 0 } },
};
const plan = (pageIn: DeltaPage, more: Partial<Parameters<typeof planPage>[0]> = {}) =>
  planPage({
    manifest,
    stored: steady,
    asked: steady,
    pages: { Setting: pageIn },
    held: held([]),
    isFromPush: false,
    ...more,
  });
const withCursor = (more: object): ScopeRow => ({
  ...steady,
  cursors: {
    Setting: { cursor: 'now', position: 5, head: 5, generation: 1, floor: null, executed: 0, ...more },
  },
});

test('R9 a page is stored only with the cursor and the cycle it was asked with', () => {
  expect(plan(page([wire('a', 6)])).kind).toBe('store');
  expect(plan(page([wire('a', 6)]), { stored: withCursor({ cursor: 'later' }) }).kind).toBe('stale');
  expect(plan(page([wire('a', 6)]), { stored: withCursor({ generation: 2 }) }).kind).toBe('stale');
});

test('R9 I5 a copy is replaced only by one not older in (epoch, version)', () => {
  const result = plan(page([wire('a', 6), wire('b', 9)]), { held: held([copy('a', 7), copy('b', 8)]) });
  expect(result).toMatchObject({ segments: [{ copies: [{ id: 'b', version: 9 }] }] });
});

test('what is held already, as after a push, is not stored once more, but marked in a cycle that delivers it', () => {
  const steadily = plan(page([wire('a', 6), wire('b', 9)], {}, { executed: 3 }), {
    held: held([copy('a', 6, { executed: 3 }), copy('b', 9, { executed: 2 })]),
  });
  expect(steadily).toMatchObject({ segments: [{ copies: [{ id: 'b', executed: 3 }] }] });
  const missing = plan(page([wire('a', 6)]), { held: held([copy('a', 6, { missing: true })]) });
  expect(missing).toMatchObject({ segments: [{ copies: [{ id: 'a' }] }] });
  const again = plan(page([wire('a', 6)], { reset: true }), { held: held([copy('a', 6)]) });
  expect(again).toMatchObject({ segments: [{ copies: [{ id: 'a', cycle: 2 }], removed: [] }] });
});

test('R9 an answer of a lower epoch is not stored', () => {
  expect(plan(page([wire('a', 6)], {}, { epoch: 'e0' })).kind).toBe('lowerEpoch');
});

test('R5 a cycle drops, at its last page, what it did not deliver at or below the floor, and keeps what has changes', () => {
  const first = plan(page([wire('a', 6)], { reset: true, hasMore: true }, { position: 6, floor: 9 }), {
    held: held([copy('a', 6), copy('b', 3), copy('c', 4), copy('d', 12)]),
  });
  if (first.kind !== 'store') throw new Error('not stored');
  expect(first.scope.cursors['Setting']).toMatchObject({ generation: 2, floor: 9, cursor: 'next' });
  expect(first.segments[0]?.removed).toEqual([]);
  const last = plan(page([], { hasMore: false, cursor: 'end' }), {
    stored: first.scope,
    asked: first.scope,
    held: held([copy('a', 6, { cycle: 2 }), copy('b', 3), copy('c', 4), copy('d', 12)], ['c']),
  });
  if (last.kind !== 'store') throw new Error('not stored');
  expect(last.segments).toMatchObject([{ copies: [{ id: 'c', missing: true }], removed: ['b'] }]);
  expect(last.scope.cursors['Setting']).toMatchObject({ floor: null, cursor: 'end', generation: 2 });
});

test('R9 I5 only the last page of a type says which own changes its copies hold', () => {
  const middle = plan(page([wire('a', 6)], { hasMore: true }, { position: 6, executed: 7 }));
  expect(middle).toMatchObject({ scope: { cursors: { Setting: { executed: 0 } } } });
  const last = plan(page([wire('a', 6)], {}, { executed: 7 }));
  expect(last).toMatchObject({ scope: { cursors: { Setting: { executed: 7 } } } });
});

test('R9 I5 which own changes were executed in an epoch that is over says nothing of the copies of the next one', () => {
  const before = withCursor({ executed: 5 });
  const first = page(
    [wire('a', 4)],
    { reset: true, hasMore: true },
    { epoch: 'e2', position: 4, executed: 2 },
  );
  const result = plan(first, { stored: before, asked: before });
  expect(result).toMatchObject({ scope: { epoch: 'e2', cursors: { Setting: { executed: 0 } } } });
});

test('R9 I5 numbers that a copy of this storage sent are not given here: they would pass for what the page holds', () => {
  expect(plan(page([], {}, { executed: 7 }))).toMatchObject({ scope: { nextSeq: 8 } });
  const ahead = { ...steady, nextSeq: 12 };
  const result = plan(page([], {}, { executed: 7 }), { stored: ahead, asked: ahead });
  expect(result).toMatchObject({ scope: { nextSeq: 12 } });
});

test('R5 a reset in a push’s delta is left to the next pull', () => {
  const result = plan(page([wire('a', 6)], { reset: true }), { isFromPush: true });
  expect(result).toMatchObject({ kind: 'store', segments: [], hasMore: true });
});

test('R9 a higher epoch drops the cursors, and what the backup took back is listed', () => {
  const result = plan(page([wire('a', 4)], { reset: true }, { epoch: 'e2', position: 4, head: 4 }), {
    held: held([copy('a', 5), copy('b', 3)]),
  });
  expect(result).toMatchObject({
    kind: 'store',
    scope: { epoch: 'e2' },
    segments: [{ copies: [{ id: 'a', version: 4, epoch: 'e2' }], removed: ['b'] }],
    history: [
      { ref: { id: 'a' }, reason: 'RESTORED_BACKUP', fields: [{ yours: 'a5', theirs: 'a4' }] },
      { ref: { id: 'b' }, reason: 'RESTORED_BACKUP' },
    ],
  });
});

const sent = changeRow({
  type: 'Setting',
  id: 'a',
  seq: 1,
  device: 'd',
  frozen: '{}',
  values: { value: 'mine' },
  base: { value: 'x' },
});

function settle(result: object, more: { copies?: readonly Copy[]; epoch?: string } = {}) {
  const full = { id: 'a', seq: 1, outcome: 'APPLIED', record: null, conflicts: [], error: null, ...result };
  const payloads = {
    Setting: { epoch: more.epoch ?? 'e1', results: [full], delta: null },
  } as unknown as Record<string, PushPayload>;
  return planSettle({
    manifest,
    stored: steady,
    payloads,
    rows: [sent],
    held: held(more.copies ?? []),
    now: 0,
  });
}

test('R9 a push result at or below the stored position is ignored when no copy is held: it may be purged', () => {
  expect(settle({ record: wire('a', 5) })).toMatchObject({ copies: [], removed: ['c1'] });
  expect(settle({ record: wire('a', 6) })).toMatchObject({ copies: [{ copy: { version: 6, executed: 1 } }] });
  expect(settle({ record: wire('a', 5) }, { copies: [copy('a', 4)] })).toMatchObject({
    copies: [{ copy: { version: 5 } }],
  });
  expect(settle({ record: wire('a', 5) }, { copies: [copy('a', 7)] })).toMatchObject({ copies: [] });
});

test('R9 a push answer of a lower epoch settles nothing', () => {
  expect(settle({ record: wire('a', 6) }, { epoch: 'e0' })).toEqual({ kind: 'lowerEpoch' });
});

test('R12 STALE_SEQ is an unknown outcome, unless the record already shows the values', () => {
  const refusal = { outcome: 'REJECTED', error: { code: 'STALE_SEQ', message: '', field: null } };
  expect(settle({ ...refusal, record: wire('a', 6) })).toMatchObject({
    needsDevice: true,
    changed: [{ state: 'failed', error: { code: 'OUTCOME_UNKNOWN' } }],
  });
  expect(settle({ ...refusal, record: { ...wire('a', 6), value: 'mine' } })).toMatchObject({
    needsDevice: true,
    changed: [],
    removed: ['c1'],
  });
});
