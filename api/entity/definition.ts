import type { EntityModel } from '../sync/model.ts';

/** Where one field lives in Postgres. */
export interface ColumnDefinition {
  readonly field: string;
  /** The column's name, unquoted. */
  readonly column: string;
  /** The Postgres type that `json_to_recordset` declares for it, such as `text`, `boolean`, `text[]`, `jsonb`. */
  readonly pgType: string;
}

/** An entity class, read: what the engine needs, what storage needs and what the schema needs. */
export interface EntityDefinition extends EntityModel {
  /** The decorated class itself. */
  readonly target: new () => object;
  /** `notes` for `Note`: the list query; `upsertNotes` and the rest follow from it. */
  readonly plural: string;
  readonly description: string;
  readonly table: string;
  /** The columns of the type's own fields, in the order of `fields`. */
  readonly columns: readonly ColumnDefinition[];
}
