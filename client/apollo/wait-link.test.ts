import type { ApolloClient } from '@apollo/client';
import { ApolloLink, gql } from '@apollo/client';
import { print } from 'graphql';
import { of } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createApolloClient } from './apollo-client.ts';
import { HandDrivenEngine } from './hand-driven-engine.ts';
import { SyncedCache } from './synced-cache.ts';

const TOUCH = gql`
  mutation Touch($n: Int) {
    touch(n: $n)
  }
`;
const OFFLINE = { online: false, phase: 'offline' } as const;
const ONLINE = { online: true, phase: 'idle' } as const;

let device: HandDrivenEngine;
let client: ApolloClient;
let sent: unknown[];

beforeEach(() => {
  device = new HandDrivenEngine();
  sent = [];
  const link = new ApolloLink(({ query, variables }) => {
    sent.push(print(query).includes('touch') ? variables['n'] : query);
    return of({ data: { touch: true } });
  });
  client = createApolloClient({
    engine: device.engine,
    cache: new SyncedCache(device.engine),
    link,
    userId: 'ada',
  }).client;
});

function touch(n: number, offline: 'wait' | 'queue' = 'wait') {
  return client.mutate({ mutation: TOUCH, variables: { n }, context: { offline } });
}

describe("a mutation marked `offline: 'wait'`", () => {
  it('is held offline and sent on reconnect, in order (fails without apollo-link-queue)', async () => {
    device.setStatus(OFFLINE);
    const answers = [touch(1), touch(2)];
    await vi.waitFor(() => expect(device.status().waiting).toBe(2));
    expect(sent).toEqual([]);
    device.setStatus(ONLINE);
    expect((await Promise.all(answers)).map(({ data }) => data)).toEqual([{ touch: true }, { touch: true }]);
    expect(sent).toEqual([1, 2]);
    expect(device.status().waiting).toBe(0);
  });

  it('is held while syncing is paused, too', async () => {
    device.setStatus({ online: true, phase: 'paused' });
    const answer = touch(1);
    await vi.waitFor(() => expect(device.status().waiting).toBe(1));
    device.setStatus(ONLINE);
    await answer;
    expect(sent).toEqual([1]);
  });

  it('is sent at once when there is a connection', async () => {
    await touch(1);
    expect(sent).toEqual([1]);
    expect(device.status().waiting).toBe(0);
  });

  it('is held again after the connection was lost a second time', async () => {
    device.setStatus(OFFLINE);
    device.setStatus(ONLINE);
    device.setStatus(OFFLINE);
    const answer = touch(1);
    await vi.waitFor(() => expect(device.status().waiting).toBe(1));
    expect(sent).toEqual([]);
    device.setStatus(ONLINE);
    await answer;
  });
});

describe('another mark', () => {
  it("`offline: 'queue'` says that it is not available yet", async () => {
    await expect(touch(1, 'queue')).rejects.toMatchObject({ code: 'OFFLINE_QUEUE_UNAVAILABLE' });
  });

  it('that means nothing is refused', async () => {
    const context = { offline: 'later' as 'wait' };
    await expect(client.mutate({ mutation: TOUCH, context })).rejects.toMatchObject({
      code: 'BAD_OFFLINE_OPTION',
    });
    expect(sent).toEqual([]);
  });
});
