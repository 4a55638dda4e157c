import type { ApolloClient, TypedDocumentNode } from '@apollo/client';
import { ApolloLink, gql } from '@apollo/client';
import { of } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { StorageError } from '../sync/storage-port.ts';
import { OWN, TestPage } from '../testing/test-apollo.ts';
import { isIdle } from '../testing/test-device.ts';

interface Placed {
  readonly place: { readonly number: number | null };
}

const PLACE: TypedDocumentNode<Placed, { id: string; scope?: string; file?: unknown }> = gql`
  mutation Place($id: ID!, $scope: ID) {
    place(scope: $scope, id: $id) {
      number
    }
  }
`;
const MIXED = gql`
  mutation Mixed($id: ID!) {
    place(id: $id) {
      number
    }
    upsertNotes(changes: [{ id: "n9", title: "x" }]) {
      epoch
    }
  }
`;
const TWO = gql`
  mutation Two($id: ID!) {
    ...Both
  }
  fragment Both on Mutation {
    one: place(id: $id) {
      number
    }
    two: place(id: $id) {
      number
    }
  }
`;

let page: TestPage;
let client: ApolloClient;
let passedOn: string[];
const placed: unknown[] = [];

beforeEach(async () => {
  passedOn = [];
  placed.length = 0;
  const link = new ApolloLink(({ operationName = '' }) => {
    passedOn.push(operationName);
    return of({ data: {} });
  });
  page = await TestPage.synced({ settings: { link } });
  client = page.holdfast.client;
  page.world.server.operations.set('Place', ({ variables, scope }) => {
    placed.push({ ...variables, in: scope });
    return { place: { number: placed.length } };
  });
});

const context = { offline: 'queue' } as const;

describe("a mutation marked `offline: 'queue'`", () => {
  it('R32 resolves once it is durable, with the optimistic response, and tells the real result by settled(change)', async () => {
    page.network.plug(false);
    const { data, extensions } = await client.mutate({
      mutation: PLACE,
      variables: { id: 'o1' },
      optimisticResponse: { place: { number: null } },
      context,
    });
    expect(data).toEqual({ place: { number: null } });
    const { state, change } = extensions?.['holdfast'] as { state: string; change: string };
    expect(state).toBe('QUEUED');
    expect(page.engine.status().pending).toBe(1);

    await page.holdfast.close();
    const again = await TestPage.open({ world: page.world, device: page.device });
    const settled = again.engine.settled(change);
    await page.world.clock.until(isIdle(again.engine));
    expect(await settled).toMatchObject({ outcome: 'APPLIED', data: { place: { number: 1 } } });
    expect([placed, passedOn]).toEqual([[{ id: 'o1', in: OWN }], []]);
  });

  it('answers `data: null` without an optimistic response, and what a function makes of the variables', async () => {
    expect((await client.mutate({ mutation: PLACE, variables: { id: 'o1' }, context })).data).toBeNull();
    const { data } = await client.mutate({
      mutation: PLACE,
      variables: { id: 'o2' },
      optimisticResponse: ({ id }) => ({ place: { number: Number(id.slice(1)) } }),
      context,
    });
    expect(data).toEqual({ place: { number: 2 } });
  });

  it('R32 takes its number in the scope that its argument or the context names', async () => {
    await client.mutate({ mutation: PLACE, variables: { id: 'o1', scope: 'team:demo' }, context });
    await client.mutate({
      mutation: PLACE,
      variables: { id: 'o2' },
      context: { ...context, scope: 'team:demo' },
    });
    await client.mutate({ mutation: PLACE, variables: { id: 'o3' }, context });
    await page.world.clock.until(isIdle(page.engine));
    expect(placed).toEqual(
      expect.arrayContaining([
        { id: 'o1', scope: 'team:demo', in: 'team:demo' },
        { id: 'o2', in: 'team:demo' },
        { id: 'o3', in: OWN },
      ]),
    );
    await expect(
      client.mutate({ mutation: PLACE, variables: { id: 'o4', scope: 'team:other' }, context }),
    ).rejects.toMatchObject({ code: 'SCOPE_FORBIDDEN' });
  });

  it.each([
    ['a File', new File(['x'], 'x.txt')],
    ['a function', () => 1],
    ['no number', NaN],
    ['a map', new Map()],
    ['one of them deep inside', { list: [{ blob: new Blob([]) }] }],
  ])('refuses variables that hold %s', async (_, file) => {
    await expect(
      client.mutate({ mutation: PLACE, variables: { id: 'o1', file }, context }),
    ).rejects.toMatchObject({ code: 'VARIABLES_NOT_JSON' });
    expect(page.engine.status().pending).toBe(0);
  });

  it('keeps a Date as its text and leaves out what is undefined', async () => {
    const variables = { id: 'o1', file: { at: new Date(0), nothing: undefined, list: [1, undefined] } };
    await client.mutate({ mutation: PLACE, variables, context });
    expect(page.engine.pending()[0]?.operation?.variables).toEqual({
      id: 'o1',
      file: { at: '1970-01-01T00:00:00.000Z', list: [1, null] },
    });
  });

  it('R32 stands alone: with company, of synced fields or not, nothing is stored', async () => {
    for (const mutation of [MIXED, TWO]) {
      await expect(client.mutate({ mutation, variables: { id: 'o1' }, context })).rejects.toMatchObject({
        code: 'OPERATION_NOT_ALONE',
      });
    }
    expect([page.engine.status().pending, passedOn]).toEqual([0, []]);
  });

  it('I13 fails when the device cannot store it', async () => {
    page.device.database.faults.beforeCommit = () => {
      throw new StorageError('QUOTA', 'full');
    };
    await expect(client.mutate({ mutation: PLACE, variables: { id: 'o1' }, context })).rejects.toMatchObject({
      code: 'STORAGE',
    });
    page.device.database.faults.beforeCommit = undefined;
    expect(page.engine.status().pending).toBe(0);
  });

  it('is for named mutations only', async () => {
    const query = gql`
      query Other {
        other
      }
    `;
    const mutation = gql`
      mutation {
        place(id: "o1") {
          number
        }
      }
    `;
    const code = 'BAD_OFFLINE_OPTION';
    await expect(client.query({ query, context })).rejects.toMatchObject({ code });
    await expect(client.mutate({ mutation, context })).rejects.toMatchObject({ code });
  });
});
