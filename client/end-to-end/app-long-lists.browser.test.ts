import { expect, test } from 'vitest';
import { goTo, visit } from './app-walk.ts';
import { serveFieldNotes } from './field-notes.ts';

const server = await serveFieldNotes();
const ROWS = 10_000;
const BATCH = 500;
/** More than fit on the screen, far fewer than there are. */
const MOUNTED_MAX = 60;

const nameOf = (at: number) => `Row ${String(at).padStart(5, '0')}`;

const LISTS = [
  { type: 'Note', scope: 'team:demo', hash: '#space=team:demo', name: 'Notes' },
  { type: 'Product', scope: 'catalog', hash: '#view=catalog', name: 'Products' },
  { type: 'Order', scope: 'team:demo', hash: '#view=orders', name: 'Orders' },
] as const;

const valuesOf = {
  Note: (at: number) => ({ title: nameOf(at), content: 'Words.' }),
  Product: (at: number) => ({ name: nameOf(at), price: at, stock: 10 }),
  Order: (at: number) => ({ note: nameOf(at) }),
};

test.each(LISTS)(
  'ten thousand rows of $name exist only as far as they are in view, and keys go through them',
  async ({ type, scope, hash, name }) => {
    const changes = Array.from({ length: ROWS }, (_, at) => ({
      type,
      change: { id: `row-${at}`, values: valuesOf[type](at) },
    }));
    for (let at = 0; at < ROWS; at += BATCH) await server.write(scope, changes.slice(at, at + BATCH));

    await using device = await visit(server.url, type === 'Product' ? 'Sam' : 'Ada');
    const { page } = device;
    await goTo(page, hash);
    const list = page.getByRole('list', { name, exact: true });
    const rows = list.getByRole('listitem');
    await rows.first().waitFor();
    const total = Number(await rows.first().getAttribute('aria-setsize'));
    expect(total).toBeGreaterThanOrEqual(ROWS);
    expect(await rows.count()).toBeLessThan(MOUNTED_MAX);

    await rows.first().getByRole('link').focus();
    for (let row = 2; row <= 31; row++) {
      await page.keyboard.press('ArrowDown');
      await list.locator(`li[aria-posinset="${row}"] :focus`).waitFor();
    }
    const place = () =>
      page.evaluate(() => document.activeElement?.closest('li')?.getAttribute('aria-posinset'));

    await list.evaluate(({ parentElement }) => parentElement?.scrollTo(0, parentElement.scrollHeight));
    const last = list.locator(`li[aria-posinset="${total}"]`);
    await last.getByRole('link').waitFor();
    expect(await last.innerText()).not.toBe('');
    expect(await rows.count()).toBeLessThan(MOUNTED_MAX);
    await last.getByRole('link').focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(place).toBe(String(total - 1));
  },
);
