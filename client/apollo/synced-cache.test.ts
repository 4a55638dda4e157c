import type { TypePolicies } from '@apollo/client';
import { InMemoryCache, gql } from '@apollo/client';
import { beforeEach, describe, expect, it } from 'vitest';
import { manifest, typePolicies } from '../generated/manifest.ts';
import { rest } from '../testing/manual-clock.ts';
import { NOTES } from '../testing/notes-document.ts';
import { OWN, TestPage } from '../testing/test-apollo.ts';
import { TestWorld } from '../testing/test-device.ts';
import { cacheId } from './cache-id.ts';
import { SyncedCache } from './synced-cache.ts';

const WITHOUT_STATE = gql`
  query {
    notes(orderBy: { field: "id" }) {
      id
      scope
      version
      title
    }
  }
`;

let page: TestPage;
let cache: SyncedCache;

beforeEach(async () => {
  const world = new TestWorld();
  world.server.put('Note', OWN, { id: 'n1', title: 'one', notebookId: null });
  world.server.put('Note', OWN, { id: 'n2', title: 'two', notebookId: 'b1' });
  page = await TestPage.synced({ world });
  cache = page.cache;
});

const notes = () => cache.readQuery({ query: NOTES })?.notes;
const titles = (): unknown => notes()?.map(({ title }) => title);
const states = (): unknown => notes()?.map(({ syncState }) => syncState);

/** Edits without a connection: the edit stays pending. */
async function editOffline(id: string, title: string): Promise<void> {
  page.network.plug(false);
  await page.edit('Note', id, { title });
}

/** What a server would answer that has not seen the device's edits. */
function staleResult(title: string) {
  const note = { __typename: 'Note', id: 'n1', scope: OWN, version: 7, title };
  return { query: WITHOUT_STATE, dataId: 'ROOT_QUERY', result: { notes: [note] } };
}

describe('what is written', () => {
  it('never covers what the device shows: a result with a pending record leaves the edit', async () => {
    await editOffline('n1', 'mine');
    cache.write(staleResult('from the server'));
    expect(titles()).toEqual(['mine', 'two']);
    expect(states()).toEqual(['PENDING', 'SYNCED']);
  });

  it('tells watchers once, and only of what the device shows', async () => {
    await editOffline('n1', 'mine');
    const seen: unknown[] = [];
    const callback = ({ result }: { result: unknown }): void => void seen.push(result);
    cache.watch({ query: NOTES, optimistic: true, immediate: true, callback });
    cache.write(staleResult('from the server'));
    expect(seen).toHaveLength(1);
    await page.edit('Note', 'n1', { title: 'mine again' });
    expect(seen).toHaveLength(2);
  });

  it('never covers it in an optimistic layer either, and a change shows through that layer', async () => {
    cache.batch({ optimistic: 'layer', update: () => void cache.write(staleResult('optimistic')) });
    expect(titles()).toEqual(['one', 'two']);
    await editOffline('n1', 'changed meanwhile');
    const top = cache.read<{ notes: { title: string }[] }>({ query: NOTES, optimistic: true });
    expect(top?.notes[0]?.title).toBe('changed meanwhile');
    cache.removeOptimistic('layer');
    expect(titles()).toEqual(['changed meanwhile', 'two']);
  });

  it('leaves a record that the device does not hold as the network gave it', () => {
    const query = gql`
      query {
        featured {
          id
          scope
          version
          title
        }
      }
    `;
    const featured = { __typename: 'Note', id: 'x', scope: 'team:other', version: 3, title: 'theirs' };
    cache.write({ query, dataId: 'ROOT_QUERY', result: { featured } });
    expect(cache.readQuery({ query })).toEqual({ featured });
  });

  it('keeps a list: writing fewer rows, as fetchMore does, changes nothing', () => {
    cache.writeQuery({ query: WITHOUT_STATE, data: { notes: [] } });
    expect(titles()).toEqual(['one', 'two']);
  });
});

