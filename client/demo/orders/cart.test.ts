import { expect, test } from 'vitest';
import { linesOfBoth, piecesOf, problemOf, quantityOf, totalOf, withQuantity, type Line } from './cart.ts';

const tea: Line = { productId: 'tea', quantity: 2, unitPrice: 690 };
const mug: Line = { productId: 'mug', quantity: 1, unitPrice: 1200 };
const product = { price: 690, stock: 10, active: true };

test('more of a product stays in its line, at the price of today', () => {
  expect(withQuantity([tea, mug], { id: 'tea', price: 700 }, 3)).toEqual([
    { productId: 'tea', quantity: 3, unitPrice: 700 },
    mug,
  ]);
});

test('a new product comes last, and none of one removes it', () => {
  expect(withQuantity([tea], { id: 'mug', price: 1200 }, 1)).toEqual([tea, mug]);
  expect(withQuantity([tea, mug], { id: 'tea', price: 690 }, 0)).toEqual([mug]);
});

test('two orders together hold what either holds, in the amounts of the first', () => {
  expect(linesOfBoth([tea], [{ ...tea, quantity: 5 }, mug])).toEqual([tea, mug]);
});

test('a line carries nothing but what the server takes', () => {
  const shown = { ...tea, product: { name: 'Tea' } };
  expect(withQuantity([shown], { id: 'mug', price: 1200 }, 1)).toEqual([tea, mug]);
});

test('pieces and cents add up', () => {
  expect([piecesOf([tea, mug]), totalOf([tea, mug]), quantityOf([tea, mug], 'cup')]).toEqual([3, 2580, 0]);
});

test.each([
  [product, null],
  [null, 'notSold'],
  [{ ...product, active: false }, 'notSold'],
  [{ ...product, stock: 0 }, 'soldOut'],
  [{ ...product, stock: 1 }, 'tooMany'],
  [{ ...product, price: 691 }, 'newPrice'],
])('two pieces of %j are %s', (known, problem) => {
  expect(problemOf(tea, known)).toBe(problem);
});
