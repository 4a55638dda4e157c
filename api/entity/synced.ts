import { getMetadataStorage, ObjectType } from 'type-graphql';
import { Entity, getMetadataArgsStorage, Index } from 'typeorm';
import type { MergerName, Policy, Violation } from '../sync/model.ts';
import { snakeCase } from './naming.ts';
import { SyncedRecord } from './synced-record.ts';

const OPTIONS = Symbol('holdfast:synced');

/** The names of a type's own fields. */
type OwnKeys<T> = Exclude<keyof T & string, keyof SyncedRecord>;

/** A record's own values. */
export type OwnFields<T> = { readonly [K in OwnKeys<T>]: T[K] };

/** What `@Synced` says about one field beyond what `@Field` and `@Column` say. */
export interface FieldOptions<V = unknown> {
  /** Filled in, on the device too, when a new record leaves the field out. Without one a non-null field is required. */
  readonly default?: V;
  /** How two edits of the field combine; a function has to be deterministic. Absent: the type's policy decides. */
  readonly merge?: MergerName | ((base: V | undefined, yours: V, row: V) => V);
  /** False: only the server sets the field; it is absent from the upsert input. Default true. */
  readonly writable?: boolean;
  /** The type whose id the field holds, such as `Notebook`. */
  readonly references?: string;
  /** The GraphQL field that reads the referenced record, such as `notebook`. Required beside `references`. */
  readonly as?: string;
  /** The fixed scope of the referenced record, such as `catalog`. Absent: the record's own scope. */
  readonly scope?: string;
  /** The same for the fields of nested objects. */
  readonly fields?: { readonly [name: string]: FieldOptions };
}

/** What `@Synced` is told of a type. */
export interface SyncedOptions<T extends SyncedRecord> {
  /** One sentence for the schema: what a record of this type is. */
  readonly description: string;
  /** What decides a field that two devices changed, unless it has a merger (R22). */
  readonly policy: Policy;
  /** The list query's name. Default: the English plural of the class name, such as `notes`. */
  readonly plural?: string;
  /** The only scope records of this type live in, such as `catalog`. Default: any scope. */
  readonly scope?: string;
  readonly fields?: { readonly [K in OwnKeys<T>]?: FieldOptions<T[K]> };
  /** Sets of fields that are unique within a scope. */
  readonly unique?: readonly (readonly OwnKeys<T>[])[];
  /** The type's own rule over a whole record; `before` is null for a creation. */
  readonly rule?: (before: OwnFields<T> | null, after: OwnFields<T>) => Violation | null;
  /** Values the server derives from the others after each accepted change. `at`: when that was made, a canonical time (R25). */
  readonly derive?: (after: OwnFields<T>, at: string) => Partial<OwnFields<T>>;
}

/** What is kept of the options, without the class's own type. */
export interface ReadOptions extends Omit<
  SyncedOptions<SyncedRecord>,
  'fields' | 'unique' | 'rule' | 'derive'
> {
  readonly fields?: { readonly [name: string]: FieldOptions };
  readonly unique?: readonly (readonly string[])[];
  readonly rule?: unknown;
  readonly derive?: unknown;
}

/**
 * Makes a class a synced type: a GraphQL object type and a TypeORM entity in one (so it needs neither `@ObjectType`
 * nor, unless its table has another name than the class in snake case, `@Entity`).
 *
 * Name the class as the type argument, `@Synced<Note>({ … })`, and the compiler checks the field names.
 */
export function Synced<T extends SyncedRecord>(options: SyncedOptions<T>) {
  return (target: new () => T): void => {
    const isEntity = getMetadataArgsStorage().tables.some((table) => table.target === target);
    if (!isEntity) {
      Entity({ name: snakeCase(target.name) })(target);
    }
    const isObjectType = getMetadataStorage().objectTypes.some((type) => type.target === target);
    if (!isObjectType) {
      const { description } = options;
      ObjectType(target.name, { description, implements: SyncedRecord, simpleResolvers: true })(target);
    }
    declareIndexes(target, options.unique ?? []);
    Reflect.defineMetadata(OPTIONS, { ...options, ownObjectType: isObjectType }, target);
  };
}

/** The indexes that the engine makes beside a table's own; named so that TypeORM does not offer to drop them. */
const ENGINE_INDEXES = ['delta', 'live', 'recent', 'tombstones'];

/** Unique fields are unique among a scope's live records: a deleted one gives its values free. */
function declareIndexes(target: new () => SyncedRecord, unique: readonly (readonly string[])[]): void {
  const table = tableOf(target);
  for (const suffix of ENGINE_INDEXES) {
    Index(`${table}_${suffix}`, { synchronize: false })(target);
  }
  for (const fields of unique) {
    const name = [table, ...fields.map(snakeCase), 'unique'].join('_');
    Index(name, ['scope', ...fields], { unique: true, where: '"deleted_at" IS NULL' })(target);
  }
}

/** The table that an entity class is kept in. */
export function tableOf(target: new () => SyncedRecord): string {
  const table = getMetadataArgsStorage().tables.find((candidate) => candidate.target === target);
  return table?.name ?? snakeCase(target.name);
}

/** What `@Synced` was given on this very class; undefined when it is not decorated. */
export function syncedOptions(
  target: object,
): (ReadOptions & { readonly ownObjectType: boolean }) | undefined {
  return Reflect.getOwnMetadata(OPTIONS, target) as (ReadOptions & { ownObjectType: boolean }) | undefined;
}
