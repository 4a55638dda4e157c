import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { openDevice, type Device } from './device.ts';
import { shotOf, untilAtRest } from './screenshot.ts';

export const WIDE = { width: 1280, height: 800 };
export const NARROW = { width: 390, height: 844 };

export type Visitor = 'Ada' | 'Ben' | 'Sam';

/** The room that a first visit fetches last: from then on every room opens without a connection. */
const LAST_ROOM = '/markdown-view-';

/** A browser in which one of the demo's people is signed in, after the first download of the records and of the app. */
export async function visit(url: string, name: Visitor): Promise<Device> {
  const device = await openDevice();
  await device.page.goto(url);
  await device.page.getByRole('button', { name }).click();
  await device.page.getByRole('button', { name: 'New note' }).waitFor();
  await device.page.evaluate(() => window.holdfast?.sync.catchUp());
  await device.page.waitForFunction(
    (room) =>
      performance
        .getEntriesByType('resource')
        .some(({ name }) => name.includes(room) && name.endsWith('.js')),
    LAST_ROOM,
  );
  return device;
}

/** Goes to a room by its address, as a bookmark does. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate((address) => {
    window.location.hash = address;
  }, hash);
}

/** Pictures of what is on screen: wide and narrow, light and dark. The page is as before afterwards. */
export async function shotsOf(page: Page, name: string): Promise<void> {
  await shotOf(page, `${name}-wide-light`);
  await page.emulateMedia({ colorScheme: 'dark' });
  await shotOf(page, `${name}-wide-dark`);
  await page.setViewportSize(NARROW);
  await shotOf(page, `${name}-narrow-dark`);
  await page.emulateMedia({ colorScheme: 'light' });
  await shotOf(page, `${name}-narrow-light`);
  await page.setViewportSize(WIDE);
}

/** What axe finds wrong with what is on screen, by its rules and the size of touch targets, or by those that are named. */
export async function axeFindings(page: Page, rules?: string[]): Promise<unknown[]> {
  await untilAtRest(page);
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async (named) => {
    const { run } = (window as unknown as { axe: typeof axe }).axe;
    // Off by default; Lighthouse asks for it.
    const rules = { 'target-size': { enabled: true } };
    const found = await run(named === undefined ? { rules } : { runOnly: named });
    return found.violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]);
  }, rules);
}
