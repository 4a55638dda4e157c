import { registerEnumType } from 'type-graphql';

export const OrderStatus = {
  DRAFT: 'DRAFT',
  PLACED: 'PLACED',
  PACKED: 'PACKED',
  SHIPPED: 'SHIPPED',
  DELIVERED: 'DELIVERED',
  CANCELLED: 'CANCELLED',
} as const;

export type OrderStatus = keyof typeof OrderStatus;

registerEnumType(OrderStatus, {
  name: 'OrderStatus',
  description: 'How far an order is.',
  valuesConfig: {
    DRAFT: { description: 'Being written; nothing is reserved yet.' },
    PLACED: { description: 'Numbered by `placeOrder`, its stock reserved.' },
    PACKED: { description: 'Packed, ready to go.' },
    SHIPPED: { description: 'On its way.' },
    DELIVERED: { description: 'Received.' },
    CANCELLED: { description: 'Called off before it was packed; once it is placed, by `cancelOrder`.' },
  },
});

/** Where an order may go from each status. */
export const NEXT_STATUS: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  DRAFT: ['PLACED', 'CANCELLED'],
  PLACED: ['PACKED', 'CANCELLED'],
  PACKED: ['SHIPPED'],
  SHIPPED: ['DELIVERED'],
  DELIVERED: [],
  CANCELLED: [],
};
