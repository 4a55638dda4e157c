import { Length } from 'class-validator';
import { Field } from 'type-graphql';
import { Column } from 'typeorm';
import { Synced, SyncedRecord } from '../index.ts';

@Synced<Notebook>({
  description: 'A notebook: notes are filed in it.',
  policy: 'lastWriteWins',
})
export class Notebook extends SyncedRecord {
  @Field(() => String, { description: 'What the notebook is called.' })
  @Column('text')
  @Length(1, 100)
  name!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The colour it is shown in, as CSS writes it; null for none.',
  })
  @Column('text', { nullable: true })
  color!: string | null;
}
