import type { TypePolicies } from '@apollo/client';
import { InMemoryCache, gql } from '@apollo/client';
import { beforeEach, describe, expect, it } from 'vitest';
import { manifest, typePolicies } from '../generated/manifest.ts';
import { cacheId } from './cache-id.ts';
import { HandDrivenEngine } from './hand-driven-engine.ts';
import { SyncedCache } from './synced-cache.ts';

const NOTES = gql`
  query {
    notes(limit: 10) {
      id
      scope
      version
      title
      syncState @client
    }
  }
`;
const WITHOUT_STATE = gql`
  query {
    notes(limit: 10) {
      id
      scope
      version
      title
    }
  }
`;

let device: HandDrivenEngine;
let cache: SyncedCache;

beforeEach(() => {
  device = new HandDrivenEngine();
  cache = new SyncedCache(device.engine);
  device.onChange((changes) => cache.apply(changes));
  device.show('Note', 'n1', { title: 'one', notebookId: null });
  device.show('Note', 'n2', { title: 'two', notebookId: 'b1' });
});

function titles(): unknown {
  const data = cache.readQuery<{ notes: { title: string }[] }>({ query: NOTES });
  return data?.notes.map(({ title }) => title) ?? null;
}

/** What a server would answer that has not seen the device's edits. */
function staleResult(title: string) {
  const note = { __typename: 'Note', id: 'n1', scope: 'user:ada', version: 7, title };
  return { query: WITHOUT_STATE, dataId: 'ROOT_QUERY', result: { notes: [note] } };
}

describe('what is written', () => {
  it('never covers what the device shows: a result with a pending record leaves the edit', () => {
    device.show('Note', 'n1', { title: 'mine' }, { state: 'PENDING' });
    cache.write(staleResult('from the server'));
    expect(titles()).toEqual(['mine', 'two']);
  });

  it('tells watchers once, and only of what the device shows', () => {
    device.show('Note', 'n1', { title: 'mine' }, { state: 'PENDING' });
    const seen: unknown[] = [];
    const callback = ({ result }: { result: unknown }): void => void seen.push(result);
    cache.watch({ query: NOTES, optimistic: true, immediate: true, callback });
    cache.write(staleResult('from the server'));
    expect(seen).toHaveLength(1);
    device.show('Note', 'n1', { title: 'mine again' });
    expect(seen).toHaveLength(2);
  });

  it('never covers it in an optimistic layer either, and a change shows through that layer', () => {
    cache.batch({ optimistic: 'layer', update: () => void cache.write(staleResult('optimistic')) });
    expect(titles()).toEqual(['one', 'two']);
    device.show('Note', 'n1', { title: 'changed meanwhile' });
    const top = cache.read<{ notes: { title: string }[] }>({ query: NOTES, optimistic: true });
    expect(top?.notes[0]?.title).toBe('changed meanwhile');
    cache.removeOptimistic('layer');
    expect(titles()).toEqual(['changed meanwhile', 'two']);
  });

  it('leaves a record that the device does not hold as the network gave it', () => {
    const other = gql`
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
    cache.write({ query: other, dataId: 'ROOT_QUERY', result: { featured } });
    expect(cache.readQuery({ query: other })).toEqual({ featured });
  });

  it('keeps a list: writing fewer rows, as fetchMore does, changes nothing', () => {
    cache.writeQuery({ query: WITHOUT_STATE, data: { notes: [] } });
    expect(titles()).toEqual(['one', 'two']);
  });
});

describe('what is read', () => {
  it('is the same array while nothing entered, left or moved', () => {
    const before = cache.readQuery<{ notes: unknown[] }>({ query: NOTES });
    device.show('Notebook', 'b9', { name: 'elsewhere', color: null });
    expect(cache.readQuery({ query: NOTES })).toBe(before);
  });

  it('survives gc: lists are not emptied, and stay live', () => {
    expect(titles()).toEqual(['one', 'two']);
    cache.gc();
    expect(titles()).toEqual(['one', 'two']);
    device.show('Note', 'n2', { title: 'two, edited' });
    expect(titles()).toEqual(['one', 'two, edited']);
  });

  it('survives gc for watchers of a list and of one row', () => {
    const rows: unknown[] = [];
    cache.watch({
      query: NOTES,
      optimistic: true,
      immediate: true,
      callback: ({ complete }) => rows.push(complete),
    });
    cache.gc();
    cache.batch({ update: () => undefined });
    device.show('Note', 'n1', { title: 'after gc' });
    expect(rows).toEqual([true, true]);
    expect(titles()).toEqual(['after gc', 'two']);
  });

  it('follows `syncState` without storing it', () => {
    const states = (): unknown =>
      cache
        .readQuery<{ notes: { syncState: string }[] }>({ query: NOTES })
        ?.notes.map(({ syncState }) => syncState);
    expect(states()).toEqual(['SYNCED', 'SYNCED']);
    device.mark('Note', 'n1', 'CONFLICT');
    expect(states()).toEqual(['CONFLICT', 'SYNCED']);
    cache.write(staleResult('x'));
    expect(states()).toEqual(['CONFLICT', 'SYNCED']);
    const stored = cache.extract()[cacheId({ type: 'Note', scope: 'user:ada', id: 'n1' })];
    expect(stored).not.toHaveProperty('syncState');
  });

  it('reads a reference as null until its record comes, then as the record, and null again when that is deleted', () => {
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
    device.show('Notebook', 'b1', { name: 'Work', color: null });
    expect(notebook()).toMatchObject({ id: 'b1', name: 'Work' });
    device.show('Notebook', 'b1', {}, { deletedAt: '2026-02-01T00:00:00.000Z' });
    expect(notebook()).toBeNull();
  });

  it('answers one record and a count, live', () => {
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
    device.show('Note', 'n3', { title: 'three', notebookId: null });
    expect(read('n3')).toMatchObject({ note: { title: 'three' }, noteCount: 3 });
  });

  it('is incomplete while the first download runs, and complete after it without a new query', () => {
    device.setState('loading');
    expect(titles()).toBeNull();
    device.setState('ready');
    expect(titles()).toEqual(['one', 'two']);
  });

  it('is there again after the cache was reset', async () => {
    await cache.reset();
    expect(titles()).toEqual(['one', 'two']);
  });

  it('drops a record that left the device', () => {
    expect(titles()).toEqual(['one', 'two']);
    const ref = { type: 'Note', scope: 'user:ada', id: 'n1' };
    device.records.delete(cacheId(ref));
    device.tell({ records: [ref], types: ['Note'] });
    expect(titles()).toEqual(['two']);
    expect(cache.extract()[cacheId(ref)]).toBeUndefined();
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
    for (const type of [
      ...Object.keys(manifest.types),
      'NoteUpsertResult',
      'NoteDelta',
      'NoteUpsertPayload',
    ]) {
      const object = { __typename: type, scope: 's', id: 'i' };
      expect(cache.identify(object)).toBe(generated.identify(object));
    }
  });
});
