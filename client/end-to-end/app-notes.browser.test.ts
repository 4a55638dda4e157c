import { expect, test } from 'vitest';
import { axeFindings, goTo, NARROW, shotsOf, visit } from './app-walk.ts';
import { serveFieldNotes } from './field-notes.ts';
import { shotOf } from './screenshot.ts';

const server = await serveFieldNotes({ withTeam: true });

const TEAM = 'team:demo';

test('a text in Markdown is read as it is meant, and nothing in it runs or calls home', async () => {
  await using device = await visit(server.url, 'Ada');
  const { page } = device;
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await goTo(page, `#in=${TEAM}&note=soil-samples`);
  await page.getByRole('textbox', { name: 'Content' }).waitFor();
  await shotsOf(page, 'note-writing');
  await page.getByRole('textbox', { name: 'Content' }).press('End');
  await page
    .getByRole('textbox', { name: 'Content' })
    .fill(
      [
        '# Plots',
        '<img src="https://elsewhere.example/a.png" onerror="window.broken = true"><b>raw</b>',
        '![map](https://elsewhere.example/b.png) [run](javascript:window.broken=true)',
        '| Plot | pH |\n| --- | --- |\n| A | 6.4 |',
        '- [x] done\n- [ ] open',
      ].join('\n\n'),
    );
  await page.getByRole('button', { name: 'Read as Markdown' }).click();
  await page.getByRole('heading', { name: 'Plots' }).waitFor();
  await page.getByRole('cell', { name: '6.4' }).waitFor();
  const article = page.getByRole('article');
  await article.getByText('<b>raw</b>').waitFor();
  expect(await article.getByText('run', { exact: true }).getAttribute('href')).toBe(null);
  expect(await page.evaluate(() => 'broken' in window)).toBe(false);
  expect(asked.filter((url) => !url.startsWith(server.url))).toEqual([]);
  await shotsOf(page, 'note-reading');
});

test('notes are sorted as asked, and a deleted notebook leaves its notes and comes back', async () => {
  await using device = await visit(server.url, 'Ben');
  const { page } = device;
  const titles = () => page.getByRole('list', { name: 'Notes' }).getByRole('link').allInnerTexts();
  await goTo(page, `#space=${TEAM}`);
  await page.getByRole('button', { name: 'Sort the notes' }).click();
  await page.getByRole('menuitemradio', { name: 'Title' }).click();
  await expect
    .poll(async () => (await titles()).map((words) => words.split('\n')[0]))
    .toEqual(['Begin here', 'Packing list', 'Soil samples, north field']);
  await page.getByRole('link', { name: /^Field trip/ }).hover();
  await page.getByRole('button', { name: 'Change Field trip' }).click();
  await shotOf(page, 'notebook-menu');
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  // The offer stands for ten seconds: one picture, not four.
  await shotOf(page, 'notebook-deleted');
  expect(await titles()).toHaveLength(3);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('link', { name: /^Field trip/ }).waitFor();
  // The next one looks at it, too.
  await page.evaluate(() => window.holdfast?.sync.catchUp());
});

const ROOMS = [
  ['#', 'Choose a note'],
  ['#view=catalog&space=user:ada', 'Nothing in it yet'],
  ['#view=orders', 'Choose an order'],
  ['#view=attention', 'Nothing to look at'],
  ['#view=sync', 'On this device'],
] as const;

test('axe finds nothing wrong with any screen, and with its colours in the dark', async () => {
  await using device = await visit(server.url, 'Ada');
  const { page } = device;
  const show = async (colorScheme: 'light' | 'dark') => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
  };
  const found: Record<string, unknown> = {};
  const look = async (name: string) => {
    await show('dark');
    const wrong = await axeFindings(page, ['color-contrast']);
    await show('light');
    wrong.push(...(await axeFindings(page)));
    if (wrong.length > 0) found[name] = wrong;
  };
  for (const [hash, words] of ROOMS) {
    await goTo(page, hash);
    await page.getByRole('main').getByText(words, { exact: true }).waitFor();
    await look(hash);
  }
  await goTo(page, `#in=${TEAM}&note=packing-list`);
  await page.getByRole('button', { name: 'Read as Markdown' }).click();
  await page.getByRole('img', { name: 'To do' }).first().waitFor();
  await look('reading');
  await shotsOf(page, 'note-tasks');
  await goTo(page, '#view=catalog');
  await page
    .getByRole('button', { name: /^(Add|One more of) Mug$/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Place the order' }).waitFor();
  await look('cart');
  await page.getByRole('button', { name: /Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
  await look('account menu');
  await page.keyboard.press('Escape');
  await goTo(page, '');
  await page.getByRole('link', { name: /^Field trip/ }).hover();
  await look('a notebook that is pointed at');
  await page.getByRole('button', { name: 'Sort the notes' }).click();
  await page.getByRole('menuitemradio', { name: 'Title' }).waitFor();
  await look('sort menu');
  await page.keyboard.press('Escape');
  await page.setViewportSize(NARROW);
  await page.getByRole('button', { name: 'Menu', exact: true }).click();
  await page.getByRole('link', { name: 'Catalogue', exact: true }).waitFor();
  await look('narrow menu');
  expect(found).toEqual({});
});
