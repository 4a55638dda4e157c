import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../api/testing/test-database.ts';
import { startTestServer } from '../../api/testing/test-server.ts';
import { axeFindings, goTo, NARROW, shotsOf, visit, WIDE } from './app-walk.ts';
import { openDevice } from './device.ts';
import { serveFieldNotes, WEB_APP } from './field-notes.ts';
import { shotOf } from './screenshot.ts';

const server = await serveFieldNotes({ withTeam: true });
const ADDRESS = '#view=two-devices';
const AFTER_AN_OUTAGE = { timeout: 60_000 };
const LAYOUTS = [
  { name: 'wide', viewport: WIDE, colorScheme: 'light', lead: 'Ada', other: 'Ben' },
  { name: 'narrow', viewport: NARROW, colorScheme: 'dark', lead: 'Ben', other: 'Ada' },
] as const;

/** The page as its visitor sees it; where there is room for one device only, it is asked for first. */
class Table {
  readonly ada: Locator;
  readonly ben: Locator;
  readonly tour: Locator;

  constructor(readonly page: Page) {
    this.ada = page.getByRole('region', { name: 'Ada’s device' });
    this.ben = page.getByRole('region', { name: 'Ben’s device' });
    this.tour = page.getByRole('region', { name: 'Guided tour' });
  }

  static async open(page: Page, url: string): Promise<Table> {
    await page.goto(`${url}/${ADDRESS}`);
    const table = new Table(page);
    await table.step('Step 1 of 3');
    return table;
  }

  async hold(name: 'Ada' | 'Ben'): Promise<void> {
    const isNarrow = this.page.viewportSize()?.width === NARROW.width;
    if (isNarrow) await this.page.getByText(`${name}’s device`, { exact: true }).click();
  }

  /** Cuts somebody's wire, or mends it. */
  async cut(name: 'Ada' | 'Ben' = 'Ada'): Promise<void> {
    await this.hold(name);
    await this.of(name).getByRole('switch', { name: 'Work offline' }).click();
  }

  of(name: 'Ada' | 'Ben'): Locator {
    return name === 'Ada' ? this.ada : this.ben;
  }

  async write(name: 'Ada' | 'Ben', words: string, instead: string): Promise<void> {
    await this.hold(name);
    const field = this.text(name);
    await expect.poll(() => field.inputValue()).toContain(words);
    await field.fill((await field.inputValue()).replace(words, instead));
  }

  async order(name: 'Ada' | 'Ben', what: RegExp): Promise<void> {
    await this.hold(name);
    await this.of(name).getByRole('button', { name: what }).first().click();
  }

  text(name: 'Ada' | 'Ben'): Locator {
    return this.of(name).getByRole('textbox', { name: 'Content' });
  }

  async step(words: string, { timeout = 30_000 } = {}): Promise<void> {
    await this.tour.getByText(words).waitFor({ timeout });
  }

  /** The task that is asked for. */
  async task(words: string): Promise<void> {
    await this.tour.locator('[aria-current=step]').getByText(words).waitFor();
  }
}

test.each(LAYOUTS)('the tour follows whoever goes offline, $name, $lead', async (layout) => {
  const { name, lead, other } = layout;
  await using device = await openDevice(layout);
  const { page } = device;
  await page.goto(server.url);
  const invitation = page.getByRole('link', { name: 'See two devices, side by side' });
  await invitation.waitFor();
  const look = async (what: string) => {
    expect(await axeFindings(page)).toEqual([]);
    await (name === 'wide'
      ? shotsOf(page, `two-devices-${what}`)
      : shotOf(page, `two-devices-${what}-${name}`));
  };

  await look('sign-in');
  await invitation.click();
  const table = new Table(page);
  await table.step('Step 1 of 3');
  await table.task('Switch on “Work offline”');
  await look('start');
  await table.cut(lead);
  await table.task('Change something in');
  await table.write(lead, 'the auger', 'the auger and the maps');
  await table.task('off again');
  await table.of(lead).getByText('Waiting to sync', { exact: true }).waitFor();
  await look('offline');
  await table.cut(lead);
  await table.step('Sent once');

  await table.cut(lead);
  await table.write(lead, 'the auger', 'the big auger');
  await table.task(`${other}’s device`);
  await table.write(other, 'the coffee', 'coffee and cake');
  await table.task(`Connect ${lead} again`);
  await look('apart');
  await table.cut(lead);
  await table.step('Merged:');
  for (const who of ['Ada', 'Ben'] as const) {
    await table.hold(who);
    await expect
      .poll(() => table.text(who).inputValue())
      .toMatch(/^Ada brings the big auger and the maps\.[^]*Ben brings coffee and cake\.$/);
  }
  await look('merged');

  await table.cut(lead);
  await table.order(lead, /^One more of/);
  await table.order(other, /^One less of/);
  await table.task(`Connect ${lead} again`);
  await look('orders');
  await table.cut(lead);
  await table
    .of(lead)
    .getByRole('link', { name: /Needs attention/ })
    .click();
  const card = table.of(lead).getByRole('listitem', { name: 'New order' });
  await card.getByRole('radio', { name: /Theirs/ }).waitFor();
  await look('conflict');
  await card.getByRole('button', { name: 'Keep mine' }).click();
  await table.step('both devices agree');
  for (const who of ['Ada', 'Ben'] as const) {
    await table.hold(who);
    const quantity = table.of(who).getByRole('group', { name: /^Quantity/ });
    await expect.poll(() => quantity.first().innerText()).toContain('5');
  }
  await look('end');
  expect(await device.context.cookies()).toEqual([]);
  expect(await page.evaluate(() => localStorage.getItem('field-notes.account'))).toBeNull();
});

