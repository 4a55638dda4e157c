import type { FieldModel, Json, Values } from './model.ts';
import { equalJson } from './json.ts';

/** A record that a field's value names (R27). */
export interface Reference {
  readonly field: string;
  readonly type: string;
  readonly scope: string;
  readonly id: string;
}

/** What the values refer to, in nested objects too. `scope`: where references without a fixed scope lead. */
export function referencesOf(
  fields: readonly FieldModel[],
  values: Values,
  scope: string,
): readonly Reference[] {
  const found: Reference[] = [];
  for (const field of fields) {
    const value = values[field.name];
    if (value !== undefined && value !== null && (field.references ?? field.fields) !== undefined) {
      for (const item of field.list ? (value as readonly Json[]) : [value]) {
        found.push(...referencesOfOne(field, item, scope));
      }
    }
  }
  return found;
}

function referencesOfOne(field: FieldModel, value: Json, scope: string): readonly Reference[] {
  const { references } = field;
  if (references !== undefined && typeof value === 'string') {
    return [{ field: field.name, type: references.type, scope: references.scope ?? scope, id: value }];
  }
  return field.fields === undefined
    ? []
    : referencesOf(field.fields, value as Values, scope).map((inner) => ({ ...inner, field: field.name }));
}

/** The fixed scopes that these fields refer to, in nested objects too. */
export function fixedScopesOf(fields: readonly FieldModel[]): readonly string[] {
  return fields.flatMap(({ references, fields: nested = [] }) => [
    ...(references?.scope === undefined ? [] : [references.scope]),
    ...fixedScopesOf(nested),
  ]);
}

/** The fields whose value differs: only those have to name records that exist. */
export function changedValues(before: Values | null, after: Values): Values {
  return before === null
    ? after
    : Object.fromEntries(
        Object.entries(after).filter(([name, value]) => !equalJson(value, before[name] ?? null)),
      );
}

export function referenceKey({ type, scope, id }: Omit<Reference, 'field'>): string {
  return `${type} ${scope} ${id}`;
}
