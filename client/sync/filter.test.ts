import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lowered, matcher } from './filter.ts';
import { KeptQuery } from './kept-query.ts';
import type { Json } from './manifest.ts';
import type { ListQuery, VisibleRecord } from './model.ts';
import { compareText, DEFAULT_ORDER } from './order.ts';

interface FilterCases {
  readonly rows: readonly (Omit<VisibleRecord, 'type' | 'version' | 'deletedAt' | 'state'> & {
    deletedAt?: string;
  })[];
  readonly cases: readonly (Omit<ListQuery, 'type'> & {
    name: string;
    ids: readonly string[];
    count: number;
  })[];
}

const file = new URL('../../schema/filter-cases.json', import.meta.url);
const shared = JSON.parse(readFileSync(file, 'utf8')) as FilterCases;
const records = shared.rows.map((row): VisibleRecord => ({
  deletedAt: null,
  ...row,
  type: 'Case',
  version: 1,
  state: 'SYNCED',
}));

function answer({ scopes = ['s:1'], filter, orderBy, limit = 50, offset = 0 }: Omit<ListQuery, 'type'>) {
  const all = (wanted: Iterable<string>) => {
    const names = new Set(wanted);
    return records.filter((record) => names.has(record.scope));
  };
  const query = new KeptQuery({ scopes, filter }, all);
  const order = orderBy === undefined || orderBy.length === 0 ? DEFAULT_ORDER : orderBy;
  return { ids: query.list(order, { offset, limit }).map((ref) => ref.id), count: query.count };
}

test.each(shared.cases)('the shared case "$name" means the same here', (given) => {
  expect(answer(given)).toEqual({ ids: given.ids, count: given.count });
});

test('text orders by code point, not by UTF-16 unit', () => {
  const texts = ['\uffff', '😀', 'z', 'Z', 'ä', ''];
  const byPoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
  expect([...texts].sort(compareText)).toEqual([...texts].sort(byPoint));
});

test('a filter of another shape than asked for is no error', () => {
  const [record] = records;
  if (record === undefined) throw new Error('the shared cases hold no row');
  expect(matcher({ text: { unknownOperator: 1 } as unknown as { eq: Json } })(record)).toBe(true);
});

test('only U+0130 lowers to more than one code point, so that the first is the simple mapping', () => {
  const several: number[] = [];
  for (let point = 0; point <= 0x10ffff; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    if ([...String.fromCodePoint(point).toLowerCase()].length !== 1) several.push(point);
  }
  expect(several).toEqual([0x130]);
  expect(lowered('İSTANBUL ΣΑΣ')).toBe('istanbul σασ');
});

test('text contains what its lowered form contains, whatever letter or sign is sought', () => {
  const [record] = records;
  if (record === undefined) throw new Error('the shared cases hold no row');
  const texts = Array.from({ length: 0x2fff }, (_, point) => `-${String.fromCharCode(point).repeat(2)}-`);
  const all = texts.map((text) => ({ text: lowered(text), record: { ...record, values: { text } } }));
  for (const sign of [
    ...Array.from({ length: 0x5f }, (_, at) => String.fromCharCode(0x20 + at)),
    'ä',
    'Σ',
    'İ',
  ]) {
    const sought = sign.repeat(2);
    const isIn = matcher({ text: { contains: sought } });
    const differing = all.filter((one) => isIn(one.record) !== one.text.includes(lowered(sought)));
    expect(differing, sign).toEqual([]);
  }
});
