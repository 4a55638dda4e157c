import { gql } from '@apollo/client';
import { beforeEach, describe, expect, it } from 'vitest';
import type { KeyValue } from '../sync/storage-port.ts';
import { rest } from '../testing/manual-clock.ts';
import { OWN, TestPage } from '../testing/test-apollo.ts';
import { TestWorld } from '../testing/test-device.ts';
import { OtherResults } from './other-results.ts';
import { SyncedCache } from './synced-cache.ts';

const VIEWER = gql`
  query {
    viewer {
      id
      name
    }
  }
`;
const NOTES = gql`
  query {
    notes {
      id
      scope
      version
      title
    }
  }
`;

/** A key-value area that counts what is written, and fails when told to. */
class Area implements KeyValue {
  readonly items = new Map<string, string>();
  writes: string[] = [];
  isFull = false;
  getItem = (key: string): Promise<string | null> => Promise.resolve(this.items.get(key) ?? null);
  removeItem = (key: string): Promise<void> => Promise.resolve(void this.items.delete(key));
  setItem = (key: string, value: string): Promise<void> => {
    if (this.isFull) return Promise.reject(new Error('full'));
    this.items.set(key, value);
    this.writes.push(key);
    return Promise.resolve();
  };
}

let page: TestPage;
let area: Area;
let errors: unknown[];

beforeEach(async () => {
  area = new Area();
  errors = [];
  const world = new TestWorld();
  world.server.put('Note', OWN, { id: 'n1', title: 'one', notebookId: null });
  page = await TestPage.synced({ world });
});

/** What keeps results between pages, over a cache of its own. */
async function openCache(maySave = true): Promise<{ cache: SyncedCache; others: OtherResults }> {
  const cache = new SyncedCache(page.engine);
  const others = new OtherResults({
    cache,
    manifest: page.engine.manifest,
    storage: area,
    timers: page.world.clock,
    maySave: () => maySave,
    onError: (error) => errors.push(error),
  });
  await others.restore();
  return { cache, others };
}

function viewer(name: string) {
  return { query: VIEWER, data: { viewer: { __typename: 'Viewer', id: 'ada', name } } };
}

describe('results of queries that do not sync', () => {
  it('answer offline after a reload (fails without apollo3-cache-persist)', async () => {
    page.holdfast.client.cache.writeQuery(viewer('Ada'));
    await page.holdfast.close();
    const again = await TestPage.open({
      world: page.world,
      device: page.device,
      network: (network) => (network.isPlugged = false),
    });
    const { data } = await again.holdfast.client.query<{ viewer: { name: string } }>({ query: VIEWER });
    expect(data?.viewer.name).toBe('Ada');
  });

  it('show a synced record in them after a reload as the device has it, pending edits included', async () => {
    const query = gql('{ featured { title note { id scope version title } } }');
    const note = { __typename: 'Note', id: 'n1', scope: OWN, version: 1, title: 'one' };
    page.cache.writeQuery({ query, data: { featured: { __typename: 'Featured', title: 'today', note } } });
    page.network.plug(false);
    await page.edit('Note', 'n1', { title: 'mine' });
    await page.holdfast.close();
    const again = await TestPage.open({
      world: page.world,
      device: page.device,
      network: (network) => (network.isPlugged = false),
    });
    await again.engine.ready();
    await rest();
    expect(again.cache.readQuery({ query })).toMatchObject({
      featured: { title: 'today', note: { title: 'mine' } },
    });
  });

  it('leave out what syncs: neither records nor lists of them are stored', async () => {
    const { cache, others } = await openCache();
    expect(cache.readQuery({ query: NOTES })).not.toBeNull();
    cache.writeQuery({ query: NOTES, data: { notes: [] } });
    cache.writeQuery(viewer('Ada'));
    await others.save();
    const stored = [...area.items.values()].join();
    expect(stored).toContain('Ada');
    expect(stored).not.toContain('n1');
    expect(stored).not.toContain('notes');
  });

  it('are written only as far as they changed', async () => {
    const { cache, others } = await openCache();
    cache.writeQuery(viewer('Ada'));
    await others.save();
    const before = area.writes.length;
    await others.save();
    await page.serverEdit('Note', { id: 'n1', title: 'edited' });
    await others.save();
    expect(area.writes).toHaveLength(before);
    cache.writeQuery(viewer('Grace'));
    await others.save();
    expect(area.writes).toHaveLength(before + 1);
  });

  it('are forgotten when the cache drops them', async () => {
    const first = await openCache();
    first.cache.writeQuery(viewer('Ada'));
    await first.others.save();
    first.cache.evict({ id: 'ROOT_QUERY', fieldName: 'viewer' });
    first.cache.gc();
    await first.others.save();
    expect([...area.items.values()].join()).not.toContain('Ada');
  });

  it('are saved when writing pauses, and under a live feed after 2 s at most', async () => {
    const { cache } = await openCache();
    for (let step = 0; step < 5; step++) {
      cache.writeQuery(viewer(`Ada ${String(step)}`));
      await page.world.clock.pass(400);
    }
    expect([...area.items.values()].join()).toContain('Ada 4');
  });

  it('are written again when writing failed, and the failure is told', async () => {
    const { cache, others } = await openCache();
    area.isFull = true;
    cache.writeQuery(viewer('Ada'));
    await others.save();
    expect(errors).toHaveLength(2);
    area.isFull = false;
    await others.save();
    const next = await openCache();
    expect(next.cache.readQuery({ query: VIEWER })).toMatchObject({ viewer: { name: 'Ada' } });
  });

  it('survive a row that cannot be read: the others are there', async () => {
    const { cache, others } = await openCache();
    cache.writeQuery(viewer('Ada'));
    await others.save();
    const [key] = [...area.items.keys()];
    area.items.set(key ?? '', '{broken');
    const next = await openCache();
    expect(errors).toHaveLength(1);
    expect(next.cache.readQuery({ query: NOTES })).not.toBeNull();
  });

  it('are not saved by a tab that does not lead', async () => {
    const { cache, others } = await openCache(false);
    cache.writeQuery(viewer('Ada'));
    await others.save();
    expect(area.writes).toEqual([]);
  });
});
