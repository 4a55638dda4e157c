import type { ApolloClient, ApolloLink as Link, OperationVariables, TypedDocumentNode } from '@apollo/client';
import { ApolloLink, gql } from '@apollo/client';
import { print } from 'graphql';
import { of, throwError } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { rest } from '../testing/manual-clock.ts';
import { OWN, TestPage } from '../testing/test-apollo.ts';
import { TestWorld } from '../testing/test-device.ts';
import type { OfflineClientError } from './errors.ts';
import { waitFor } from '../testing/wait-for.ts';

interface NoteRow {
  readonly id: string;
  readonly title: string;
  readonly syncState: string;
}

const NOTES: TypedDocumentNode<{ notes: NoteRow[] }> = gql`
  query Notes($limit: Int) {
    notes(limit: $limit, orderBy: { field: "id" }) {
      id
      scope
      version
      title
      syncState @client
    }
  }
`;
const MIXED: TypedDocumentNode<{ notes: NoteRow[]; viewer: { id: string; name: string } }> = gql`
  query Mixed($limit: Int, $unit: String) {
    ...Both
  }
  fragment Both on Query {
    notes(limit: $limit, orderBy: { field: "id" }) {
      ...Row
    }
    viewer {
      id
      name(unit: $unit)
    }
  }
  fragment Row on Note {
    id
    scope
    version
    title
    syncState @client
  }
`;
const UPSERT: TypedDocumentNode<
  { upsertNotes: { results: { id: string; outcome: string; record: NoteRow | null; error: unknown }[] } },
  OperationVariables
> = gql`
  mutation Upsert($changes: [NoteUpsert!]!) {
    upsertNotes(changes: $changes) {
      epoch
      results {
        id
        seq
        outcome
        replayed
        record {
          id
          scope
          version
          title
          syncState @client
        }
        conflicts {
          field
        }
        error {
          code
          message
          field
        }
      }
    }
  }
`;

let page: TestPage;
let client: ApolloClient;
let sent: Link.Operation[];
let answerSent: (operation: Link.Operation) => ReturnType<Link.ForwardFunction>;

const settings = {
  link: new ApolloLink((operation) => {
    sent.push(operation);
    return answerSent(operation);
  }),
};

function worldWithOneNote(): TestWorld {
  const world = new TestWorld();
  world.server.put('Note', OWN, { id: 'n1', title: 'one', notebookId: null });
  return world;
}

beforeEach(async () => {
  sent = [];
  answerSent = () => of({ data: { viewer: { __typename: 'Viewer', id: 'ada', name: 'Ada' } } });
  page = await TestPage.synced({ world: worldWithOneNote(), settings });
  client = page.holdfast.client;
});

/** Follows the list; what it showed, in order. */
function follow(options: { readonly fetchPolicy?: 'cache-and-network' } = {}): {
  readonly seen: readonly (readonly string[])[];
  stop(): void;
} {
  const seen: (readonly string[])[] = [];
  const following = client.watchQuery({ query: NOTES, ...options }).subscribe(({ data, dataState }) => {
    if (dataState === 'complete') seen.push(data.notes.map(({ title }) => title));
  });
  return { seen, stop: () => following.unsubscribe() };
}

async function editOffline(id: string, title: string): Promise<void> {
  page.network.plug(false);
  await page.edit('Note', id, { title });
}

