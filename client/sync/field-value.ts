import type { Json } from './manifest.ts';
import type { VisibleRecord } from './model.ts';

/** A field by its name in the schema, the common ones included. */
export function fieldValue(record: VisibleRecord, name: string): Json {
  switch (name) {
    case 'id':
    case 'scope':
    case 'version':
    case 'createdAt':
    case 'updatedAt':
    case 'deletedAt':
      return record[name];
    default:
      return record.values[name] ?? null;
  }
}
