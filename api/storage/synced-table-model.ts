import type { FieldModel } from '../sync/model.ts';
import type { StoredEntity } from './storage-options.ts';
import { quoteName } from './synced-table.ts';

export interface TableColumn {
  /** The name that the engine knows: a field's, or `id`, `createdAt`, … */
  readonly field: string;
  /** The column, quoted. */
  readonly sql: string;
  readonly pgType: string;
  /** Undefined for the columns that every synced table has. */
  readonly model: FieldModel | undefined;
}

/** The columns of every synced table that hold a record's own data, `clocks` aside. */
const COMMON: readonly TableColumn[] = [
  { field: 'id', sql: 'id', pgType: 'text', model: undefined },
  { field: 'scope', sql: 'scope', pgType: 'text', model: undefined },
  { field: 'version', sql: 'version', pgType: 'bigint', model: undefined },
  { field: 'createdAt', sql: 'created_at', pgType: 'timestamptz', model: undefined },
  { field: 'updatedAt', sql: 'updated_at', pgType: 'timestamptz', model: undefined },
  { field: 'deletedAt', sql: 'deleted_at', pgType: 'timestamptz', model: undefined },
];

/** One synced table, as its statements are written. */
export interface SyncedTable {
  readonly entity: StoredEntity;
  /** The table, quoted. */
  readonly name: string;
  /** The type's own columns, in the order of its fields. */
  readonly own: readonly TableColumn[];
  readonly columns: readonly TableColumn[];
  /** `t.id, …, t."title" AS "title"`: rows come out as record views, nothing to rename. */
  readonly select: string;
  /** The bytes of a row's own values; rows are `t`. */
  readonly size: string;
}

export function readTable(entity: StoredEntity): SyncedTable {
  const own = entity.columns.map(({ field, column, pgType }) => ({
    field,
    sql: quoteName(column),
    pgType,
    model: entity.fields.find(({ name }) => name === field),
  }));
  const columns = [...COMMON, ...own];
  return {
    entity,
    name: quoteName(entity.table),
    own,
    columns,
    select: columns.map(({ field, sql }) => `t.${sql} AS ${quoteName(field)}`).join(', '),
    size: ['100', ...own.map(sizeOf)].join(' + '),
  };
}

/**
 * `octet_length` of text reads the length without unpacking it. For the rest, a small stored size is the real one; a
 * large one may be compressed.
 */
function sizeOf({ sql, pgType }: TableColumn): string {
  if (pgType === 'text' || pgType.includes('char')) {
    return pgType.endsWith('[]') ? packedSize(sql) : `coalesce(octet_length(t.${sql}), 0)`;
  }
  return pgType.endsWith('[]') || pgType.startsWith('json') ? packedSize(sql) : '8';
}

function packedSize(sql: string): string {
  return `CASE WHEN pg_column_size(t.${sql}) < 1900 THEN pg_column_size(t.${sql})
    ELSE coalesce(octet_length(t.${sql}::text), 0) END`;
}

/** Finds a type's table; the engine asks only for types it knows. */
export class SyncedTables {
  private readonly tables: ReadonlyMap<string, SyncedTable>;

  constructor(entities: readonly StoredEntity[]) {
    this.tables = new Map(entities.map((entity) => [entity.name, readTable(entity)]));
  }

  get all(): readonly SyncedTable[] {
    return [...this.tables.values()];
  }

  of(type: string): SyncedTable {
    const table = this.tables.get(type);
    if (table === undefined) {
      throw new Error(`There is no synced type ${type}.`);
    }
    return table;
  }
}