describe('a query of synced types', () => {
  it('cache-first and cache-only: the device answers, and nobody is asked', async () => {
    const asked = await page.asksForPull(async () => {
      expect((await client.query({ query: NOTES })).data?.notes[0]?.title).toBe('one');
      expect((await client.query({ query: NOTES, fetchPolicy: 'cache-only' })).data?.notes).toHaveLength(1);
    });
    expect(asked).toBe(false);
    expect(sent).toEqual([]);
  });

  it('network-only: the device answers, and a pull is asked for', async () => {
    const asked = await page.asksForPull(async () => {
      expect((await client.query({ query: NOTES, fetchPolicy: 'network-only' })).data?.notes).toHaveLength(1);
    });
    expect(asked).toBe(true);
    expect(sent).toEqual([]);
  });

  it('refetch: the device answers, and a pull is asked for', async () => {
    const watched = client.watchQuery({ query: NOTES });
    const following = watched.subscribe(() => undefined);
    expect(await page.asksForPull(() => watched.refetch())).toBe(true);
    following.unsubscribe();
  });

  it('cache-and-network: the device answers, and a pull is asked for', async () => {
    const asked = await page.asksForPull(async () => {
      const { seen, stop } = follow({ fetchPolicy: 'cache-and-network' });
      await waitFor(() => expect(seen).toEqual([['one']]));
      stop();
    });
    expect(asked).toBe(true);
  });

  it('pollInterval: the device answers, and a pull is asked for', async () => {
    const requestPull = vi.spyOn(page.engine, 'requestPull');
    const following = client.watchQuery({ query: NOTES, pollInterval: 5 }).subscribe(() => undefined);
    await waitFor(() => expect(requestPull.mock.calls.length).toBeGreaterThan(1));
    following.unsubscribe();
  });

  it('resetStore: the device answers again, and a pull is asked for', async () => {
    const { seen, stop } = follow();
    expect(await page.asksForPull(() => client.resetStore())).toBe(true);
    expect(seen.at(-1)).toEqual(['one']);
    stop();
  });

  it('no-cache: the device answers, and `@client` fields are null', async () => {
    const { data } = await client.query({ query: NOTES, fetchPolicy: 'no-cache' });
    expect(data?.notes[0]).toMatchObject({ title: 'one', syncState: null });
  });

  it('fetchMore appends nothing, and loses no `syncState`', async () => {
    const watched = client.watchQuery({ query: NOTES, variables: { limit: 1 } });
    const following = watched.subscribe(() => undefined);
    await page.serverEdit('Note', { id: 'n2', title: 'two' });
    await watched.fetchMore({
      variables: { limit: 2 },
      updateQuery: (before, { fetchMoreResult }) => ({ notes: [...before.notes, ...fetchMoreResult.notes] }),
    });
    const { data } = watched.getCurrentResult();
    expect(data?.notes).toMatchObject([{ id: 'n1', syncState: 'SYNCED' }]);
    following.unsubscribe();
  });

  it('is live: a change on the device reaches who watches', async () => {
    const { seen, stop } = follow();
    await waitFor(() => expect(seen).toEqual([['one']]));
    await editOffline('n2', 'two');
    await waitFor(() => expect(seen).toEqual([['one'], ['one', 'two']]));
    stop();
  });
});

describe('before the first download', () => {
  it('a query is loading until that has ended', async () => {
    page = await TestPage.open({
      world: worldWithOneNote(),
      network: (network) => {
        network.fate = ({ document }) => ({ kind: document.name === 'HoldfastPull' ? 'held' : 'delivered' });
      },
    });
    let isAnswered = false;
    const answer = page.holdfast.client.query({ query: NOTES }).finally(() => (isAnswered = true));
    await page.world.clock.pass(5_000);
    expect(isAnswered).toBe(false);
    page.network.fate = () => ({ kind: 'delivered' });
    page.network.release();
    await page.sync();
    expect((await answer).data?.notes).toHaveLength(1);
  });

  it('a query says NEVER_SYNCED offline, and shows the list when that has come', async () => {
    page = await TestPage.open({
      world: worldWithOneNote(),
      network: (network) => (network.isPlugged = false),
    });
    const seen: (string | number | undefined)[] = [];
    const following = page.holdfast.client
      .watchQuery({ query: NOTES })
      .subscribe(({ data, error, dataState }) =>
        seen.push(
          dataState === 'complete' ? data.notes.length : (error as OfflineClientError | undefined)?.code,
        ),
      );
    await page.world.clock.until(() => page.engine.status().phase === 'offline');
    await waitFor(() => expect(seen.at(-1)).toBe('NEVER_SYNCED'));
    page.network.plug(true);
    await page.sync();
    await waitFor(() => expect(seen.at(-1)).toBe(1));
    following.unsubscribe();
  });
});

