import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { axeFindings, shotsOf } from './app-walk.ts';
import { openDevice } from './device.ts';
import { serveFieldNotes } from './field-notes.ts';

const server = await serveFieldNotes({ withTeam: true });
const PAGE = '/#view=two-devices';

const person = (page: Page, name: 'Ada' | 'Ben') => page.getByRole('region', { name: `${name}’s device` });
const offline = (device: Locator) => device.getByRole('switch', { name: 'Work offline' });
const text = (device: Locator) => device.getByRole('textbox', { name: 'Content' });
const tourOf = (page: Page) => page.getByRole('region', { name: 'Guided tour' });

test('the tour shows an offline edit, a merge and a conflict on two devices', async () => {
  await using device = await openDevice();
  const { page } = device;
  await page.goto(server.url);
  await page.getByRole('link', { name: 'two devices side by side' }).click();
  const [ada, ben, tour] = [person(page, 'Ada'), person(page, 'Ben'), tourOf(page)];

  await tour.getByText('Step 1 of 3').waitFor();
  await shotsOf(page, 'two-devices-start');
  expect(await axeFindings(page)).toEqual([]);
  await offline(ada).click();
  const first = await text(ada).inputValue();
  await text(ada).fill(`${first}\n\nMaps are in the car.`);
  await ada.getByText('Waiting to sync').waitFor();
  await tour.getByText('Switch “Work offline” off again.').waitFor();
  await shotsOf(page, 'two-devices-offline');
  await offline(ada).click();

  await tour.getByText('Sent once').waitFor();
  await shotsOf(page, 'two-devices-sent');
  await offline(ada).click();
  await text(ada).fill((await text(ada).inputValue()).replace('auger', 'big auger'));
  await text(ben).fill((await text(ben).inputValue()).replace('the car', 'the red car'));
  await tour.getByText('Connect Ada again.').waitFor();
  await shotsOf(page, 'two-devices-apart');
  await offline(ada).click();

  await tour.getByText('Merged:').waitFor();
  for (const each of [ada, ben]) {
    expect(await text(each).inputValue()).toContain('big auger');
    expect(await text(each).inputValue()).toContain('the red car');
  }
  await shotsOf(page, 'two-devices-merged');
  await offline(ada).click();
  await ada
    .getByRole('button', { name: /^One more of/ })
    .first()
    .click();
  await ben
    .getByRole('button', { name: /^One less of/ })
    .first()
    .click();
  await tour.getByText('Connect Ada again.').waitFor();
  await shotsOf(page, 'two-devices-orders');
  await offline(ada).click();
  await ada.getByRole('link', { name: /Needs attention/ }).click();
  await ada.getByRole('button', { name: 'Keep mine' }).waitFor();
  await shotsOf(page, 'two-devices-conflict');
  expect(await axeFindings(page)).toEqual([]);
  await ada.getByRole('button', { name: 'Keep mine' }).click();
  await tour.getByText('both devices agree').waitFor();
  await shotsOf(page, 'two-devices-end');
});
