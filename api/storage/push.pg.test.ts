import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeOf, deviceOf, openFixture, pushOf, TEAM, viewerOf } from './storage-fixture.ts';
import type { Fixture } from './storage-fixture.ts';

describe('push', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture();
  });
  afterAll(async () => fixture.close());

  it('R10 writes all kinds of values and answers them as they are stored', async () => {
    const { engine } = fixture;
    const values = {
      title: 'Grüße 🎉',
      content: 'a\nb',
      tags: ['x', 'y"z', '{,}'],
      likes: 3,
      rating: 0.1,
      pinned: true,
      dueAt: '2026-01-31T12:00:00.120Z',
      meta: { a: [1, null, { b: 'c' }] },
      folderId: null,
    };
    const [result] = await pushOf(engine, {}, [changeOf('n1', values)]);
    expect(result).toMatchObject({ outcome: 'APPLIED', replayed: false, error: null, conflicts: [] });
    const [page] = await engine.deltas({
      viewer: viewerOf('ben'),
      fields: [{ type: 'Note', scope: TEAM, since: undefined, limit: undefined, device: undefined }],
    });
    expect(page?.records).toEqual([result?.record]);
    expect(page?.records[0]).toMatchObject({ ...values, id: 'n1', scope: TEAM, version: 1, deletedAt: null });
  });
});
