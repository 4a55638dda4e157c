import { Refusal } from '../index.ts';
import type { Operation } from '../index.ts';
import type { OrderLine } from './order-line.ts';
import { Product } from './product.ts';

/** Takes the pieces of these lines out of the catalogue. @throws Refusal when they are not there at these prices */
export async function reserve(operation: Operation, lines: readonly OrderLine[]): Promise<void> {
  for (const { id, product, own, quantity } of await productsOf(operation, lines)) {
    if (!product?.active) {
      throw new Refusal('RULE_VIOLATED', `${product?.name ?? id} is not sold any more.`, 'lines');
    }
    if (own.some(({ unitPrice }) => unitPrice !== product.price)) {
      throw new Refusal('RULE_VIOLATED', `The price of ${product.name} has changed.`, 'lines');
    }
    const left = product.stock - quantity;
    if (left < 0) {
      throw new Refusal(
        'RULE_VIOLATED',
        `Not enough in stock: ${product.name}, ${product.stock} left.`,
        'lines',
      );
    }
    await operation.write(Product, { id, stock: left });
  }
}

/** Puts them back; a product that was deleted meanwhile has no stock to return to. */
export async function giveBack(operation: Operation, lines: readonly OrderLine[]): Promise<void> {
  for (const { id, product, quantity } of await productsOf(operation, lines)) {
    if (product) {
      await operation.write(Product, { id, stock: product.stock + quantity });
    }
  }
}

/** All products at once: two orders lock what they share in the same order. */
async function productsOf(operation: Operation, lines: readonly OrderLine[]) {
  const ids = [...new Set(lines.map(({ productId }) => productId))];
  const products = await operation.read(Product, ids);
  return ids.map((id, at) => {
    const own = lines.filter(({ productId }) => productId === id);
    const quantity = own.reduce((sum, line) => sum + line.quantity, 0);
    return { id, product: products[at], own, quantity };
  });
}