describe('a selection that the device cannot answer', () => {
  const codeOf = async (text: string): Promise<string> => {
    const failure: unknown = await client
      .query({ query: gql(text), fetchPolicy: 'network-only' })
      .catch((error: unknown) => error);
    return (failure as OfflineClientError).code;
  };

  it('is refused when it lacks id, scope or version, also of a reference', async () => {
    expect(await codeOf('{ notes { id scope } }')).toBe('SELECTION_INCOMPLETE');
    expect(await codeOf('{ notes { key: id scope version } }')).toBe('SELECTION_INCOMPLETE');
    expect(await codeOf('{ notes { id scope version notebook { name } } }')).toBe('SELECTION_INCOMPLETE');
  });

  it('NOT_ON_DEVICE: is refused when a field is not there, has arguments, or is known to the device only', async () => {
    expect(await codeOf('{ notes { id scope version comments { id } } }')).toBe('NOT_ON_DEVICE');
    expect(await codeOf('{ notes { id scope version title(length: 3) } }')).toBe('NOT_ON_DEVICE');
    expect(await codeOf('{ notes { id scope version syncState } }')).toBe('NOT_ON_DEVICE');
    expect(sent).toEqual([]);
  });
});

describe('a document that mixes synced and other fields', () => {
  it('sends the others only, without what nobody uses any more, and fills in the synced ones', async () => {
    const { data } = await client.query({ query: MIXED, variables: { limit: 5, unit: 'u' } });
    expect(data).toMatchObject({
      notes: [{ id: 'n1', title: 'one', syncState: 'SYNCED' }],
      viewer: { id: 'ada', name: 'Ada' },
    });
    expect(sent).toHaveLength(1);
    expect(print(sent[0]?.query ?? NOTES)).toBe(
      'query Mixed($unit: String) {\n  ... on Query {\n    viewer {\n      id\n      name(unit: $unit)\n      __typename\n    }\n    __typename\n  }\n}',
    );
    expect(sent[0]?.variables).toEqual({ unit: 'u' });
  });

  it('is not sent at all when its fragments hold synced fields only', async () => {
    const query = gql(
      'query { ...Counted } fragment Counted on Query { noteCount all: noteCount @include(if: true) }',
    );
    expect((await client.query({ query, fetchPolicy: 'network-only' })).data).toMatchObject({
      noteCount: 1,
      all: 1,
    });
    expect(sent).toEqual([]);
  });

  it('never covers a pending edit, also when it is fetched again', async () => {
    await client.query({ query: MIXED, variables: {} });
    await editOffline('n1', 'mine');
    const { data } = await client.query({ query: MIXED, variables: {}, fetchPolicy: 'network-only' });
    expect(data?.notes).toMatchObject([{ title: 'mine', syncState: 'PENDING' }]);
  });

  it('shows what the device shows of a synced record inside of another type', async () => {
    const note = { __typename: 'Note', id: 'n1', scope: OWN, version: 9, title: 'stale' };
    answerSent = () => of({ data: { featured: { __typename: 'Featured', note } } });
    const query = gql('{ featured { note { id scope version title syncState @client } } }');
    await editOffline('n1', 'mine');
    const { data } = await client.query({ query });
    expect(data).toMatchObject({ featured: { note: { title: 'mine', syncState: 'PENDING' } } });
  });

  it('fails as a whole when the others fail', async () => {
    answerSent = () => throwError(() => new TypeError('offline'));
    await expect(client.query({ query: MIXED, variables: {} })).rejects.toThrow('offline');
  });
});

