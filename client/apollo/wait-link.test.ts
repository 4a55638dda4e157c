import type { ApolloClient } from '@apollo/client';
import { ApolloLink, gql } from '@apollo/client';
import { of } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { rest } from '../testing/manual-clock.ts';
import { TestPage } from '../testing/test-apollo.ts';

const TOUCH = gql`
  mutation Touch($n: Int) {
    touch(n: $n)
  }
`;

let page: TestPage;
let client: ApolloClient;
let sent: unknown[];

beforeEach(async () => {
  sent = [];
  const link = new ApolloLink(({ variables }) => {
    sent.push(variables['n']);
    return of({ data: { touch: true } });
  });
  page = await TestPage.synced({ settings: { link } });
  client = page.holdfast.client;
});

function touch(n: number) {
  return client.mutate({ mutation: TOUCH, variables: { n }, context: { offline: 'wait' } });
}

/** Resolves when the engine says that so many are held. */
const held = (count: number): Promise<void> =>
  page.world.clock.until(() => page.engine.status().waiting === count);

async function plug(isPlugged: boolean): Promise<void> {
  page.network.plug(isPlugged);
  await page.world.clock.until(() => page.engine.status().online === isPlugged);
  await rest();
}

describe("a mutation marked `offline: 'wait'`", () => {
  it('is held offline and sent on reconnect, in order (fails without apollo-link-queue)', async () => {
    await plug(false);
    const answers = [touch(1), touch(2)];
    await held(2);
    expect(sent).toEqual([]);
    await plug(true);
    expect((await Promise.all(answers)).map(({ data }) => data)).toEqual([{ touch: true }, { touch: true }]);
    expect(sent).toEqual([1, 2]);
    expect(page.engine.status().waiting).toBe(0);
  });

  it('is held while syncing is paused, too', async () => {
    await page.engine.pause();
    await rest();
    const answer = touch(1);
    await held(1);
    expect(sent).toEqual([]);
    await page.engine.resume();
    await answer;
    expect(sent).toEqual([1]);
  });

  it('is sent at once when there is a connection', async () => {
    await touch(1);
    expect(sent).toEqual([1]);
    expect(page.engine.status().waiting).toBe(0);
  });

  it('is held again after the connection was lost a second time', async () => {
    await plug(false);
    await plug(true);
    await plug(false);
    const answer = touch(1);
    await held(1);
    expect(sent).toEqual([]);
    await plug(true);
    await answer;
  });
});

describe('another mark', () => {
  it('that means nothing is refused', async () => {
    const context = { offline: 'later' as 'wait' };
    await expect(client.mutate({ mutation: TOUCH, context })).rejects.toMatchObject({
      code: 'BAD_OFFLINE_OPTION',
    });
    expect(sent).toEqual([]);
  });
});
