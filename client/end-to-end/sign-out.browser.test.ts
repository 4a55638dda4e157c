import { expect, test } from 'vitest';
import { NARROW, shotsOf, WIDE } from './app-walk.ts';
import { openDevice } from './device.ts';
import { FieldNotes, serveFieldNotes } from './field-notes.ts';
import { whatIsKept } from './what-is-kept.ts';

const server = await serveFieldNotes();

test('I25 a sign-out without a connection takes the notes off every tab, and holds when the connection is back', async () => {
  await using device = await openDevice();
  const ada = await FieldNotes.signIn(device, server.url, 'Ada');
  await ada.writeNote('Diary', 'For nobody else.');
  await ada.synced('Diary');
  const other = await device.context.newPage();
  await other.goto(server.url);
  await other.getByRole('link', { name: 'Diary' }).waitFor();

  await device.setOffline(true);
  await device.page.getByRole('button', { name: /Account of/ }).click();
  await device.page.getByRole('menuitem', { name: 'Sign out' }).click();
  for (const page of [device.page, other]) {
    await page.getByText('Continue as').waitFor();
    expect(await page.getByText('Diary').count()).toBe(0);
    expect(await page.evaluate(() => window.holdfast)).toBeUndefined();
  }

  // The cookie could not be taken back until now; the next page does that before it shows anything.
  await device.setOffline(false);
  await other.reload();
  await other.getByText('Continue as').waitFor();
  expect(await other.evaluate(async () => (await fetch('/demo/session')).text())).not.toContain('ada');
});

test('I25 security 72, 74, 75 after a sign-out, and for the next user, not a byte of the first one can be read back', async () => {
  await using device = await openDevice();
  const { page } = device;
  const ada = await FieldNotes.signIn(device, server.url, 'Ada');
  await ada.writeNote('Secret recipe', 'Nutmeg.');
  await ada.synced('Secret recipe');
  const ofAda = /\bada\b|Secret recipe|Nutmeg/i;
  const before = await whatIsKept(page);
  expect(before.data).toMatch(/Secret recipe/);
  // The session is a cookie that no script reads: its token is nowhere.
  expect(before.data + before.caches).not.toMatch(/eyJ[\w-]+\.eyJ/);

  await page.getByRole('button', { name: /Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByText('Continue as').waitFor();
  const after = await whatIsKept(page);
  expect(after.data).not.toMatch(ofAda);
  // The app itself names its demo accounts; what somebody wrote is in no cache.
  expect(after.caches).toMatch(/index\.html/);
  expect(after.caches).not.toMatch(/Secret recipe|Nutmeg/);

  const ben = await FieldNotes.signIn(device, server.url, 'Ben');
  const next = await whatIsKept(page);
  expect(next.data).toContain('user:ben');
  expect(next.data).not.toMatch(ofAda);
  expect(next.caches).not.toMatch(/Secret recipe|Nutmeg/);
  await page.waitForFunction(() => window.holdfast?.sync.list({ type: 'Note' }).status === 'ready');
  expect(await ben.item('Secret recipe').count()).toBe(0);
});

test('I12 data that the browser clears shows as lost at once, and again at the next start', async () => {
  await using device = await openDevice();
  const { page } = device;
  const ada = await FieldNotes.signIn(device, server.url, 'Ada');
  await ada.writeNote('Field trip', 'Boots');
  const session = await device.context.newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin: server.url, storageTypes: 'indexeddb' });
  await page.waitForFunction(() => window.holdfast?.sync.status().error?.code === 'STORAGE_GONE');
  const alert = page.getByRole('alert').getByText('This browser deleted what was here');
  await alert.waitFor();
  await shotsOf(page, 'storage-deleted');
  await page.setViewportSize(NARROW);
  await alert.waitFor();
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.waitForFunction(() => window.holdfast?.sync.status().error?.code === 'STORAGE_LOST');
  await page.setViewportSize(WIDE);
  await page.getByText('This browser had deleted what was here').waitFor();
  await page.evaluate(() => window.holdfast?.sync.catchUp());
  await page.reload();
  await page.waitForFunction(() => window.holdfast?.sync.status().scopes.every((scope) => scope.synced));
  expect(await page.evaluate(() => window.holdfast?.sync.status().error)).toBeNull();
});
