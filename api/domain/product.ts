import { Length, MaxLength, Min } from 'class-validator';
import { Field, Int } from 'type-graphql';
import { Column } from 'typeorm';
import { Synced, SyncedRecord } from '../index.ts';

/** Customers read the catalogue, staff write it: access is granted on the scope `catalog`. */
@Synced<Product>({
  description: 'Something that can be ordered. All products live in the scope `catalog`.',
  policy: 'serverWins',
  scope: 'catalog',
  fields: {
    description: { default: '' },
    stock: { default: 0, merge: 'counter' },
    active: { default: true },
  },
})
export class Product extends SyncedRecord {
  @Field(() => String, { description: 'What the product is called.' })
  @Column('text')
  @Length(1, 200)
  name!: string;

  @Field(() => String, { description: 'What it is, in a few sentences. May be empty.' })
  @Column('text')
  @MaxLength(2000)
  description!: string;

  @Field(() => Int, { description: 'The price of one piece, in cents.' })
  @Column('integer')
  @Min(0)
  price!: number;

  @Field(() => Int, {
    description: 'How many pieces are left. Changes from several places add up; it never falls below 0.',
  })
  @Column('integer')
  @Min(0)
  stock!: number;

  @Field(() => Boolean, { description: 'Whether it can be ordered now.' })
  @Column('boolean')
  active!: boolean;
}
