import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { axeFindings, NARROW, shotsOf, WIDE } from './app-walk.ts';
import { openDevice } from './device.ts';
import { serveFieldNotes } from './field-notes.ts';

const server = await serveFieldNotes();

/** Opens the page while its scripts are held up; they come when the returned function is called. */
async function openWithoutScripts(page: Page): Promise<() => void> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/assets/*.js', async (route) => {
    await released;
    await route.continue();
  });
  await page.goto(server.url, { waitUntil: 'commit' });
  await page.getByRole('button', { name: 'Ben' }).waitFor();
  // A style sheet that is still to come holds back the first picture, but no measurement.
  await page.waitForFunction(() =>
    [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')].every(
      ({ sheet }) => sheet !== null,
    ),
  );
  return release;
}

/** Where each element stands, to the pixel. */
const places = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('#root *')].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return [element.tagName, ...[x, y, width, height].map(Math.round)].join(' ');
    }),
  );

/** React has marked what it found. */
const isTakenOver = () => Object.keys(document.querySelector('#root main') ?? {}).length > 0;

for (const [name, viewport] of Object.entries({ wide: WIDE, narrow: NARROW })) {
  test(`the sign-in page is seen before any script has come, and nothing of it moves when the app takes over (${name})`, async () => {
    await using device = await openDevice({ viewport, serviceWorkers: false });
    const { page } = device;
    const problems: string[] = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    const sendScripts = await openWithoutScripts(page);
    const before = await places(page);
    sendScripts();
    await page.waitForFunction(isTakenOver);
    expect(await places(page)).toEqual(before);
    expect(problems).toEqual([]);
  });
}

test('a button that is pressed before the app can hear it is heard', async () => {
  await using device = await openDevice({ serviceWorkers: false });
  const { page } = device;
  const sendScripts = await openWithoutScripts(page);
  await page.getByRole('button', { name: 'Ben' }).click();
  sendScripts();
  await page.getByRole('button', { name: 'New note' }).waitFor();
  expect(await page.evaluate(() => localStorage.getItem('field-notes.account'))).toContain('"ben"');
});

test('who chooses an account before the server has told of a session opens that one alone', async () => {
  await using device = await openDevice({ serviceWorkers: false });
  const { page, context } = device;
  await context.request.post(`${server.url}/demo/sign-in`, { data: { account: 'ada' } });
  let choose = (): void => undefined;
  const chosen = new Promise<void>((resolve) => (choose = resolve));
  await page.route('**/demo/session', async (route) => {
    await chosen;
    await route.continue();
  });
  const told = page.waitForResponse('**/demo/session');
  await page.route('**/demo/sign-in', async (route) => {
    choose();
    await (await told).finished();
    await route.continue();
  });
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Ben' }).click();
  await page.getByRole('button', { name: 'New note' }).waitFor();
  const names = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  expect(names).toEqual(['holdfast/field-notes//ben']);
});

test('when the code of a room does not come the page says so, and opens it when asked again', async () => {
  await using device = await openDevice({ serviceWorkers: false });
  const { page } = device;
  const code = '**/note-editor-*.js';
  await page.route(code, (route) => route.abort());
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Ben' }).click();
  await page.getByRole('button', { name: 'New note' }).click();
  const again = page.getByRole('button', { name: 'Try again' });
  await again.waitFor();
  await page.unroute(code);
  await again.click();
  await page.getByRole('textbox', { name: 'Title' }).waitFor();
});

test('when the code of the messages does not come the page says so, and all else goes on', async () => {
  await using device = await openDevice({ serviceWorkers: false });
  const { page } = device;
  const code = '**/messages-*.js';
  await page.route(code, (route) => route.abort());
  await page.goto(server.url);
  await page.getByRole('alert').getByText('Part of the app did not come').waitFor();
  await page.getByRole('button', { name: 'Ben' }).click();
  await page.getByRole('button', { name: 'New note' }).click();
  await page.getByRole('textbox', { name: 'Title' }).fill('All the same');
  await page.getByRole('link', { name: 'All the same' }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await shotsOf(page, 'no-messages');
  await page.unroute(code);
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.getByRole('link', { name: 'All the same' }).waitFor();
  await page.getByRole('alert').waitFor({ state: 'detached' });
});
