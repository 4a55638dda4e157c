import { expect, test } from 'vitest';
import { axeFindings, goTo, shotsOf, visit } from './app-walk.ts';
import { serveFieldNotes } from './field-notes.ts';

const server = await serveFieldNotes();
const TEAM = 'team:demo';
const TEA = { productId: 'black-tea', quantity: 3, unitPrice: 590 };
const COCOA = { productId: 'cocoa', quantity: 1, unitPrice: 890 };

const noteOf = async (id: string) =>
  (await server.sql<{ note: string }>('select note from "order" where id = $1', [id]))[0]?.note;

/** How many pieces the lines of the order hold, line by line. */
const amounts = async () =>
  (
    await server.sql<{ lines: (typeof TEA)[] }>('select lines from "order" where id = $1', ['amounts'])
  )[0]?.lines.map(({ quantity }) => quantity);

test('a conflict shows what was, mine and theirs, and is decided by choosing, or by writing something else', async () => {
  await server.write(TEAM, [
    { type: 'Order', change: { id: 'shared', values: { note: 'Deliver to the side door.' } } },
    { type: 'Order', change: { id: 'other', values: { note: 'By Friday.' } } },
    { type: 'Order', change: { id: 'amounts', values: { lines: [TEA, COCOA] } } },
  ]);
  await using ada = await visit(server.url, 'Ada');
  await using ben = await visit(server.url, 'Ben');
  await Promise.all([ada.setOffline(true), ben.setOffline(true)]);
  const write = async ({ page }: typeof ada, id: string, words: string) => {
    await goTo(page, `#view=orders&in=${TEAM}&order=${id}`);
    await page.getByRole('textbox', { name: 'Note' }).fill(words);
    await page.getByRole('article').getByText('Waiting to sync').waitFor();
  };
  const order = async ({ page }: typeof ada, button: string) => {
    await goTo(page, `#view=orders&in=${TEAM}&order=amounts`);
    await page.getByRole('article').getByRole('button', { name: button }).click();
    await page.getByRole('article').getByText('Waiting to sync').waitFor();
  };
  await write(ada, 'shared', 'Deliver to the side door, and ring twice.');
  await write(ada, 'other', 'By Thursday.');
  await order(ada, 'One more of Black tea');
  await write(ben, 'shared', 'Deliver to the front door.');
  await write(ben, 'other', 'By Monday.');
  await order(ben, 'Remove Cocoa');
  await ada.setOffline(false);
  await expect.poll(() => noteOf('other')).toBe('By Thursday.');
  await expect.poll(amounts).toEqual([4, 1]);
  await ben.setOffline(false);

  const { page } = ben;
  await page.getByRole('link', { name: 'Needs attention' }).getByText('3').waitFor();
  await shotsOf(page, 'conflict-in-list');
  await page.getByRole('link', { name: 'Needs attention' }).click();
  const [first, second, third] = [0, 1, 2].map((at) => page.getByRole('listitem').nth(at));
  await first?.getByRole('radio', { name: 'Mine' }).waitFor();
  await shotsOf(page, 'conflict-undecided');
  await first?.getByRole('radio', { name: 'Something else' }).check();
  await first?.getByRole('textbox').fill('Deliver to the front door, and ring twice.');
  // Begins with what either of them ordered.
  await third?.getByRole('radio', { name: 'Something else' }).check();
  await third?.getByRole('button', { name: 'One less of Black tea' }).click();
  expect(await axeFindings(page)).toEqual([]);
  await shotsOf(page, 'conflict-own-words');
  await third?.getByRole('button', { name: 'Use what I chose' }).click();
  await third?.waitFor({ state: 'detached' });
  await second?.getByRole('button', { name: 'Keep theirs' }).click();
  await first?.getByRole('button', { name: 'Use what I chose' }).click();
  await page.getByText('Nothing to look at').waitFor();
  await shotsOf(page, 'attention-empty');
  await expect.poll(() => noteOf('shared')).toBe('Deliver to the front door, and ring twice.');
  expect(await noteOf('other')).toBe('By Thursday.');
  expect(await amounts()).toEqual([2, 1]);
});