test('who is signed in stays signed in, and finds all as it was', async () => {
  await using device = await visit(server.url, 'Ada');
  const { page, context } = device;
  await page.getByRole('switch', { name: 'Work offline' }).click();
  await page.getByRole('button', { name: 'New note' }).click();
  await page.getByRole('textbox', { name: 'Title' }).fill('Mine alone');
  await page.getByRole('link', { name: 'Mine alone' }).getByText('Waiting to sync').waitFor();
  // Shown first, and counted once it is stored.
  await page.waitForFunction(() => window.holdfast?.sync.status().pending === 1);
  const own = () =>
    page.evaluate(() => JSON.stringify([window.holdfast?.sync.status().pending, { ...localStorage }]));
  const before = { cookies: await context.cookies(), pending: JSON.parse(await own()) as unknown[] };

  await page.getByRole('link', { name: 'Two devices, side by side' }).click();
  const table = new Table(page);
  await table.step('Step 1 of 3');
  await table.write('Ben', 'the coffee', 'tea');
  await expect.poll(() => table.text('Ada').inputValue()).toContain('tea');
  const names = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  expect(names.sort()).toEqual([
    'holdfast/field-notes//ada',
    'holdfast/two-devices//ada',
    'holdfast/two-devices//ben',
  ]);

  await page.getByRole('link', { name: 'Field Notes' }).click();
  await page.getByRole('link', { name: 'Mine alone' }).getByText('Waiting to sync').waitFor();
  const [pending, kept] = JSON.parse(await own()) as [unknown, Record<string, unknown>];
  expect(pending).toBe(before.pending[0]);
  expect(kept).toMatchObject(before.pending[1] as object);
  expect(await context.cookies()).toEqual(before.cookies);
  const who = await page.evaluate(async () => (await fetch('/demo/session')).json() as Promise<unknown>);
  expect(who).toMatchObject({ user: { id: 'ada' } });
});

test('a reload, a second tab and a server that is gone for a while change nothing about the tour', async () => {
  const database = await createTestDatabase();
  const settings = { demo: true, webApp: WEB_APP, databaseUrl: database.url };
  const first = await startTestServer(settings);
  await using device = await openDevice();
  const { page, context } = device;
  const table = await Table.open(page, first.url);
  await table.cut();
  await table.write('Ada', 'the auger', 'the auger and the maps');
  await table.task('off again');

  await page.reload();
  await table.task('off again');
  await expect.poll(() => table.text('Ada').inputValue()).toContain('the maps');
  const tab = await context.newPage();
  const second = new Table(tab);
  await tab.goto(`${first.url}/${ADDRESS}`);
  await second.task('off again');

  await first.stop();
  await table.cut();
  await table.ada.getByText('No connection').waitFor();
  await table.step('The devices are catching up');
  const again = await startTestServer({ ...settings, port: first.port });
  for (const each of [table, second]) {
    // After an outage the next attempt may be a while off.
    await each.step('Sent once', AFTER_AN_OUTAGE);
    // The other tab hears of the step before it hears of the text.
    await expect.poll(() => each.text('Ben').inputValue(), AFTER_AN_OUTAGE).toContain('the maps');
  }
  expect(await again.sql("select id from note where scope = 'team:demo'")).toHaveLength(1);
  await again.stop();
  await database.drop();
});

test('the tour is closed and begun again by keyboard, with the same note and order', async () => {
  await using device = await openDevice();
  const { page } = device;
  const table = await Table.open(page, server.url);
  await table.cut();
  await table.write('Ada', 'the auger', 'nothing');
  await table.task('off again');
  const records = () =>
    server.sql('select (select count(*) from note) as notes, (select count(*) from "order") as orders');
  const before = await records();

  await page.getByRole('button', { name: 'Close the tour' }).press('Enter');
  await table.tour.waitFor({ state: 'detached' });
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Guided tour');
  await page.keyboard.press('Enter');
  await table.task('off again');
  await page.getByRole('button', { name: 'Start the tour again' }).press('Enter');
  await table.task('Switch on “Work offline”');
  await table.ada.getByText('All changes synced').waitFor();
  await expect.poll(() => table.text('Ben').inputValue()).toContain('the auger');
  await expect
    .poll(async () => (await table.text('Ada').inputValue()) === (await table.text('Ben').inputValue()))
    .toBe(true);
  expect(await records()).toEqual(before);

  await table.ada.getByRole('button', { name: 'Delete note' }).click();
  await table.step('This cannot go on');
  await page.getByRole('button', { name: 'Start the tour again' }).press('Enter');
  await table.task('Switch on “Work offline”');
  await table.text('Ben').waitFor();

  await table.ben.getByRole('link', { name: 'Orders' }).click();
  await table.cut();
  await table.ada.getByRole('button', { name: 'Back to the list' }).click();
  await table.ada
    .getByRole('link', { name: /^Saturday/ })
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Show me' }).press('Enter');
  await table.write('Ada', 'the auger', 'the maps');
  // Left in mid word: what is not stored yet is stored on the way.
  await goTo(page, '#');
  await page.getByText('Continue as').waitFor();
  await goTo(page, ADDRESS);
  await table.task('off again');
  await expect.poll(() => table.text('Ada').inputValue()).toContain('the maps');
});
