import { ApolloLink, gql } from '@apollo/client';
import { Defer20220824Handler } from '@apollo/client/incremental';
import { Subject } from 'rxjs';
import { beforeEach, expect, it } from 'vitest';
import { OWN, TestPage } from '../testing/test-apollo.ts';
import { TestWorld } from '../testing/test-device.ts';
import { waitFor } from '../testing/wait-for.ts';

type Result = ApolloLink.Result;

let page: TestPage;
let sent: string[];
let chunks: Subject<Result>;

beforeEach(async () => {
  const world = new TestWorld();
  world.server.put('Note', OWN, { id: 'n1', title: 'one' });
  sent = [];
  chunks = new Subject();
  const link = new ApolloLink(({ operationName }) => {
    sent.push(operationName ?? '');
    return chunks;
  });
  // An app that uses `@defer` at all says by which of its drafts.
  const clientOptions = { incrementalHandler: new Defer20220824Handler() };
  page = await TestPage.synced({ world, settings: { link, clientOptions } });
});

it('@defer within a synced type: the device answers all of it at once', async () => {
  const query = gql`
    query Notes {
      notes {
        id
        scope
        version
        ... @defer {
          title
        }
      }
    }
  `;
  for (const fetchPolicy of ['cache-first', 'network-only', 'no-cache'] as const) {
    const { data } = await page.holdfast.client.query({ query, fetchPolicy });
    expect(data).toMatchObject({ notes: [{ id: 'n1', title: 'one' }] });
  }
  expect(sent).toEqual([]);
});

it('@defer beside synced fields: the synced ones are there with the first part, the deferred ones follow', async () => {
  const query = gql`
    query Both {
      notes {
        id
        scope
        version
        title
      }
      viewer {
        id
        ... @defer {
          name
        }
      }
    }
  `;
  const seen: unknown[] = [];
  const following = page.holdfast.client
    .watchQuery({ query, fetchPolicy: 'network-only' })
    .subscribe(({ data, dataState }) => {
      if (dataState === 'streaming' || dataState === 'complete') seen.push({ dataState, data });
    });
  await waitFor(() => expect(sent).toEqual(['Both']));
  const viewer = { __typename: 'Viewer', id: 'ada' };
  chunks.next({ data: { viewer }, hasNext: true } as Result);
  await waitFor(() => expect(seen).toHaveLength(1));
  chunks.next({
    incremental: [{ path: ['viewer'], data: { __typename: 'Viewer', name: 'Ada' } }],
    hasNext: false,
  } as Result);
  chunks.complete();
  await waitFor(() => expect(seen).toHaveLength(2));
  const notes = [{ id: 'n1', title: 'one' }];
  expect(seen).toMatchObject([
    { dataState: 'streaming', data: { notes, viewer: { id: 'ada' } } },
    { dataState: 'complete', data: { notes, viewer: { id: 'ada', name: 'Ada' } } },
  ]);
  following.unsubscribe();
});
