import 'reflect-metadata';
import { Field, ID, InterfaceType } from 'type-graphql';
import { Column, PrimaryColumn } from 'typeorm';
import { DateTime, Position } from './scalars.ts';

/**
 * What every synced record has, whatever its type. An entity class extends it and adds its own fields.
 *
 * The primary key begins with `scope`: whether an id exists in someone else's scope cannot be told, and tables
 * distribute by scope. Only the engine writes these columns.
 */
@InterfaceType('SyncRecord', {
  description: 'What every synced record has, whatever its type.',
  autoRegisterImplementations: false,
})
export abstract class SyncedRecord {
  @Field(() => ID, {
    simple: true,
    description: 'The scope the record lives in: who may see it. It never changes.',
  })
  @PrimaryColumn('text')
  scope!: string;

  @Field(() => ID, {
    simple: true,
    description: 'Made by the device that created the record; unique within its scope and type.',
  })
  @PrimaryColumn('text')
  id!: string;

  @Field(() => Position, {
    simple: true,
    description: 'The position of the last accepted write: it grows with each one and is never used twice.',
  })
  @Column('bigint')
  version!: number;

  @Field(() => DateTime, { simple: true, description: 'When the server accepted the creation.' })
  @Column('timestamp with time zone', { precision: 3, name: 'created_at' })
  createdAt!: string;

  @Field(() => DateTime, { simple: true, description: 'When the server accepted the last change.' })
  @Column('timestamp with time zone', { precision: 3, name: 'updated_at' })
  updatedAt!: string;

  @Field(() => DateTime, {
    simple: true,
    nullable: true,
    description:
      'When the record was deleted. Null while it lives; deltas carry deleted records, lists do not.',
  })
  @Column('timestamp with time zone', { precision: 3, nullable: true, name: 'deleted_at' })
  deletedAt!: string | null;

  /** Per field: version, corrected edit time and device of its last change (protocol.md, "Concurrent changes"). */
  @Column('jsonb', { default: {} })
  protected clocks!: unknown;
}
