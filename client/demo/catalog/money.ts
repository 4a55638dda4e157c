/** Cents in the currency of the shop, as the reader's own language writes them. */
export function readerMoney(cents: number): string {
  return (cents / 100).toLocaleString(undefined, { style: 'currency', currency: 'EUR' });
}
