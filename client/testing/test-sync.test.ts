import { gql } from '@apollo/client';
import { expect, it } from 'vitest';
import { createTestSync, type TestClient } from './index.ts';
import { NOTES } from './notes-document.ts';
import { testManifest as manifest } from './test-manifest.ts';

const DAY_MS = 86_400_000;

const SAVE = gql`
  mutation ($changes: [NoteUpsert!]!) {
    upsertNotes(changes: $changes) {
      results {
        outcome
      }
    }
  }
`;

const records = { Note: [{ id: 'n1', title: 'Milk' }] };

function save({ client }: TestClient, title: string, id = 'n1') {
  return client.mutate({ mutation: SAVE, variables: { changes: [{ id, title }] } });
}

async function notes({ client }: TestClient): Promise<unknown> {
  const { data } = await client.query({ query: NOTES });
  return data?.notes.map(({ title, syncState }) => `${title} ${syncState}`);
}

const titleOnServer = (test: ReturnType<typeof createTestSync>) =>
  test.server.record('Note', 'user:ada', 'n1')?.['title'];

it('offline: a write shows, survives a reload, and reaches the server three days later', async () => {
  const test = createTestSync({ manifest, records });
  let phone = await test.open();
  await phone.synced();
  phone.network.plug(false);
  await save(phone, 'Milk and bread');
  phone = await phone.reload();
  expect(await notes(phone)).toEqual(['Milk and bread PENDING']);
  await test.clock.sleep(3 * DAY_MS);
  expect(titleOnServer(test)).toBe('Milk');
  phone.network.plug(true);
  await phone.synced();
  expect(await notes(phone)).toEqual(['Milk and bread SYNCED']);
  expect(test.server.record('Note', 'user:ada', 'n1')).toMatchObject({
    title: 'Milk and bread',
    updatedAt: expect.stringMatching(/^2026-02-03T12:00/),
  });
  await phone.close();
});

it("the README's example runs as it stands there", async () => {
  const test = createTestSync({ manifest, records: { Note: [{ id: 'n1', title: 'Milk' }] } });
  let phone = await test.open();
  await phone.synced();

  phone.network.plug(false);
  await phone.sync.write([{ type: 'Note', id: 'n1', values: { title: 'Bread' } }]);
  phone = await phone.reload();
  await test.clock.sleep(3 * 86_400_000);
  phone.network.fate = () => ({ kind: 'lost' });
  phone.network.plug(true);
  await test.clock.until(() => test.server.record('Note', 'user:ada', 'n1')?.['title'] === 'Bread');
  await phone.close();
});

it('the answer is lost: the write is sent again, and takes effect once', async () => {
  const test = createTestSync({ manifest, records });
  const phone = await test.open();
  await phone.synced();
  phone.network.fate = () => ({ kind: 'lost' });
  await save(phone, 'Bread');
  await test.clock.until(() => titleOnServer(test) === 'Bread');
  expect(phone.sync.status().pending).toBe(1);
  phone.network.fate = () => ({ kind: 'delivered' });
  await phone.synced();
  expect(phone.sync.status().pending).toBe(0);
  expect([...test.server.executions.values()]).toEqual([1]);
  await phone.close();
});

it('two devices and a second tab see one another’s writes', async () => {
  const access = {
    ada: [{ id: 'team:x', access: 'WRITE' as const }],
    ben: [{ id: 'team:x', access: 'WRITE' as const }],
  };
  const test = createTestSync({ manifest, access, records: { Note: [{ id: 'n1', scope: 'team:x' }] } });
  const [ada, ben] = [await test.open(), await test.open({ user: 'ben' })];
  await ada.synced();
  await ben.synced();
  await save(ada, 'Eggs');
  const tab = await ada.openTab();
  await test.clock.until(() => ben.sync.list({ type: 'Note' }).status === 'ready');
  await ada.synced();
  await test.clock.pass(1_000);
  expect(await notes(ben)).toEqual(['Eggs SYNCED']);
  expect(await notes(tab)).toEqual(['Eggs SYNCED']);
  for (const client of [ada, ben, tab]) await client.close();
});

it('somebody else’s edit arrives by itself, and the server may refuse', async () => {
  const test = createTestSync({ manifest, records });
  const phone = await test.open();
  await phone.synced();
  test.server.put('Note', 'user:ada', { id: 'n1', title: 'Theirs' });
  await test.clock.pass(1_000);
  expect(await notes(phone)).toEqual(['Theirs SYNCED']);
  test.server.refuse = () => ({ code: 'FORBIDDEN', message: 'no', field: null });
  await save(phone, 'Mine');
  await phone.synced();
  expect(phone.sync.failed()).toMatchObject([{ values: { title: 'Mine' }, error: { code: 'FORBIDDEN' } }]);
  await phone.close();
});

it('a device that was never online says so', async () => {
  const test = createTestSync({ manifest, records });
  const phone = await test.open({ offline: true });
  await test.clock.until(() => phone.sync.status().phase === 'offline');
  await expect(notes(phone)).rejects.toMatchObject({ code: 'NEVER_SYNCED' });
  await expect(phone.synced()).rejects.toThrow();
  await phone.close();
});

it('the same seed gives the same run, another one another', async () => {
  const bodies = async (seed: number): Promise<readonly string[]> => {
    const test = createTestSync({ manifest, records, seed });
    const phone = await test.open();
    await phone.synced();
    await save(phone, 'Bread');
    await phone.synced();
    await phone.close();
    return phone.network.sent.map(({ body }) => body);
  };
  expect(await bodies(1)).toEqual(await bodies(1));
  expect(await bodies(2)).not.toEqual(await bodies(1));
});

it('says which type the manifest lacks', () => {
  expect(() => createTestSync({ manifest, records: { Nope: [{ id: 'x' }] } })).toThrow('Nope');
});
