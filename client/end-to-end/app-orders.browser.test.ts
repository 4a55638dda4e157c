import { expect, test } from 'vitest';
import { goTo, shotsOf, visit } from './app-walk.ts';
import { serveFieldNotes } from './field-notes.ts';

const server = await serveFieldNotes();

const orders = () =>
  server.sql<{ status: string; number: number | null }>('select status, number from "order"');
const stockOf = (id: string) =>
  server.sql<{ stock: number }>('select stock from product where id = $1', [id]);

/** Somebody else buys, while this device cannot hear of it. */
async function sellAllBut(id: string, stock: number): Promise<void> {
  const [row] = await server.sql<{ version: string; stock: number }>(
    'select version, stock from product where id = $1',
    [id],
  );
  const change = { id, version: Number(row?.version), base: { stock: row?.stock ?? 0 }, values: { stock } };
  const [sold] = await server.write('catalog', [{ type: 'Product', change }]);
  expect(sold?.outcome).toBe('APPLIED');
}

test('an order filled and placed offline waits, is numbered when sent, and is moved on by staff', async () => {
  await using phone = await visit(server.url, 'Ada');
  const { page } = phone;
  await goTo(page, '#view=catalog');
  await page.getByText('Only 3 left').waitFor();
  await shotsOf(page, 'catalog-empty-cart');

  await phone.setOffline(true);
  await page.getByRole('button', { name: 'Add Green tea' }).click();
  await page.getByRole('button', { name: 'One more of Green tea' }).first().click();
  await page.getByRole('searchbox', { name: 'Search the catalogue' }).fill('kettle');
  await page.getByRole('button', { name: 'Add Gooseneck kettle' }).click();
  await page.getByRole('textbox', { name: 'Note' }).fill('For the workshop.');
  await shotsOf(page, 'catalog-cart');

  await page.getByRole('button', { name: 'Place the order' }).click();
  await page.getByRole('article', { name: 'New order' }).getByText('It is sent once').waitFor();
  await shotsOf(page, 'order-waiting');
  expect(await orders()).toEqual([]);
  await goTo(page, '#view=sync');
  await page.getByRole('region', { name: 'Waiting to sync' }).waitFor();
  await shotsOf(page, 'sync-offline');

  await phone.setOffline(false);
  await goTo(page, '#view=orders');
  const item = page.getByRole('link', { name: /^Order 1\b/ });
  await item.waitFor();
  await expect.poll(orders).toEqual([{ status: 'PLACED', number: 1 }]);
  expect(await stockOf('green-tea')).toEqual([{ stock: 118 }]);
  await item.click();
  await shotsOf(page, 'order-placed');

  await using desk = await visit(server.url, 'Sam');
  await goTo(desk.page, '#view=orders');
  await desk.page.getByRole('link', { name: /^Order 1\b/ }).click();
  await desk.page.getByRole('button', { name: 'Mark as packed' }).click();
  await page
    .getByRole('link', { name: /^Order 1\b/ })
    .getByText('Packed')
    .waitFor();
  await desk.page.getByRole('button', { name: 'Mark as sent' }).waitFor();
  const steps = desk.page.getByLabel('How far it is');
  // When it was packed comes with the server's answer.
  await expect.poll(() => steps.getByRole('time').count()).toBe(3);
  await shotsOf(desk.page, 'order-packed-staff');
});

test('staff change a product, and every catalogue shows it', async () => {
  await using desk = await visit(server.url, 'Sam');
  await using phone = await visit(server.url, 'Ben');
  await goTo(phone.page, '#view=catalog');
  const product = phone.page.getByRole('listitem').filter({ hasText: 'Mug' });
  await product.getByText('35 in stock').waitFor();

  const { page } = desk;
  await goTo(page, '#view=catalog');
  await page.getByRole('link', { name: 'Mug' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Stone mug');
  await page.getByRole('textbox', { name: 'Price' }).fill('13.50');
  await page.getByRole('textbox', { name: 'In stock' }).fill('4');
  await shotsOf(page, 'product-editor');
  await page.getByRole('button', { name: 'Save' }).click();
  const changed = phone.page.getByRole('listitem').filter({ hasText: 'Stone mug' });
  await changed.getByText('Only 4 left').waitFor();
  await changed.getByText('€13.50').waitFor();
});

test('an order that cannot be placed says why, and can be changed and placed again', async () => {
  await using phone = await visit(server.url, 'Ben');
  const { page } = phone;
  await phone.setOffline(true);
  await goTo(page, '#view=catalog&space=user:ben');
  await page.getByRole('button', { name: 'Add Hand grinder' }).click();
  await page.getByRole('button', { name: 'One more of Hand grinder' }).first().click();
  await sellAllBut('hand-grinder', 1);
  await page.getByRole('button', { name: 'Place the order' }).click();
  await page.getByRole('article', { name: 'New order' }).getByText('It is sent once').waitFor();
  await phone.setOffline(false);
  await page.getByRole('alert').getByText('Not enough in stock: Hand grinder, 1 left.').waitFor();
  await shotsOf(page, 'order-refused');
  await goTo(page, '#view=attention');
  await page.getByText('Not enough in stock').waitFor();
  await shotsOf(page, 'attention-refused-order');

  await goTo(page, '#view=orders');
  await page.getByRole('link', { name: 'New order' }).click();
  await page.getByRole('button', { name: 'Change the order' }).click();
  await page.getByText('Only 1 left.').waitFor();
  await page.getByRole('button', { name: 'One less of Hand grinder' }).click();
  await page.getByRole('button', { name: 'Place the order' }).click();
  await page.getByRole('article', { name: /^Order \d/ }).waitFor();
});
