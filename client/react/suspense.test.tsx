// @vitest-environment happy-dom
import type { TypedDocumentNode } from '@apollo/client';
import { gql } from '@apollo/client';
import { useSuspenseQuery } from '@apollo/client/react';
import type { ReactNode } from 'react';
import { StrictMode, Suspense } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OfflineProvider } from '../react.ts';
import { createTestSync, type TestClient } from '../testing/index.ts';
import { testManifest as manifest } from '../testing/test-manifest.ts';

const NOTES: TypedDocumentNode<{ notes: { id: string; title: string; syncState: string }[] }> = gql`
  query {
    notes(orderBy: { field: "id" }) {
      id
      scope
      version
      title
      syncState @client
    }
  }
`;

let root: Root;
let body: HTMLElement;
let client: TestClient;

beforeEach(() => {
  body = document.body.appendChild(document.createElement('main'));
  root = createRoot(body);
});

afterEach(async () => {
  root.unmount();
  body.remove();
  await client.close();
});

function Notes(): ReactNode {
  const { data } = useSuspenseQuery(NOTES);
  return data.notes.map(({ id, title, syncState }) => <li key={id}>{`${title} ${syncState}`}</li>);
}

function render(): void {
  root.render(
    <StrictMode>
      <OfflineProvider holdfast={client}>
        <Suspense fallback="loading">
          <Notes />
        </Suspense>
      </OfflineProvider>
    </StrictMode>,
  );
}

const text = (): string => body.textContent;

describe('Suspense, in StrictMode', () => {
  it('waits for the first download, then follows every change', async () => {
    const test = createTestSync({ manifest, records: { Note: [{ id: 'n1', title: 'Milk' }] } });
    client = await test.open({ fate: () => ({ kind: 'held' }) });
    render();
    await vi.waitFor(() => expect(text()).toBe('loading'));
    client.network.fate = () => ({ kind: 'delivered' });
    client.network.release();
    await client.synced();
    await vi.waitFor(() => expect(text()).toBe('Milk SYNCED'));
    client.network.plug(false);
    await client.sync.write([{ type: 'Note', id: 'n1', values: { title: 'Bread' } }]);
    await vi.waitFor(() => expect(text()).toBe('Bread PENDING'));
  });

  it('shows at once what the device holds: no fallback after a reload, without a connection', async () => {
    const test = createTestSync({ manifest, records: { Note: [{ id: 'n1', title: 'Milk' }] } });
    client = await test.open();
    await client.synced();
    client.network.plug(false);
    client = await client.reload();
    await client.sync.ready();
    const seen: string[] = [];
    const observer = new MutationObserver(() => seen.push(text()));
    observer.observe(body, { childList: true, subtree: true, characterData: true });
    render();
    await vi.waitFor(() => expect(text()).toBe('Milk SYNCED'));
    observer.disconnect();
    expect(seen).not.toContain('loading');
  });
});
