import { Field } from 'type-graphql';
import { Column } from 'typeorm';
import { JsonScalar, Synced, SyncedRecord } from '../index.ts';

/**
 * The key is the record's id. A unique field `key` beside an id of its own would refuse the second of two devices that
 * set the same key offline; with one id for both, their creations meet in one record and the policy decides.
 */
@Synced<Setting>({
  description: 'A setting. Its `id` is its key, such as `theme`: each scope has at most one of a key.',
  policy: 'clientWins',
})
export class Setting extends SyncedRecord {
  @Field(() => JsonScalar, { description: 'What it is set to: any JSON value but null.' })
  @Column('jsonb')
  value!: unknown;
}
