import { Text } from '@mantine/core';
import type { OrderRowFragment } from '../../generated/documents.ts';
import { readerMoney } from '../catalog/money.ts';
import { problemOf, totalOf, type LineProblem } from './cart.ts';
import classes from './order.module.css';
import { QuantityStepper } from './quantity-stepper.tsx';
import { usePutIntoOrder } from './use-cart.ts';

type Order = OrderRowFragment;
type OrderLine = Order['lines'][number];

interface OrderLinesProps {
  readonly order: Order;
  /** Only a draft that nobody has asked to place may change. */
  readonly canEdit: boolean;
}

/** What is ordered, line by line, and what it comes to. */
export function OrderLines({ order, canEdit }: OrderLinesProps) {
  const put = usePutIntoOrder();
  return (
    <div>
      <ul className={classes.lines} aria-label="What is ordered">
        {order.lines.map((line) => (
          <li key={line.productId} className={classes.line}>
            <LineName line={line} isDraft={order.status === 'DRAFT'} />
            {canEdit ? (
              <QuantityStepper
                product={nameOf(line)}
                quantity={line.quantity}
                max={line.product?.stock ?? 0}
                onChange={(quantity) =>
                  put(order, { id: line.productId, price: line.product?.price ?? line.unitPrice }, quantity)
                }
              />
            ) : (
              <Text size="sm" c="dimmed">
                {line.quantity.toLocaleString()} ×
              </Text>
            )}
            <span className={classes.money}>{readerMoney(line.quantity * line.unitPrice)}</span>
          </li>
        ))}
      </ul>
      <div className={classes.total}>
        <span>Total</span>
        <span className={classes.money}>{readerMoney(totalOf(order.lines))}</span>
      </div>
    </div>
  );
}

function LineName({ line, isDraft }: { readonly line: OrderLine; readonly isDraft: boolean }) {
  const problem = isDraft ? problemOf(line, line.product) : null;
  return (
    <span className={classes.lineName}>
      <Text fw={600} truncate>
        {nameOf(line)}
      </Text>
      <Text size="xs" c="dimmed">
        {readerMoney(line.unitPrice)} each
      </Text>
      {problem !== null && <span className={classes.lineProblem}>{problemWords(problem, line)}</span>}
    </span>
  );
}

function nameOf({ product }: OrderLine): string {
  return product?.name ?? 'A product that is not there any more';
}

function problemWords(problem: LineProblem, { product }: OrderLine): string {
  switch (problem) {
    case 'notSold':
      return 'Not sold any more: take it out.';
    case 'soldOut':
      return 'Sold out: take it out, or wait.';
    case 'tooMany':
      return `Only ${(product?.stock ?? 0).toLocaleString()} left.`;
    case 'newPrice':
      return `The price is ${readerMoney(product?.price ?? 0)} now.`;
  }
}