describe('what is read', () => {
  it('is the same array while nothing entered, left or changed', async () => {
    const before = cache.readQuery({ query: NOTES });
    await page.serverEdit('Setting', { id: 's1', value: 'elsewhere' });
    expect(cache.readQuery({ query: NOTES })).toBe(before);
  });

  it('survives gc: lists are not emptied, and stay live', async () => {
    const seen: unknown[] = [];
    const callback = ({ complete }: { complete?: boolean }): void => void seen.push(complete);
    cache.watch({ query: NOTES, optimistic: true, immediate: true, callback });
    cache.gc();
    expect(titles()).toEqual(['one', 'two']);
    await page.serverEdit('Note', { id: 'n2', title: 'two, edited' });
    expect(titles()).toEqual(['one', 'two, edited']);
    expect(seen).toEqual([true, true]);
  });

  it('survives gc for who watches one record by its id', async () => {
    const fragment = gql`
      fragment Row on Note {
        id
        scope
        version
        title
      }
    `;
    const from = { __typename: 'Note', scope: OWN, id: 'n1' };
    const seen: unknown[] = [];
    const following = cache
      .watchFragment<{ title: string }>({ fragment, from })
      .subscribe(({ data, complete }) => seen.push(complete && data.title));
    await rest();
    cache.gc();
    await page.serverEdit('Note', { id: 'n1', title: 'edited' });
    expect(seen).toEqual(['one', 'edited']);
    following.unsubscribe();
  });

  it('follows `syncState` without storing it', async () => {
    expect(states()).toEqual(['SYNCED', 'SYNCED']);
    page.world.server.refuse = () => ({ code: 'FORBIDDEN', message: 'no', field: null });
    await page.edit('Note', 'n1', { title: 'refused' });
    expect(states()).toEqual(['PENDING', 'SYNCED']);
    await page.world.clock.until(() => page.engine.status().failed === 1);
    await rest();
    expect(states()).toEqual(['FAILED', 'SYNCED']);
    cache.write(staleResult('x'));
    expect(states()).toEqual(['FAILED', 'SYNCED']);
    expect(cache.extract()[cacheId({ type: 'Note', scope: OWN, id: 'n1' })]).not.toHaveProperty('syncState');
  });

  it('reads a reference as null until its record comes, then as the record, and null again when that is deleted', async () => {
    const query = gql`
      query {
        note(id: "n2") {
          id
          scope
          version
          notebook {
            id
            scope
            version
            name
          }
        }
      }
    `;
    const notebook = (): unknown =>
      cache.readQuery<{ note: { notebook: unknown } }>({ query })?.note.notebook;
    expect(notebook()).toBeNull();
    await page.serverEdit('Notebook', { id: 'b1', name: 'Work' });
    expect(notebook()).toMatchObject({ id: 'b1', name: 'Work' });
    await page.serverEdit('Notebook', { id: 'b1', deleted: true });
    expect(notebook()).toBeNull();
  });

  it('answers one record and a count, live', async () => {
    const query = gql`
      query ($id: ID!) {
        note(id: $id) {
          id
          scope
          version
          title
        }
        noteCount
      }
    `;
    const read = (id: string): unknown => cache.readQuery({ query, variables: { id } });
    expect(read('n3')).toEqual({ note: null, noteCount: 2 });
    await editOffline('n3', 'three');
    expect(read('n3')).toMatchObject({ note: { title: 'three' }, noteCount: 3 });
  });

  it('is there again after the cache was reset', async () => {
    await cache.reset();
    expect(titles()).toEqual(['one', 'two']);
  });

  it('drops the records of a scope that the viewer lost', async () => {
    expect(titles()).toEqual(['one', 'two']);
    page.world.server.access['ada'] = [];
    page.network.poke(OWN, page.world.server.head(OWN), true);
    await page.world.clock.until(
      () => page.engine.read({ type: 'Note', scope: OWN, id: 'n1' }) === undefined,
    );
    await rest();
    expect(cache.extract()[cacheId({ type: 'Note', scope: OWN, id: 'n1' })]).toBeUndefined();
  });
});

describe('while the first download runs', () => {
  it('a list is incomplete, and complete after it without a new query', async () => {
    const world = new TestWorld();
    world.server.put('Note', OWN, { id: 'n1', title: 'one' });
    page = await TestPage.open({
      world,
      network: (network) => {
        network.fate = ({ document }) => ({ kind: document.name === 'HoldfastPull' ? 'held' : 'delivered' });
      },
    });
    cache = page.cache;
    const seen: unknown[] = [];
    const callback = ({ complete }: { complete?: boolean }): void => void seen.push(complete);
    cache.watch({ query: NOTES, optimistic: true, immediate: true, callback });
    expect(notes()).toBeUndefined();
    page.network.fate = () => ({ kind: 'delivered' });
    page.network.release();
    await page.sync();
    expect(titles()).toEqual(['one']);
    expect(seen).toEqual([false, true]);
  });
});

describe('the contract with Apollo', () => {
  it('has `data.merge`, which writes one entity, invalidates its readers and broadcasts nothing', () => {
    const id = cacheId({ type: 'Note', scope: 's', id: 'i' });
    const plain = new InMemoryCache({ typePolicies: { Note: { keyFields: ['scope', 'id'] } } });
    const query = gql`
      query {
        featured {
          id
          scope
          title
        }
      }
    `;
    plain.writeQuery({ query, data: { featured: { __typename: 'Note', id: 'i', scope: 's', title: 'a' } } });
    const seen: unknown[] = [];
    plain.watch({ query, optimistic: true, callback: ({ result }) => seen.push(result) });
    const { data } = plain as unknown as {
      data: { merge(id: string, incoming: object): void; lookup(id: string): unknown; parent?: unknown };
    };
    expect(data.parent).toBeUndefined();
    expect(data.lookup(id)).toMatchObject({ title: 'a' });
    data.merge(id, { __typename: 'Note', title: 'b' });
    expect(seen).toEqual([]);
    expect(plain.readQuery({ query })).toMatchObject({ featured: { title: 'b' } });
    plain.batch({ update: () => undefined });
    expect(seen).toHaveLength(1);
  });

  it('gives layers a `parent` and their own `data`', () => {
    const plain = new InMemoryCache();
    let layer: { parent?: unknown; data?: object } | undefined;
    plain.batch({
      optimistic: 'x',
      update: (inner) => {
        layer = (inner as unknown as { data: { parent?: unknown; data?: object } }).data;
      },
    });
    expect(layer?.parent).toBeDefined();
    expect(layer?.data).toEqual({});
  });

  it('gives records the id that `cacheId` makes', () => {
    const record = { __typename: 'Note', scope: 'team:"x"', id: 'a_b' };
    expect(cache.identify(record)).toBe(cacheId({ type: 'Note', scope: 'team:"x"', id: 'a_b' }));
  });

  it('keys the same types as the generated policies', () => {
    const generated = new InMemoryCache({
      typePolicies: structuredClone(typePolicies) as unknown as TypePolicies,
    });
    const own = new SyncedCache({ ...page.engine, manifest });
    for (const type of [
      ...Object.keys(manifest.types),
      'NoteUpsertResult',
      'NoteDelta',
      'NoteUpsertPayload',
    ]) {
      const object = { __typename: type, scope: 's', id: 'i' };
      expect(own.identify(object)).toBe(generated.identify(object));
    }
  });
});
