import { Field, ObjectType } from 'type-graphql';
import { DateTime } from '../index.ts';
import { OrderStatus } from './order-status.ts';

@ObjectType('OrderStep', {
  description: 'A status that an order reached, and when.',
  simpleResolvers: true,
})
export class OrderStep {
  @Field(() => OrderStatus, { description: 'The status it reached.' })
  status!: OrderStatus;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When somebody moved it there. Null: before the times of the steps were kept.',
  })
  at!: string | null;
}

/** The steps of an order that has this status since this time, unless it already had it. */
export function withStep(steps: readonly OrderStep[], status: OrderStatus, at: string): OrderStep[] {
  return steps.at(-1)?.status === status ? [...steps] : [...steps, { status, at }];
}
