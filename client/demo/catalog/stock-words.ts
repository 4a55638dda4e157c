/** From here down people want to know how many are left. */
const FEW = 5;

interface Stocked {
  readonly stock: number;
  readonly active: boolean;
}

/** Whether there is little enough of it to say so. */
export function isScarce({ stock, active }: Stocked): boolean {
  return !active || stock <= FEW;
}

/** How many are left, as far as this device knows. */
export function stockWords({ stock, active }: Stocked): string {
  if (!active) return 'Not sold at the moment';
  if (stock === 0) return 'Sold out';
  return stock <= FEW ? `Only ${stock.toLocaleString()} left` : `${stock.toLocaleString()} in stock`;
}
