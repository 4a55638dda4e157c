import { DefaultNamingStrategy } from 'typeorm';
import type { Table } from 'typeorm';

/** `OrderLine` and `orderLine` become `order_line`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}

/** `OrderLine` becomes `orderLine`. */
export function camelCase(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** `notes` becomes `Notes`. */
export function pascalCase(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The regular English plural: `notes`, `boxes`, `categories`. Irregular ones are named with `plural`. */
export function pluralOf(name: string): string {
  const camel = camelCase(name);
  if (/[^aeiou]y$/.test(camel)) {
    return `${camel.slice(0, -1)}ies`;
  }
  return /(s|x|z|ch|sh)$/.test(camel) ? `${camel}es` : `${camel}s`;
}

/** Makes TypeORM name columns as entity definitions do, `notebook_id`, and primary keys so that one can read them. */
export class SnakeNamingStrategy extends DefaultNamingStrategy {
  override columnName(property: string, customName: string | undefined, prefixes: string[]): string {
    return [...prefixes.map(snakeCase), customName ?? snakeCase(property)].join('_');
  }

  override primaryKeyName(table: Table | string): string {
    return `${typeof table === 'string' ? table : table.name}_key`;
  }
}
