import { expect, test } from 'vitest';
import { axeFindings, goTo, shotsOf } from './app-walk.ts';
import { openDevice } from './device.ts';
import { serveFieldNotes } from './field-notes.ts';

const server = await serveFieldNotes();
const NOTES = 1_500;

test('the first download says how far it is, place by place; then a person may stop syncing, and go on', async () => {
  const notes = Array.from({ length: NOTES }, (_, at) => ({
    type: 'Note',
    change: { id: `n${at}`, values: { title: `Note ${at}`, content: 'Words.' } },
  }));
  for (let at = 0; at < NOTES; at += 500) await server.write('user:ada', notes.slice(at, at + 500));

  await using device = await openDevice({ serviceWorkers: false });
  const { page } = device;
  let goOn = (): void => undefined;
  const isAllowedOn = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let pulls = 0;
  await page.route('**/graphql', async (route) => {
    const isLaterPage = /"HoldfastPull".*user:ada/.test(route.request().postData() ?? '') && ++pulls > 1;
    if (isLaterPage) await isAllowedOn;
    await route.continue();
  });
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Ada' }).click();
  await goTo(page, '#view=sync');
  const places = page.getByRole('region', { name: 'Places' });
  await places.getByRole('progressbar', { name: 'First download of Only me' }).waitFor();
  await places.getByText(/^[1-9]\d? %$/).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await shotsOf(page, 'first-download');

  goOn();
  await expect.poll(() => places.getByText('Complete').count()).toBe(3);
  const main = page.getByRole('main');
  await main.getByRole('switch', { name: 'Work offline' }).click();
  await main.getByText('Working offline').waitFor();
  await page.getByRole('button', { name: 'Sync now', disabled: true }).waitFor();
  await main.getByRole('switch', { name: 'Work offline' }).click();
  await page.getByRole('button', { name: 'Sync now' }).click();
  await main.getByText('All changes synced').waitFor();
  await shotsOf(page, 'sync-complete');
});
