// @vitest-environment happy-dom
import { gql } from '@apollo/client';
import { useFragment, useQuery } from '@apollo/client/react';
import type { ReactNode } from 'react';
import { StrictMode, useLayoutEffect } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FragmentRef } from '../apollo/holdfast.ts';
import {
  OfflineProvider,
  SyncBadge,
  useFailedWrites,
  useHoldfast,
  usePendingChanges,
  useSyncedList,
} from '../react.ts';
import { rest } from '../testing/manual-clock.ts';
import { mount, type Mounted } from '../testing/mounted.ts';
import type { SimulatedNetwork } from '../testing/simulated-network.ts';
import { OWN, TestPage } from '../testing/test-apollo.ts';
import { TestWorld } from '../testing/test-device.ts';
import { waitFor } from '../testing/wait-for.ts';

const ROW = gql`
  fragment Row on Note {
    id
    scope
    version
    title
    syncState @client
  }
`;
const NOTES = gql`
  query {
    notes(orderBy: { field: "id" }) {
      ...Row
    }
  }
  ${ROW}
`;

let page: TestPage;
let mounted: Mounted;
let rendered: string[];
let seenMissing: boolean;

beforeEach(async () => {
  const world = new TestWorld();
  for (const id of ['n1', 'n2', 'n3']) world.server.put('Note', OWN, { id, title: id, notebookId: null });
  page = await TestPage.synced({ world });
  mounted = mount();
  rendered = [];
  seenMissing = false;
});

afterEach(async () => {
  mounted.remove();
  await page.holdfast.close();
});

function render(content: ReactNode): void {
  mounted.render(<OfflineProvider holdfast={page.holdfast}>{content}</OfflineProvider>);
}

/** A device that holds nothing yet, before a server with one note. */
async function reopen(network: (network: SimulatedNetwork) => unknown): Promise<void> {
  await page.holdfast.close();
  const world = new TestWorld();
  world.server.put('Note', OWN, { id: 'n1', title: 'one' });
  page = await TestPage.open({ world, network });
}

async function editOffline(id: string, title: string): Promise<void> {
  page.network.plug(false);
  await page.edit('Note', id, { title });
}

/** React and Apollo show a change a moment later. */
const shown = (check: () => void): Promise<void> => waitFor(check);

function Row({ from }: { readonly from: FragmentRef }): ReactNode {
  const { data, complete } = useFragment({ fragment: ROW, from });
  const note = data as { id?: string; title?: string; syncState?: string };
  rendered.push(`row ${String(note.id)}`);
  seenMissing ||= !complete;
  return <li>{complete ? `${String(note.title)} ${String(note.syncState)}` : 'missing'}</li>;
}

const BY_ID = [{ field: 'id', direction: 'ASC' }] as const;

function List({ limit }: { readonly limit: number }): ReactNode {
  const { rows, loading, error, hasMore, loadMore } = useSyncedList({ type: 'Note', orderBy: BY_ID, limit });
  rendered.push('list');
  if (loading) return 'loading';
  if (error !== null) return error.code;
  return (
    <>
      <ul>
        {rows.map((ref) => (
          <Row key={ref.id} from={ref} />
        ))}
      </ul>
      {hasMore && <button onClick={loadMore}>more</button>}
    </>
  );
}

const texts = (): string[] => [...mounted.body.querySelectorAll('li')].map((item) => item.textContent);

