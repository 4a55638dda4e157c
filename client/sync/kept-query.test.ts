import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changeRow } from '../testing/change-row.ts';
import { testManifest } from '../testing/test-manifest.ts';
import { matcher } from './filter.ts';
import { KeptQuery, type Question } from './kept-query.ts';
import type { Order, VisibleRecord } from './model.ts';
import { compareRecords, DEFAULT_ORDER } from './order.ts';
import { Replica } from './replica.ts';
import type { Copy } from './stored.ts';

const SCOPES = ['a', 'b'] as const;
const TITLES = ['', 'Ä', 'ä', 'Σ', '\uffff', '😀', 'Zebra', 'zebra'] as const;

const time = fc.integer({ min: 0, max: 3 }).map((second) => `2026-01-01T00:00:0${second}.000Z`);
const place = fc.record({ scope: fc.constantFrom(...SCOPES), id: fc.constantFrom('1', '2', '3', 'A') });

const copy = fc.record({
  at: time,
  isDeleted: fc.boolean(),
  title: fc.constantFrom(...TITLES),
  stars: fc.integer({ min: -1, max: 2 }),
  notebookId: fc.constantFrom('n', null),
});

/** What storage and writer do to the replica. */
const step = fc.oneof(
  fc.record({ do: fc.constant('store' as const), place, copy }),
  fc.record({ do: fc.constant('remove' as const), place }),
  fc.record({ do: fc.constant('show' as const), place, title: fc.constantFrom(...TITLES) }),
  fc.record({ do: fc.constant('unshow' as const), place }),
  fc.record({ do: fc.constant('clear' as const), place }),
  fc.record({ do: fc.constant('ask' as const) }),
);

const questions: readonly Question[] = [
  { scopes: ['a'], filter: undefined },
  { scopes: ['a', 'b'], filter: { title: { contains: 'ä' } } },
  { scopes: ['b', 'a'], filter: { or: [{ stars: { gt: 0 } }, { not: { notebookId: { isNull: true } } }] } },
];
const orders: readonly (readonly Order[])[] = [
  DEFAULT_ORDER,
  [
    { field: 'title', direction: 'DESC' },
    { field: 'stars', direction: 'ASC' },
  ],
  [{ field: 'notebookId', direction: 'ASC' }],
];

class Subject {
  readonly replica = new Replica(testManifest);
  readonly kept = questions.map((question) => new KeptQuery(question, (scopes) => this.all(scopes)));

  perform(action: typeof step extends fc.Arbitrary<infer T> ? T : never): void {
    if (action.do === 'ask') return this.check();
    const { scope, id } = action.place;
    const row = changeRow({ change: `c${id}${scope}`, type: 'Note', scope, id, version: null });
    const one = { type: 'Note', scope };
    switch (action.do) {
      case 'store':
        return this.replica.applySegment({ ...one, copies: [copyOf(id, action.copy)], removed: [] });
      case 'remove':
        return this.replica.applySegment({ ...one, copies: [], removed: [id] });
      case 'clear':
        return this.replica.applySegment({ ...one, cleared: true, copies: [], removed: [] });
      case 'show':
        return this.replica.show({ ...row, values: { title: action.title } });
      case 'unshow':
        return this.replica.unshow(row);
    }
  }

  check(): void {
    this.replica.eachReplaced(new Set(['Note']), (_type, before, after) => {
      for (const query of this.kept) query.replace(before, after);
    });
    for (const [index, question] of questions.entries()) this.compare(question, this.kept[index]);
  }

  private compare({ scopes, filter }: Question, query: KeptQuery | undefined): void {
    const found = [...this.all(new Set(scopes))]
      .filter((record) => record.deletedAt === null)
      .filter(matcher(filter ?? {}));
    expect(query?.count).toBe(found.length);
    for (const order of orders) {
      const naive = [...found]
        .sort(compareRecords(order))
        .map(({ type, scope, id }) => ({ type, scope, id }));
      expect(query?.list(order, { offset: 0, limit: 100 })).toEqual(naive);
      expect(query?.list(order, { offset: 2, limit: 3 })).toEqual(naive.slice(2, 5));
    }
  }

  private *all(scopes: Iterable<string>): Iterable<VisibleRecord> {
    for (const scope of scopes) yield* this.replica.visibleOf('Note', scope);
  }
}

function copyOf(
  id: string,
  { at, isDeleted, ...values }: typeof copy extends fc.Arbitrary<infer T> ? T : never,
): Copy {
  const stamps = { createdAt: at, updatedAt: at, deletedAt: isDeleted ? at : null };
  const full = { ...values, content: '', tags: [] };
  return { id, version: 1, epoch: 'e', cycle: 1, executed: 0, ...stamps, values: full };
}

test('a kept query answers as a scan and a sort would, whatever came, went or changed since it was asked first', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const subject = new Subject();
      for (const action of steps) subject.perform(action);
      subject.check();
    }),
    { numRuns: 150 },
  );
});
