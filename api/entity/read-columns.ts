import { getMetadataArgsStorage } from 'typeorm';
import type { ColumnDefinition, FieldDefinition } from './definition.ts';
import type { Report } from './entity-definition-error.ts';
import { snakeCase } from './naming.ts';
import { ownChain } from './read-fields.ts';

const TEXT = ['text', 'varchar', 'character varying'];

/** The Postgres types that hold a kind without losing anything, the usual one first. */
const COLUMN_TYPES: Readonly<Record<FieldDefinition['kind'], readonly string[]>> = {
  id: TEXT,
  string: TEXT,
  enum: TEXT,
  int: ['integer', 'int', 'int4', 'smallint', 'int2'],
  float: ['double precision', 'float8'],
  boolean: ['boolean', 'bool'],
  dateTime: ['timestamp with time zone', 'timestamptz'],
  json: ['jsonb'],
  object: ['jsonb'],
};

/** Where each field lives; a field without a fitting `@Column` is reported. */
export function readColumns(
  target: new () => object,
  fields: readonly FieldDefinition[],
  report: Report,
): readonly ColumnDefinition[] {
  const chain = ownChain(target);
  const columns = getMetadataArgsStorage().columns.filter((column) =>
    chain.includes(column.target as object),
  );
  return fields.flatMap((field) => {
    const place = `${target.name}.${field.name}`;
    const column = columns.find((candidate) => candidate.propertyName === field.name);
    if (column === undefined) {
      report(
        `${place} has no column. Write ${suggestion(field)} beside its @Field; a computed field belongs into a @FieldResolver.`,
      );
      return [];
    }
    const { type, array, nullable, name } = column.options;
    if (!isFitting(field, type, array === true)) {
      report(`${place}: this column cannot hold it. Write ${suggestion(field)}.`);
    }
    if ((nullable === true) !== field.nullable) {
      report(`${place}: @Field and @Column disagree on null. Write nullable: true in both, or in neither.`);
    }
    const pgType = `${String(type)}${array === true ? '[]' : ''}`;
    return [{ field: field.name, column: name ?? snakeCase(field.name), pgType }];
  });
}

function isFitting(field: FieldDefinition, type: unknown, array: boolean): boolean {
  const allowed = COLUMN_TYPES[field.kind];
  if (typeof type !== 'string' || !allowed.includes(type)) {
    return type === 'jsonb' && field.list && !array;
  }
  return allowed.includes('jsonb') ? !array : array === field.list;
}

function suggestion(field: FieldDefinition): string {
  const [type] = COLUMN_TYPES[field.kind];
  const options = [
    field.list && type !== 'jsonb' ? 'array: true' : '',
    field.nullable ? 'nullable: true' : '',
    field.kind === 'dateTime' ? 'precision: 3' : '',
  ].filter((option) => option !== '');
  const tail = options.length === 0 ? '' : `, { ${options.join(', ')} }`;
  return `@Column('${String(type)}'${tail})`;
}
