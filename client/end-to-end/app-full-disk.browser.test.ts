import { expect, test } from 'vitest';
import { goTo, shotsOf, visit } from './app-walk.ts';
import { serveFieldNotes } from './field-notes.ts';

const server = await serveFieldNotes({ withTeam: true });

const NOTE = '#in=team:demo&note=soil-samples';

test('text that a full disk does not take is said to be unsaved, outlives its editor, and is saved when there is room', async () => {
  await using device = await visit(server.url, 'Ada');
  const { page, context } = device;
  const session = await context.newCDPSession(page);
  const { origin } = new URL(server.url);
  const content = page.getByRole('textbox', { name: 'Content' });
  const state = page.getByRole('status').getByText('Not saved yet');
  await page.evaluate(() => window.holdfast?.sync.pause());

  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
  await goTo(page, NOTE);
  let text = 'Written on a full disk';
  // Chromium goes by the room that it has asked for before, for half a minute at most.
  await expect
    .poll(
      async () => {
        await content.fill((text += '.'));
        return state.isVisible();
      },
      { timeout: 60_000, interval: 500 },
    )
    .toBe(true);
  await shotsOf(page, 'full-disk');

  await goTo(page, '#space=team:demo');
  await content.waitFor({ state: 'detached' });
  // The last words are set aside once their save has failed.
  await page.waitForFunction(
    (words) => Object.values(localStorage).some((kept) => String(kept).includes(words)),
    text,
  );
  await page.reload();
  await goTo(page, NOTE);
  await expect.poll(() => content.inputValue()).toBe(text);
  await state.waitFor();

  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  const pending = await page.evaluate(() => window.holdfast?.sync.pending().length ?? 0);
  await page.getByText(`Only on this device: ${pending + 1} change`).waitFor();
  await shotsOf(page, 'full-disk-sign-out');
  await page.getByRole('button', { name: 'Stay signed in' }).click();

  await session.send('Storage.overrideQuotaForOrigin', { origin });
  await page.evaluate(() => window.holdfast?.sync.resume());
  // Whoever could not take the lead on the full disk tries again now and then.
  await page.getByRole('status').getByText('Synced', { exact: true }).waitFor({ timeout: 60_000 });
  expect(await content.inputValue()).toBe(text);
  expect(
    await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('unsaved'))),
  ).toEqual([]);
});
