import { ArrayMaxSize, Length, MaxLength } from 'class-validator';
import { Field, ID } from 'type-graphql';
import { Column } from 'typeorm';
import { Synced, SyncedRecord } from '../index.ts';

@Synced<Note>({
  description: 'A note: a title, a text in Markdown, tags.',
  policy: 'merge',
  fields: {
    title: { default: '' },
    content: { default: '', merge: 'text' },
    tags: { default: [], merge: 'set' },
    pinned: { default: false },
    notebookId: { references: 'Notebook', as: 'notebook' },
  },
})
export class Note extends SyncedRecord {
  @Field(() => String, { description: 'One line that lists show. May be empty.' })
  @Column('text')
  @MaxLength(200)
  title!: string;

  @Field(() => String, { description: 'The text, in Markdown. Edits from two devices are merged.' })
  @Column('text')
  content!: string;

  @Field(() => [String], { description: 'Words to find the note by, each of them once.' })
  @Column('text', { array: true })
  @ArrayMaxSize(50)
  @Length(1, 50, { each: true })
  tags!: string[];

  @Field(() => Boolean, { description: 'Whether lists show the note before the others.' })
  @Column('boolean')
  pinned!: boolean;

  @Field(() => ID, { nullable: true, description: 'The notebook the note is filed in; null for none.' })
  @Column('text', { nullable: true })
  notebookId!: string | null;
}
