// @vitest-environment happy-dom
import { useSuspenseQuery } from '@apollo/client/react';
import type { ReactNode } from 'react';
import { StrictMode, Suspense } from 'react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OfflineProvider } from '../react.ts';
import { createTestSync, type TestClient } from '../testing/index.ts';
import { mount, type Mounted } from '../testing/mounted.ts';
import { NOTES } from '../testing/notes-document.ts';
import { testManifest as manifest } from '../testing/test-manifest.ts';
import { waitFor } from '../testing/wait-for.ts';

let mounted: Mounted;
let client: TestClient;

beforeEach(() => {
  mounted = mount();
});

afterEach(async () => {
  mounted.remove();
  await client.close();
});

function Notes(): ReactNode {
  const { data } = useSuspenseQuery(NOTES);
  return data.notes.map(({ title, syncState }) => <li key={title}>{`${title} ${syncState}`}</li>);
}

function render(): void {
  mounted.render(
    <StrictMode>
      <OfflineProvider holdfast={client}>
        <Suspense fallback="loading">
          <Notes />
        </Suspense>
      </OfflineProvider>
    </StrictMode>,
  );
}

const text = (): string => mounted.body.textContent;

describe('Suspense, in StrictMode', () => {
  it('waits for the first download, then follows every change', async () => {
    const test = createTestSync({ manifest, records: { Note: [{ id: 'n1', title: 'Milk' }] } });
    client = await test.open({ fate: () => ({ kind: 'held' }) });
    render();
    await waitFor(() => expect(text()).toBe('loading'));
    client.network.fate = () => ({ kind: 'delivered' });
    client.network.release();
    await client.synced();
    await waitFor(() => expect(text()).toBe('Milk SYNCED'));
    client.network.plug(false);
    await client.sync.write([{ type: 'Note', id: 'n1', values: { title: 'Bread' } }]);
    await waitFor(() => expect(text()).toBe('Bread PENDING'));
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
    observer.observe(mounted.body, { childList: true, subtree: true, characterData: true });
    render();
    await waitFor(() => expect(text()).toBe('Milk SYNCED'));
    observer.disconnect();
    expect(seen).not.toContain('loading');
  });
});
