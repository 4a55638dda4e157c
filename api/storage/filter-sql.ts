/**
 * The filter language in SQL, with the meaning of `schema/filter-cases.json`: two-valued logic (a comparison with null is
 * false, and `not` of it true), text by code point, `contains` case-insensitive. Values are parameters, always.
 */
import { isCanonicalTime } from '../sync/check-value.ts';
import { SyncError } from '../sync/errors.ts';
import type { FieldCondition, Filter, Json, Order } from '../sync/model.ts';
import type { SyncedTable, TableColumn } from './synced-table-model.ts';

const MAX_CONDITIONS = 200;
const MAX_DEPTH = 16;

type Operator = keyof FieldCondition;

/** Collects parameters while a statement is written. */
export class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

function badInput(message: string): SyncError {
  return new SyncError('BAD_INPUT', 'NEVER', message);
}

/** A condition on rows `t`; `true` for an empty filter. */
export function filterSql(table: SyncedTable, filter: Filter | undefined, parameters: Parameters): string {
  const writer = { table, parameters, budget: { left: MAX_CONDITIONS } };
  return filter === undefined ? 'true' : conditionOf(writer, filter, MAX_DEPTH);
}

interface Writer {
  readonly table: SyncedTable;
  readonly parameters: Parameters;
  readonly budget: { left: number };
}

function conditionOf(writer: Writer, filter: Filter, depth: number): string {
  if (depth === 0) {
    throw badInput('The filter is nested too deeply.');
  }
  const parts: string[] = [];
  for (const [name, value] of Object.entries(filter)) {
    if (value === undefined || value === null) {
      continue;
    }
    parts.push(partOf(writer, { name, value, depth }));
  }
  return joined(parts, 'AND', 'true');
}

interface Part {
  readonly name: string;
  readonly value: NonNullable<Filter[string]>;
  readonly depth: number;
}

function partOf(writer: Writer, { name, value, depth }: Part): string {
  const inner = (each: Filter): string => conditionOf(writer, each, depth - 1);
  switch (name) {
    case 'and':
      return joined((value as readonly Filter[]).map(inner), 'AND', 'true');
    case 'or':
      return joined((value as readonly Filter[]).map(inner), 'OR', 'false');
    case 'not':
      return `NOT ${inner(value as Filter)}`;
    default:
      return fieldSql(writer, name, value as FieldCondition);
  }
}

function joined(parts: readonly string[], word: 'AND' | 'OR', empty: string): string {
  return parts.length === 0 ? empty : `(${parts.join(` ${word} `)})`;
}

function fieldSql(writer: Writer, name: string, condition: FieldCondition): string {
  const column = columnOf(writer.table, name);
  const parts = Object.entries(condition)
    .filter(([, operand]) => operand !== undefined)
    .map(([operator, operand]) => {
      writer.budget.left -= 1;
      if (writer.budget.left < 0) {
        throw badInput(`A filter holds at most ${MAX_CONDITIONS} conditions.`);
      }
      return operatorSql(column, operator, {
        operand: operand as Json,
        parameters: writer.parameters,
      });
    });
  return joined(parts, 'AND', 'true');
}

/** A column that can be compared; json and nested objects cannot. */
function columnOf({ columns }: SyncedTable, name: string): TableColumn {
  const column = columns.find(({ field }) => field === name);
  if (column === undefined || column.model?.kind === 'json' || column.model?.kind === 'object') {
    throw badInput('The filter or the order names a field that cannot be compared.');
  }
  return column;
}

interface Operation {
  readonly operand: Json;
  readonly parameters: Parameters;
}

const OPERATORS: Readonly<Record<Operator, (column: TableColumn, operation: Operation) => string>> = {
  isNull: (column, { operand }) =>
    operand === null ? 'true' : operand === true ? isNullSql(column) : `(NOT ${isNullSql(column)})`,
  eq: (column, operation) =>
    operation.operand === null ? isNullSql(column) : comparison(column, '=', operation),
  in: inSql,
  contains: containsSql,
  lt: (column, operation) => comparison(column, '<', operation),
  lte: (column, operation) => comparison(column, '<=', operation),
  gt: (column, operation) => comparison(column, '>', operation),
  gte: (column, operation) => comparison(column, '>=', operation),
};

