import { expect, test } from 'vitest';
import { openDevice } from './device.ts';
import { FieldNotes, serveFieldNotes } from './field-notes.ts';

const server = await serveFieldNotes();

test('I13 an edit that leaves its page in the same task is not lost', async () => {
  await using device = await openDevice();
  await FieldNotes.signIn(device, server.url, 'Ada');
  await device.setOffline(true);
  const { page } = device;
  const titles = ['one', 'two', 'three', 'four', 'five'];
  for (const [before, title] of titles.entries()) {
    await page.waitForFunction((count) => window.holdfast?.sync.pending().length === count, before);
    await page.waitForFunction(() => window.holdfast?.sync.count({ type: 'Note' }).status === 'ready');
    await page.waitForFunction(() => window.holdfast?.sync.status().leader);
    await page
      .evaluate(async (text) => {
        // A new leader looks for what earlier pages left, and locks its table: an edit that leaves right then is not promised. This
        // waits its turn behind that.
        await window.holdfast?.sync.open('user:ada');
        void window.holdfast?.sync.write([{ type: 'Note', id: text, values: { title: text } }]);
        location.replace('about:blank');
      }, title)
      // The page is gone before it could answer.
      .catch(() => undefined);
    await page.waitForURL('about:blank');
    await page.goto(server.url);
  }
  await page.waitForFunction(() => window.holdfast?.sync.count({ type: 'Note' }).status === 'ready');
  await page.waitForFunction((count) => window.holdfast?.sync.pending().length === count, titles.length);
  const pending = await page.evaluate(() =>
    window.holdfast?.sync.pending().map((one) => one.values?.['title']),
  );
  expect(pending).toEqual(titles);
});