describe('useSyncedList', () => {
  it('renders one row when one record changes, and the list not at all', async () => {
    render(<List limit={10} />);
    await shown(() => expect(texts()).toEqual(['n1 SYNCED', 'n2 SYNCED', 'n3 SYNCED']));
    rendered = [];
    await editOffline('n2', 'edited');
    await shown(() => expect(texts()[1]).toBe('edited PENDING'));
    expect(rendered).toEqual(['row n2']);
  });

  it('grows by pages, and begins anew for another query', async () => {
    render(<List limit={2} />);
    await shown(() => expect(texts()).toHaveLength(2));
    mounted.body.querySelector('button')?.click();
    await shown(() => expect(texts()).toHaveLength(3));
    await shown(() => expect(mounted.body.querySelector('button')).toBeNull());
    render(<List limit={1} />);
    await shown(() => expect(texts()).toHaveLength(1));
  });

  it('shows what enters and leaves', async () => {
    render(<List limit={10} />);
    await shown(() => expect(texts()).toHaveLength(3));
    await page.serverEdit('Note', { id: 'n4', title: 'new' });
    await page.serverEdit('Note', { id: 'n1', deleted: true });
    await shown(() => expect(texts()).toEqual(['n2 SYNCED', 'n3 SYNCED', 'new SYNCED']));
  });

  it('keeps its rows when the cache is cleaned', async () => {
    render(<List limit={10} />);
    await shown(() => expect(texts()).toEqual(['n1 SYNCED', 'n2 SYNCED', 'n3 SYNCED']));
    page.cache.gc();
    await page.serverEdit('Note', { id: 'n2', title: 'after gc' });
    await shown(() => expect(texts()).toEqual(['n1 SYNCED', 'after gc SYNCED', 'n3 SYNCED']));
    expect(seenMissing).toBe(false);
  });

  it('is loading until the first download has ended', async () => {
    await reopen((network) => (network.fate = () => ({ kind: 'held' })));
    render(<List limit={10} />);
    await shown(() => expect(mounted.body.textContent).toBe('loading'));
    // What was sent a moment ago is held from now on only.
    await rest();
    page.network.fate = () => ({ kind: 'delivered' });
    page.network.release();
    await page.sync();
    await shown(() => expect(texts()).toEqual(['one SYNCED']));
  });

  it('says why it cannot answer, and answers when it can', async () => {
    await reopen((network) => (network.isPlugged = false));
    render(<List limit={10} />);
    await page.world.clock.until(() => page.engine.status().phase === 'offline');
    await shown(() => expect(mounted.body.textContent).toBe('NEVER_SYNCED'));
    page.network.plug(true);
    await page.sync();
    await shown(() => expect(texts()).toEqual(['one SYNCED']));
  });
});

describe('the provider', () => {
  it("gives Apollo's own hooks the client, in StrictMode too", async () => {
    function Notes(): ReactNode {
      const { data } = useQuery<{ notes: { id: string; title: string }[] }>(NOTES);
      return data?.notes.map(({ id, title }) => <li key={id}>{title}</li>);
    }
    render(
      <StrictMode>
        <Notes />
      </StrictMode>,
    );
    await shown(() => expect(texts()).toEqual(['n1', 'n2', 'n3']));
    await editOffline('n1', 'live');
    await shown(() => expect(texts()[0]).toBe('live'));
  });

  it('is missed with a sentence that says what to do', () => {
    const Lost = (): ReactNode => useHoldfast().client.version;
    expect(() => renderToString(<Lost />)).toThrow('OfflineProvider');
  });
});

describe('usePendingChanges', () => {
  it('misses nothing that is written while it is drawn', async () => {
    function Pending(): ReactNode {
      const pending = usePendingChanges();
      // Before React follows anything.
      useLayoutEffect(() => void page.edit('Note', 'n1', { title: 'at once' }), []);
      return pending.map(({ change, values }) => <li key={change}>{String(values['title'])}</li>);
    }
    page.network.plug(false);
    render(<Pending />);
    await shown(() => expect(texts()).toEqual(['at once']));
  });
});

describe('useFailedWrites', () => {
  it('lists what the server refused, until a person discards it', async () => {
    function Failed(): ReactNode {
      return useFailedWrites().map(({ change, error }) => <li key={change}>{error.code}</li>);
    }
    render(<Failed />);
    page.world.server.refuse = () => ({ code: 'FORBIDDEN', message: 'no', field: null });
    await page.edit('Note', 'n1', { title: 'refused' });
    await page.world.clock.until(() => page.engine.status().failed === 1);
    await shown(() => expect(texts()).toEqual(['FORBIDDEN']));
    await page.engine.discard(page.engine.failed()[0]?.change ?? '');
    await shown(() => expect(texts()).toEqual([]));
  });
});

describe('SyncBadge', () => {
  it('says how far the work has come, for screen readers too', async () => {
    render(<SyncBadge className="mine" />);
    await shown(() => expect(mounted.body.textContent).toBe('Up to date'));
    const badge = mounted.body.querySelector('[role=status]');
    await editOffline('n1', 'edited');
    await page.world.clock.until(() => page.engine.status().phase === 'offline');
    await shown(() => expect(badge?.textContent).toBe('Offline · 1 to send'));
    expect(badge?.getAttribute('data-phase')).toBe('offline');
    expect(badge?.className).toBe('mine');
  });

  it("speaks the app's own language", async () => {
    render(<SyncBadge describe={({ pending }) => `${String(pending)} ausstehend`} />);
    await shown(() => expect(mounted.body.textContent).toBe('0 ausstehend'));
  });
});
