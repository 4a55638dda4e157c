import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goTo, shotsOf } from './app-walk.ts';
import { openDevice } from './device.ts';
import { FieldNotes, serveFieldNotes, WEB_APP } from './field-notes.ts';

const server = await serveFieldNotes();

test('the app can be installed, is offered politely, and opens without a connection', async () => {
  await using device = await openDevice();
  const { page, context } = device;
  await FieldNotes.signIn(device, server.url, 'Ada');
  const session = await context.newCDPSession(page);
  const { manifest, errors } = await session.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  expect(manifest).toMatchObject({
    id: `${server.url}/`,
    startUrl: `${server.url}/`,
    display: 'kStandalone',
  });
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  expect(installabilityErrors).toEqual([]);

  await goTo(page, '#view=sync');
  await page.getByRole('button', { name: 'Install' }).waitFor();
  await shotsOf(page, 'sync-install');
  // Nobody can answer what a browser without a screen asks; that it is asked once is for the app to see to.
  await page.evaluate(() => {
    const offer = new Event('beforeinstallprompt', { cancelable: true });
    Object.assign(offer, { prompt: () => document.body.setAttribute('data-asked', '') });
    if (window.dispatchEvent(offer)) throw new Error('The browser would have asked by itself');
  });
  await page.getByRole('button', { name: 'Install' }).click();
  await page.locator('body[data-asked]').waitFor({ state: 'attached' });
  await page.getByText('look for “Install”').waitFor();

  await device.setOffline(true);
  await page.reload();
  await page.getByRole('main').getByText('No connection').waitFor();
  await goTo(page, '#view=catalog');
  await page.getByRole('button', { name: 'Add Green tea' }).waitFor();
});

/** Mantine's class names in the built files of one kind. */
async function mantineClasses(kind: '.js' | '.css'): Promise<readonly string[]> {
  const folder = join(WEB_APP, 'assets');
  const files = (await readdir(folder)).filter((file) => file.endsWith(kind));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return [...new Set(texts.join().match(/\bm_[0-9a-f]{6,8}\b/g))].sort();
}

test('every component of Mantine that the app uses has its style, and none comes along unused', async () => {
  const styled = await mantineClasses('.css');
  const used = await mantineClasses('.js');
  const whole = await readFile(
    join(WEB_APP, '..', '..', '..', 'node_modules/@mantine/core/styles.css'),
    'utf8',
  );
  expect(used.filter((name) => whole.includes(name) && !styled.includes(name))).toEqual([]);
  expect(styled.filter((name) => !used.includes(name))).toEqual([]);
});
