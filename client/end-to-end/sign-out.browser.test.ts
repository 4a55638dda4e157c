import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../api/testing/test-server.ts';
import { openDevice } from './device.ts';
import { FieldNotes, WEB_APP } from './field-notes.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ demo: true, webApp: WEB_APP });
});
afterAll(() => server.stop());

test('I25 a sign-out without a connection takes the notes off every tab, and holds when the connection is back', async () => {
  await using device = await openDevice();
  const ada = new FieldNotes(device, server.url);
  await ada.signIn('Ada');
  await ada.writeNote('Diary', 'For nobody else.');
  await ada.state('Diary', 'Synced').waitFor();
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
