/** One line of an order: a product and how many of it, at the price it had then, in cents. */
export interface Line {
  readonly productId: string;
  readonly quantity: number;
  readonly unitPrice: number;
}

/** What the device knows of the product of a line. */
export interface LineProduct {
  readonly price: number;
  readonly stock: number;
  readonly active: boolean;
}

/** Why a line would not be accepted, as far as this device knows. */
export type LineProblem = 'notSold' | 'soldOut' | 'tooMany' | 'newPrice';

const QUANTITY_MAX = 10_000;

/** The lines with so many of a product, at its price of today; none removes its line. The order of the others stays. */
export function withQuantity(
  lines: readonly Line[],
  product: { readonly id: string; readonly price: number },
  quantity: number,
): Line[] {
  const line = {
    productId: product.id,
    quantity: Math.min(quantity, QUANTITY_MAX),
    unitPrice: product.price,
  };
  const isThere = lines.some(({ productId }) => productId === product.id);
  const changed = isThere
    ? lines.map((other) => (other.productId === product.id ? line : other))
    : [...lines, line];
  return changed
    .filter((other) => other.quantity > 0)
    .map(({ productId, quantity, unitPrice }) => ({ productId, quantity, unitPrice }));
}

/** Everything that either of two orders holds; where both do, as the first has it. */
export function linesOfBoth(one: readonly Line[], other: readonly Line[]): Line[] {
  return [...one, ...other.filter(({ productId }) => quantityOf(one, productId) === 0)];
}

export function quantityOf(lines: readonly Line[], productId: string): number {
  return lines.find((line) => line.productId === productId)?.quantity ?? 0;
}

/** In cents. */
export function totalOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
}

export function piecesOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}

export function problemOf(line: Line, product: LineProduct | null): LineProblem | null {
  if (product?.active !== true) return 'notSold';
  if (product.stock === 0) return 'soldOut';
  if (product.stock < line.quantity) return 'tooMany';
  return product.price === line.unitPrice ? null : 'newPrice';
}
