import type { EntityModel, FieldModel } from '../sync/model.ts';

/** Where one field lives in Postgres. */
export interface ColumnDefinition {
  readonly field: string;
  /** The column's name, unquoted. */
  readonly column: string;
  /** The Postgres type that `json_to_recordset` declares for it, such as `text`, `boolean`, `text[]`, `jsonb`. */
  readonly pgType: string;
}

/** Limits on a value, for the device to check before it queues; those of a list's elements stand in the same object. */
export interface Constraint {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly min?: number;
  readonly max?: number;
  /** The source of a regular expression that the text has to match. */
  readonly pattern?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** One field, read: what the engine needs and what the schema says about it. */
export interface FieldDefinition extends FieldModel {
  readonly description: string;
  readonly deprecationReason: string | undefined;
  /** What TypeGraphQL makes the type from: a scalar, a registered enum object or a nested object's class. */
  readonly graphqlType: object;
  /** The GraphQL name of the enum or of the nested object type. */
  readonly typeName: string | undefined;
  /** The GraphQL field that resolves the reference, such as `notebook` for `notebookId`. */
  readonly referenceField: string | undefined;
  readonly constraint: Constraint | undefined;
  readonly fields: readonly FieldDefinition[] | undefined;
}

/** An entity class, read: what the engine needs, what storage needs and what the schema needs. */
export interface EntityDefinition extends EntityModel {
  readonly fields: readonly FieldDefinition[];
  /** The decorated class itself. */
  readonly target: new () => object;
  /** `notes` for `Note`: the list query; `upsertNotes` and the rest follow from it. */
  readonly plural: string;
  readonly description: string;
  /** The only scope its records live in, such as `catalog`. Undefined: any. */
  readonly scope: string | undefined;
  readonly table: string;
  /** The columns of the type's own fields, in the order of `fields`. */
  readonly columns: readonly ColumnDefinition[];
}
