// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HoldfastDevtools } from '../devtools.ts';
import { OfflineProvider } from '../react.ts';
import { createTestSync, type TestClient } from '../testing/index.ts';
import { mount, type Mounted } from '../testing/mounted.ts';
import { testManifest as manifest } from '../testing/test-manifest.ts';
import { waitFor } from '../testing/wait-for.ts';

let mounted: Mounted;
let client: TestClient;
let world: ReturnType<typeof createTestSync>;

beforeEach(async () => {
  world = createTestSync({
    manifest,
    records: { Note: [{ id: 'n1', title: 'Milk' }], Card: [{ id: 'c1', text: 'a' }] },
  });
  client = await world.open();
  await client.synced();
  mounted = mount();
  mounted.render(
    <OfflineProvider holdfast={client}>
      <HoldfastDevtools />
    </OfflineProvider>,
  );
  await waitFor(() => expect(rows('Cursors')).not.toEqual([]));
});
afterEach(async () => {
  mounted.remove();
  await client.close();
});

/** The words in the rows of one part of the panel, its head left out. */
function rows(title: string): readonly string[] {
  const parts = [...mounted.body.querySelectorAll('section section')];
  const part = parts.find((one) => one.querySelector('h2')?.textContent.startsWith(title) === true);
  return [...(part?.querySelectorAll('tbody tr') ?? [])].map((row) =>
    [...row.children].map((cell) => cell.textContent.trim()).join(' | '),
  );
}

const button = (name: string) =>
  [...mounted.body.querySelectorAll('button')].find(({ textContent }) => textContent === name);
const said = () => mounted.body.querySelector('p[role=status]')?.textContent;

test('shows an edit from the outbox to the timeline: waiting, sent in vain, answered', async () => {
  client.network.plug(false);
  await client.sync.write([{ type: 'Note', id: 'n1', values: { title: 'Bread' } }]);
  await waitFor(() =>
    expect(rows('Outbox')).toEqual([
      expect.stringMatching(/Note n1 title \| user:ada \| – \| – \| waiting$/),
    ]),
  );
  client.network.plug(true);
  client.network.fate = ({ document }) => ({ kind: document.name === 'HoldfastPush' ? 'lost' : 'delivered' });
  await world.clock.until(
    () => client.sync.inspector.read().exchanges.filter(({ error }) => error !== null).length >= 2,
  );
  await waitFor(() => expect(rows('Outbox')).toEqual([expect.stringMatching(/\| 1 \| \d × \| timed out$/)]));
  expect(rows('Timeline')[0]).toMatch(/↑ push \| user:ada \| 1 change \| .* · timed out$/);
  client.network.fate = () => ({ kind: 'delivered' });
  await client.synced();
  await waitFor(() => expect(rows('Outbox')).toEqual([]));
  expect(rows('Timeline')).toContainEqual(
    expect.stringMatching(/↑ push \| user:ada \| 1 change.* \| \d+ ms$/),
  );
});

test('shows a refusal by its code, a conflict side by side, and where the device stands', async () => {
  client.network.plug(false);
  await client.sync.write([
    { type: 'Note', id: 'n1', values: { title: 'Bread' } },
    { type: 'Card', id: 'c1', values: { text: 'mine' } },
  ]);
  world.server.put('Card', 'user:ada', { id: 'c1', text: 'another' });
  world.server.refuse = (type) =>
    type === 'Note' ? { code: 'RULE_VIOLATED', message: 'Not this one', field: 'title' } : null;
  client.network.plug(true);
  await client.synced();
  await waitFor(() =>
    expect(rows('Outbox')).toEqual([expect.stringMatching(/Note n1 title .* RULE_VIOLATED$/)]),
  );
  expect(rows('Conflicts')).toEqual(['Card c1 | text | "a" | "mine" | "another"']);
  expect(rows('Cursors')).toContainEqual(expect.stringMatching(/Note \| 3 \| 3 \| at its head$/));
});

test('forces the device offline and back, syncs, and compares with the server', async () => {
  const box = mounted.body.querySelector('input');
  box?.click();
  await waitFor(() => expect(client.sync.status().phase).toBe('paused'));
  button('Sync now')?.click();
  await waitFor(() => expect(said()).toMatch(/\w/));
  box?.click();
  await waitFor(() => expect(client.sync.status().phase).not.toBe('paused'));
  button('Check digests')?.click();
  await waitFor(() => expect(said()).toContain('user:ada'));
});
