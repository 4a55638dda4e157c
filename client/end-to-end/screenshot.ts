import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const FOLDER = join(import.meta.dirname, '..', '..', '.cache', 'screenshots');

/**
 * Keeps a picture of what a person sees once everything has come to rest, to be looked at; nothing is compared. Rejects when the
 * page is wider than its window.
 */
export async function shotOf(page: Page, name: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await untilAtRest(page);
  const isTooWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  if (isTooWide) throw new Error(`${name}: the page is wider than its window`);
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
}

/** Returns once nothing moves or fades any more. */
export async function untilAtRest(page: Page): Promise<void> {
  await page.evaluate(atRest);
}

/** Other colours and other widths are drawn with the next frame, and may be faded into; what repeats for ever never ends. */
async function atRest(): Promise<void> {
  const drawn = () => new Promise((resolve) => requestAnimationFrame(resolve));
  await drawn();
  await drawn();
  const ending = document
    .getAnimations()
    .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(ending.map(({ finished }) => finished));
}
