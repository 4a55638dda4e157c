import { Max, Min } from 'class-validator';
import { Field, ID, Int, ObjectType } from 'type-graphql';

@ObjectType('OrderLine', {
  description: 'One line of an order: a product and how many.',
  simpleResolvers: true,
})
export class OrderLine {
  @Field(() => ID, { description: 'The product, in the scope `catalog`.' })
  productId!: string;

  @Field(() => Int, { description: 'How many pieces, 1 to 10,000.' })
  @Min(1)
  @Max(10_000)
  quantity!: number;

  @Field(() => Int, { description: 'The price of one piece when the line was written, in cents.' })
  @Min(0)
  @Max(1_000_000)
  unitPrice!: number;
}