describe('an upsert', () => {
  it('resolves with QUEUED and the record as it is shown, and names the change', async () => {
    const { data, extensions } = (await client.mutate({
      mutation: UPSERT,
      variables: { changes: [{ id: 'n1', title: 'edited' }] },
    })) as { data?: { upsertNotes: unknown }; extensions?: unknown };
    expect(data?.upsertNotes).toMatchObject({
      epoch: '',
      results: [
        {
          __typename: 'NoteUpsertResult',
          id: 'n1',
          seq: null,
          outcome: 'QUEUED',
          replayed: false,
          record: { id: 'n1', title: 'edited', syncState: 'PENDING' },
          conflicts: [],
          error: null,
        },
      ],
    });
    expect(extensions).toEqual({ holdfast: { state: 'QUEUED', changes: [expect.any(String)] } });
    expect(sent).toEqual([]);
  });

  it('answers REJECTED for the item that the manifest forbids, and QUEUED for the others', async () => {
    const changes = [
      { id: 'n1', title: 'x'.repeat(201) },
      { id: 'n9', title: 'new' },
    ];
    const { data } = await client.mutate({ mutation: UPSERT, variables: { changes } });
    expect(data?.upsertNotes.results).toMatchObject([
      {
        id: 'n1',
        outcome: 'REJECTED',
        error: { code: 'BAD_INPUT', field: 'title' },
        record: { title: 'one' },
      },
      { id: 'n9', outcome: 'QUEUED', error: null, record: { title: 'new' } },
    ]);
  });

  it('shows in a watched list once, before it resolves', async () => {
    const { seen, stop } = follow();
    await waitFor(() => expect(seen).toEqual([['one']]));
    await client.mutate({ mutation: UPSERT, variables: { changes: [{ id: 'n2', title: 'two' }] } });
    await rest();
    expect(seen).toEqual([['one'], ['one', 'two']]);
    stop();
  });

  it('reaches the server, whose outcome `settled` gives', async () => {
    const { extensions } = (await client.mutate({
      mutation: UPSERT,
      variables: { changes: [{ id: 'n1', title: 'edited' }] },
    })) as unknown as { extensions?: { holdfast: { changes: string[] } } };
    const settled = page.engine.settled(extensions?.holdfast.changes[0] ?? '');
    await page.world.clock.until(() => page.engine.status().pending === 0);
    expect(await settled).toMatchObject({ outcome: 'APPLIED' });
    expect(page.world.server.record('Note', OWN, 'n1')).toMatchObject({ title: 'edited' });
  });

  it('optimisticResponse is ignored, with a warning in development', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { seen, stop } = follow();
    await waitFor(() => expect(seen).toEqual([['one']]));
    const record = {
      __typename: 'Note',
      id: 'n1',
      scope: OWN,
      version: 1,
      title: 'guess',
      syncState: 'SYNCED',
    };
    await client.mutate({
      mutation: UPSERT,
      variables: { changes: [{ id: 'n1', title: 'edited' }] },
      optimisticResponse: {
        upsertNotes: { results: [{ id: 'n1', outcome: 'APPLIED', record, error: null }] },
      },
    });
    await rest();
    expect(seen).toEqual([['one'], ['edited']]);
    expect(warn.mock.calls.flat().join(' ')).toContain('optimisticResponse');
    warn.mockRestore();
    stop();
  });

  it('is refused when the record it asks back lacks its version', async () => {
    const mutation = gql(
      'mutation { upsertNotes(changes: [{ id: "n1" }]) { results { record { id scope } } } }',
    );
    await expect(client.mutate({ mutation })).rejects.toMatchObject({ code: 'SELECTION_INCOMPLETE' });
  });

  it('hands over what a form had read, and a delete', async () => {
    const write = vi.spyOn(page.engine, 'write');
    const changes = [
      { id: 'n1', title: 'x', version: 1, base: { title: 'w' }, group: 'g', deleted: true, seq: 3 },
    ];
    await client.mutate({ mutation: UPSERT, variables: { changes } });
    expect(write.mock.calls[0]?.[0]).toEqual([
      {
        type: 'Note',
        id: 'n1',
        scope: undefined,
        values: { title: 'x' },
        deleted: true,
        group: 'g',
        version: 1,
        base: { title: 'w' },
      },
    ]);
  });
});

describe('what does not sync', () => {
  it('goes to the server, naming the user whom it is meant for', async () => {
    await client.query({ query: gql('{ viewer { id } }') });
    expect(sent[0]?.extensions).toEqual({ holdfast: { protocol: 1, viewer: 'ada' } });
  });

  it("a mutation's own result never covers a pending edit, nor empties a list", async () => {
    const { seen, stop } = follow();
    await waitFor(() => expect(seen).toEqual([['one']]));
    await editOffline('n1', 'mine');
    const stale = { __typename: 'Note', id: 'n1', scope: OWN, version: 9, title: 'stale' };
    answerSent = () => of({ data: { feature: stale } });
    const mutation = gql('mutation { feature { id scope version title syncState @client } }');
    const { data } = await client.mutate({ mutation, refetchQueries: 'active', awaitRefetchQueries: true });
    expect(data).toMatchObject({ feature: { syncState: 'PENDING' } });
    await rest();
    expect(new Set(seen.flat())).toEqual(new Set(['one', 'mine']));
    expect(seen.at(-1)).toEqual(['mine']);
    stop();
  });

  it('fails at once offline when it is a mutation without a mark, as in Apollo', async () => {
    page.network.plug(false);
    answerSent = () => throwError(() => new TypeError('offline'));
    await expect(client.mutate({ mutation: gql('mutation { touch }') })).rejects.toThrow('offline');
  });
});