test('a write that is not accepted says why, and is edited and sent again, or given up', async () => {
  await server.write('user:ada', [{ type: 'Notebook', change: { id: 'trees', values: { name: 'Trees' } } }]);
  await using ada = await visit(server.url, 'Ada');
  const { page } = ada;
  // The notebook was deleted elsewhere, and its tombstone is long gone.
  const fail = (id: string) =>
    page.evaluate(
      (note) =>
        window.holdfast?.sync.write([
          { type: 'Note', id: note, values: { title: 'Under the oak', notebookId: 'nowhere' } },
        ]),
      id,
    );
  await fail('lost');
  await goTo(page, '#view=attention');
  await page.getByText('It points to something that does not exist any more.').waitFor();
  await shotsOf(page, 'failed');
  const saved = page.waitForEvent('download');
  await page.getByRole('listitem').getByRole('button', { name: 'Export' }).click();
  expect((await saved).suggestedFilename()).toBe('not-accepted.json');
  await page.getByRole('button', { name: 'Edit and try again' }).click();
  await page.getByRole('textbox', { name: 'Title' }).fill('Under the elm');
  await page.getByRole('combobox', { name: 'Notebook' }).click();
  await page.getByRole('option', { name: 'Trees' }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await shotsOf(page, 'failed-editing');
  await page.getByRole('option', { name: 'Trees' }).click();
  await page.getByRole('button', { name: 'Send it like this' }).click();
  await page.getByText('Nothing to look at').waitFor();
  await expect
    .poll(() => server.sql('select title, notebook_id from note where id = $1', ['lost']))
    .toEqual([{ title: 'Under the elm', notebook_id: 'trees' }]);

  await fail('gone');
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByText('Nothing to look at').waitFor();
});

test('I12 what a later edit replaced is listed until a person brings it back, or lets it go', async () => {
  await server.write(TEAM, [
    { type: 'Notebook', change: { id: 'trip', values: { name: 'Trip' } } },
    { type: 'Notebook', change: { id: 'camp', values: { name: 'Camp' } } },
  ]);
  await using ada = await visit(server.url, 'Ada');
  await using ben = await visit(server.url, 'Ben');
  await Promise.all([ada.setOffline(true), ben.setOffline(true)]);
  const rename = async ({ page }: typeof ada, from: string, to: string) => {
    await page.getByRole('link', { name: from }).hover();
    await page.getByRole('button', { name: `Change ${from}` }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: 'Notebook name' }).fill(to);
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('link', { name: to }).waitFor();
  };
  await rename(ada, 'Trip', 'Spring trip');
  await rename(ada, 'Camp', 'Spring camp');
  // Ten minutes pass for Ada, so that hers is the earlier edit however long her request is under way.
  await ada.page.evaluate(() => {
    const { now } = Date;
    Date.now = () => now() + 600_000;
  });
  await rename(ben, 'Trip', 'Autumn trip');
  await rename(ben, 'Camp', 'Autumn camp');
  await ben.setOffline(false);
  await expect
    .poll(() => server.sql('select name from notebook where scope = $1 order by name', [TEAM]))
    .toEqual([{ name: 'Autumn camp' }, { name: 'Autumn trip' }]);
  await ada.setOffline(false);
  const { page } = ada;
  await page.getByRole('link', { name: 'Autumn trip' }).waitFor();
  await page.getByRole('link', { name: 'Changes to look at' }).click();
  const card = (name: string) => page.getByRole('listitem', { name });
  await card('Autumn trip').getByText('A newer edit took its place').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await shotsOf(page, 'superseded');
  await card('Autumn trip').getByRole('button', { name: 'Bring mine back' }).click();
  await ben.page.getByRole('link', { name: 'Spring trip' }).waitFor();
  await card('Autumn camp').getByRole('button', { name: 'Let it go' }).click();
  await page.getByText('Nothing to look at').waitFor();
  await page.reload();
  await page.getByText('Nothing to look at').waitFor();
  await page.getByRole('link', { name: 'Autumn camp' }).waitFor();
});
