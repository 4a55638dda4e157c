import { expect, test } from 'vitest';
import { openDevice } from './device.ts';
import { FieldNotes, serveFieldNotes } from './field-notes.ts';
import { shotOf } from './screenshot.ts';

const server = await serveFieldNotes();

const rowsOf = (id: string) =>
  server.sql<{ scope: string; title: string; content: string; version: string }>(
    'select scope, title, content, version from note where id = $1',
    [id],
  );

test('I5 I7 I12 a note written offline survives a reload, reaches Postgres once and shows up on a second device', async () => {
  await using phone = await openDevice();
  const ada = await FieldNotes.signIn(phone, server.url, 'Ada');

  await phone.setOffline(true);
  const id = await ada.writeNote('On the train', 'No network here.');
  await ada.state('On the train', 'Waiting to sync').waitFor();
  await shotOf(phone.page, 'offline-pending');
  expect(await rowsOf(id)).toEqual([]);

  await phone.page.reload();
  await ada.state('On the train', 'Waiting to sync').waitFor();
  await ada.open('On the train');
  await expect.poll(() => ada.content().inputValue()).toBe('No network here.');
  expect(await rowsOf(id)).toEqual([]);

  await phone.setOffline(false);
  await ada.state('On the train', 'Synced').waitFor();
  expect(await rowsOf(id)).toMatchObject([{ scope: 'user:ada', content: 'No network here.', version: '1' }]);

  await using laptop = await openDevice();
  const second = await FieldNotes.signIn(laptop, server.url, 'Ada');
  await second.open('On the train');
  await expect.poll(() => second.content().inputValue()).toBe('No network here.');
  await shotOf(laptop.page, 'second-device');

  // Both edit the same note without a network; each adds words of its own to the same text.
  await Promise.all([phone.setOffline(true), laptop.setOffline(true)]);
  await ada.changeContent('No network here. Still none.');
  await second.changeContent('Well: no network here.');
  await ada.state('On the train', 'Waiting to sync').waitFor();
  await second.state('On the train', 'Waiting to sync').waitFor();

  await phone.setOffline(false);
  await ada.state('On the train', 'Synced').waitFor();
  await laptop.setOffline(false);
  await second.state('On the train', 'Synced').waitFor();

  const [row] = await rowsOf(id);
  for (const app of [ada, second]) {
    await app.device.page.waitForFunction(
      ([noteId, version]) =>
        window.holdfast?.sync.read({ type: 'Note', scope: 'user:ada', id: noteId ?? '' })?.version ===
        Number(version),
      [id, row?.version] as const,
    );
    await expect.poll(() => app.content().inputValue()).toBe(row?.content);
  }
  // One creation and two edits, each accepted once: three positions in this scope, and no more.
  expect(row?.version).toBe('3');
  expect(await server.sql('select head from holdfast.counter where scope = $1', ['user:ada'])).toEqual([
    { head: '3' },
  ]);

  // Every value that lost, if any did, stands in the list of the device that lost it.
  const lost = await Promise.all(
    [ada, second].map((app) => app.device.page.evaluate(() => window.holdfast?.sync.history() ?? [])),
  );
  const isMerged = row?.content.includes('Still none.') === true && row.content.includes('Well:');
  if (!isMerged)
    expect(lost.flat().flatMap((entry) => entry.fields.map((field) => field.field))).toContain('content');
});

test('I24 an edit appears in the other browser without a reload', async () => {
  await using one = await openDevice();
  await using two = await openDevice();
  const ben = await FieldNotes.signIn(one, server.url, 'Ben');
  const benAgain = await FieldNotes.signIn(two, server.url, 'Ben');
  await ben.writeNote('Shopping', 'Bread');
  await benAgain.open('Shopping');
  await ben.changeContent('Bread and butter');
  await two.page.waitForFunction(
    () => document.querySelector<HTMLTextAreaElement>('[aria-label=Content]')?.value === 'Bread and butter',
  );
});