function operatorSql(column: TableColumn, operator: string, operation: Operation): string {
  if (!Object.hasOwn(OPERATORS, operator)) {
    throw badInput('The filter uses an operator that does not exist.');
  }
  return OPERATORS[operator as Operator](column, operation);
}

function isNullSql({ sql }: TableColumn): string {
  return `(t.${sql} IS NULL)`;
}

/** A comparison with null is false. */
function comparison(column: TableColumn, sign: string, { operand, parameters }: Operation): string {
  return operand === null
    ? 'false'
    : decided(`${comparable(column)} ${sign} ${parameterOf(column, operand, parameters)}`);
}

/** Null in the list matches nothing, as in any comparison. */
function inSql(column: TableColumn, { operand, parameters }: Operation): string {
  if (!Array.isArray(operand)) {
    throw badInput('in takes a list.');
  }
  const parts = (operand as readonly Json[]).map((item) =>
    comparison(column, '=', { operand: item, parameters }),
  );
  return joined(parts, 'OR', 'false');
}

/** `lower` under the built-in `pg_c_utf8` maps code point by code point, whatever the database's locale. */
function containsSql(column: TableColumn, { operand, parameters }: Operation): string {
  if (operand === null) {
    return 'false';
  }
  if (column.model?.list === true) {
    return decided(
      `${parameterOf({ ...column, model: undefined }, operand, parameters)} = ANY (t.${column.sql})`,
    );
  }
  if (typeof operand !== 'string') {
    throw badInput(`${column.field}: contains takes text.`);
  }
  const text = parameters.add(storable(column, operand));
  return decided(
    `strpos(lower(t.${column.sql}::text COLLATE "pg_c_utf8"), lower(${text}::text COLLATE "pg_c_utf8")) > 0`,
  );
}

/** Three-valued to two-valued. */
function decided(sql: string): string {
  return `coalesce(${sql}, false)`;
}

/** The column as it is compared: text by code point. */
function comparable({ sql, pgType, model, field }: TableColumn): string {
  if (model?.list === true) {
    throw badInput(`${field} is a list: use contains.`);
  }
  return isText(pgType) ? `t.${sql} COLLATE "C"` : `t.${sql}`;
}

function isText(pgType: string): boolean {
  return pgType.startsWith('text') || pgType.includes('char');
}

function parameterOf({ field, pgType }: TableColumn, value: Json, parameters: Parameters): string {
  if (isText(pgType)) {
    return `${parameters.add(storable({ field }, text(field, value)))}::text`;
  }
  if (pgType.startsWith('timestamp')) {
    if (!isCanonicalTime(value)) {
      throw badInput(`${field}: the filter needs a time such as 2026-01-31T12:00:00.000Z.`);
    }
    return `${parameters.add(value)}::timestamptz`;
  }
  if (pgType.startsWith('bool')) {
    if (typeof value !== 'boolean') {
      throw badInput(`${field}: the filter needs true or false.`);
    }
    return `${parameters.add(value)}::boolean`;
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw badInput(`${field}: the filter needs a number.`);
  }
  return `${parameters.add(value)}::double precision`;
}

function text(field: string, value: Json): string {
  if (typeof value !== 'string') {
    throw badInput(`${field}: the filter needs text.`);
  }
  return value;
}

/** Text that no row can hold cannot be asked for either. */
function storable({ field }: Pick<TableColumn, 'field'>, value: string): string {
  if (/\0|\p{Cs}/u.test(value)) {
    throw badInput(`${field}: the filter holds NUL or half of a surrogate pair.`);
  }
  return value;
}

/** Null first when ascending, last when descending; `id` breaks ties within a scope. */
export function orderSql(table: SyncedTable, orderBy: readonly Order[]): string {
  const terms = orderBy.map(({ field, direction }) => {
    const sql = comparable(columnOf(table, field));
    return direction === 'ASC' ? `${sql} ASC NULLS FIRST` : `${sql} DESC NULLS LAST`;
  });
  return [...terms, 't.id COLLATE "C"'].join(', ');
}
