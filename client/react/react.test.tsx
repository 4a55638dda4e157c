// @vitest-environment happy-dom
import { gql } from '@apollo/client';
import { useFragment, useQuery } from '@apollo/client/react';
import type { ReactNode } from 'react';
import { StrictMode } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { ApolloLink } from '@apollo/client';
import { EMPTY } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApolloClient } from '../apollo/apollo-client.ts';
import { HandDrivenEngine } from '../apollo/hand-driven-engine.ts';
import type { FragmentRef, Holdfast } from '../apollo/holdfast.ts';
import { fragmentRef } from '../apollo/holdfast.ts';
import { SyncedCache } from '../apollo/synced-cache.ts';
import { OfflineProvider, SyncBadge, useHoldfast, useSyncedList } from '../react.ts';

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
    notes {
      ...Row
    }
  }
  ${ROW}
`;

let device: HandDrivenEngine;
let holdfast: Holdfast;
let root: Root;
let page: HTMLElement;
let rendered: string[];
let seenMissing: boolean;

beforeEach(() => {
  device = new HandDrivenEngine();
  for (const id of ['n1', 'n2', 'n3']) device.show('Note', id, { title: id, notebookId: null });
  const cache = new SyncedCache(device.engine);
  const { client, close } = createApolloClient({
    engine: device.engine,
    cache,
    link: new ApolloLink(() => EMPTY),
    userId: 'ada',
  });
  holdfast = {
    client,
    sync: device.engine,
    ref: (type, id, scope) => fragmentRef(cache, device.engine, { type, id, scope }),
    close: () => Promise.resolve(close()),
  };
  page = document.body.appendChild(document.createElement('main'));
  root = createRoot(page);
  rendered = [];
  seenMissing = false;
});

afterEach(async () => {
  root.unmount();
  page.remove();
  await holdfast.close();
});

function render(content: ReactNode): void {
  root.render(<OfflineProvider holdfast={holdfast}>{content}</OfflineProvider>);
}

/** React and Apollo show a change a moment later. */
const shown = (check: () => void): Promise<void> => vi.waitFor(check);

function Row({ from }: { readonly from: FragmentRef }): ReactNode {
  const { data, complete } = useFragment({ fragment: ROW, from });
  const note = data as { id?: string; title?: string; syncState?: string };
  rendered.push(`row ${String(note.id)}`);
  seenMissing ||= !complete;
  return <li>{complete ? `${String(note.title)} ${String(note.syncState)}` : 'missing'}</li>;
}

function List({ limit }: { readonly limit: number }): ReactNode {
  const { rows, loading, error, hasMore, loadMore } = useSyncedList({ type: 'Note', limit });
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

const texts = (): string[] => [...page.querySelectorAll('li')].map((item) => item.textContent);

describe('useSyncedList', () => {
  it('renders one row when one record changes, and the list not at all', async () => {
    render(<List limit={10} />);
    await shown(() => expect(texts()).toEqual(['n1 SYNCED', 'n2 SYNCED', 'n3 SYNCED']));
    rendered = [];
    device.show('Note', 'n2', { title: 'edited' }, { state: 'PENDING' });
    await shown(() => expect(texts()[1]).toBe('edited PENDING'));
    expect(rendered).toEqual(['row n2']);
  });

  it('grows by pages, and begins anew for another query', async () => {
    render(<List limit={2} />);
    await shown(() => expect(texts()).toHaveLength(2));
    page.querySelector('button')?.click();
    await shown(() => expect(texts()).toHaveLength(3));
    await shown(() => expect(page.querySelector('button')).toBeNull());
    render(<List limit={1} />);
    await shown(() => expect(texts()).toHaveLength(1));
  });

  it('shows what enters and leaves', async () => {
    render(<List limit={10} />);
    await shown(() => expect(texts()).toHaveLength(3));
    device.show('Note', 'n4', { title: 'new' });
    device.show('Note', 'n1', {}, { deletedAt: '2026-02-01T00:00:00.000Z' });
    await shown(() => expect(texts()).toEqual(['n2 SYNCED', 'n3 SYNCED', 'new SYNCED']));
  });

  it('keeps its rows when the cache is cleaned', async () => {
    render(<List limit={10} />);
    await shown(() => expect(texts()).toEqual(['n1 SYNCED', 'n2 SYNCED', 'n3 SYNCED']));
    holdfast.client.cache.gc();
    device.show('Note', 'n2', { title: 'after gc' });
    await shown(() => expect(texts()).toEqual(['n1 SYNCED', 'after gc SYNCED', 'n3 SYNCED']));
    expect(seenMissing).toBe(false);
  });

  it('says that it is loading, then why it cannot answer, then answers', async () => {
    device.setState('loading');
    render(<List limit={10} />);
    await shown(() => expect(page.textContent).toBe('loading'));
    device.setState('NEVER_SYNCED');
    await shown(() => expect(page.textContent).toBe('NEVER_SYNCED'));
    device.setState('ready');
    await shown(() => expect(texts()).toHaveLength(3));
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
    device.show('Note', 'n1', { title: 'live' });
    await shown(() => expect(texts()[0]).toBe('live'));
  });

  it('is missed with a sentence that says what to do', () => {
    const Lost = (): ReactNode => useHoldfast().client.version;
    expect(() => renderToString(<Lost />)).toThrow('OfflineProvider');
  });
});

describe('SyncBadge', () => {
  it('says how far the work has come, for screen readers too', async () => {
    render(<SyncBadge className="mine" />);
    await shown(() => expect(page.textContent).toBe('Up to date'));
    const badge = page.querySelector('[role=status]');
    device.setStatus({ phase: 'offline', pending: 2, conflicts: 1 });
    await shown(() => expect(badge?.textContent).toBe('Offline · 2 to send · 1 to decide'));
    expect(badge?.getAttribute('data-phase')).toBe('offline');
    expect(badge?.className).toBe('mine');
  });

  it("speaks the app's own language", async () => {
    render(<SyncBadge describe={({ pending }) => `${String(pending)} ausstehend`} />);
    await shown(() => expect(page.textContent).toBe('0 ausstehend'));
  });
});
