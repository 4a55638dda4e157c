import { ArrayMaxSize, MaxLength } from 'class-validator';
import { Field, Int } from 'type-graphql';
import { Column } from 'typeorm';
import { Synced, SyncedRecord } from '../index.ts';
import { OrderLine } from './order-line.ts';
import { orderRule } from './order-rule.ts';
import { OrderStatus } from './order-status.ts';
import { OrderStep, withStep } from './order-step.ts';

@Synced<Order>({
  description:
    'An order of products, written alone or by a team. When two change the same field, a person decides.',
  policy: 'manual',
  fields: {
    lines: { default: [], fields: { productId: { references: 'Product', as: 'product' } } },
    status: { default: 'DRAFT' },
    note: { default: '' },
    number: { writable: false },
    reserved: { default: false, writable: false },
    total: { default: 0, writable: false },
    steps: { default: [], writable: false },
  },
  unique: [['number']],
  rule: orderRule,
  derive: ({ lines, status, steps }, at) => ({
    total: lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0),
    steps: withStep(steps, status, at),
  }),
})
export class Order extends SyncedRecord {
  @Field(() => [OrderLine], { description: 'What is ordered. Fixed once the order is placed.' })
  @Column('jsonb')
  @ArrayMaxSize(100)
  lines!: OrderLine[];

  @Field(() => OrderStatus, {
    description: 'How far it is: DRAFT, PLACED, PACKED, SHIPPED, DELIVERED; CANCELLED from the first two.',
  })
  @Column('text')
  status!: OrderStatus;

  @Field(() => String, { description: 'Anything to say about it. May be empty.' })
  @Column('text')
  @MaxLength(2000)
  note!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Its number in its scope, 1, 2, 3 …: given by `placeOrder`, null until then.',
  })
  @Column('integer', { nullable: true })
  number!: number | null;

  @Field(() => Boolean, { description: 'Whether its pieces are taken out of the stock of the catalogue.' })
  @Column('boolean')
  reserved!: boolean;

  @Field(() => Int, { description: 'The sum of its lines, in cents.' })
  @Column('integer')
  total!: number;

  @Field(() => [OrderStep], { description: 'Each status that it reached, the first one first, and when.' })
  @Column('jsonb')
  steps!: OrderStep[];
}
