import type { FieldDefinition } from '../entity/definition.ts';
import type { Json, Values } from '../sync/model.ts';

/** What a field that refers to a record is set to. */
export type ReferenceTo = (references: NonNullable<FieldDefinition['references']>) => string;

/**
 * A value that the field accepts, made from its definition: its kind, its limits, the types it refers to. Other numbers
 * give other values, as far as the limits leave room.
 *
 * Patterns and validators of one's own cannot be read backwards: give such a field a default.
 */
export function sampleValue(field: FieldDefinition, n: number, referenceTo: ReferenceTo): Json {
  if (!field.list) {
    return sampleItem(field, n, referenceTo);
  }
  const length = Math.max(field.constraint?.minItems ?? 0, 1);
  return Array.from({ length }, (_, at) => sampleItem(field, n + at, referenceTo));
}

/** Values for the fields that a new record has to name. */
export function requiredValues(
  fields: readonly FieldDefinition[],
  n: number,
  referenceTo: ReferenceTo,
): Values {
  const required = fields.filter((field) => isRequired(field));
  return Object.fromEntries(required.map((field) => [field.name, sampleValue(field, n, referenceTo)]));
}

export function isRequired({ writable, nullable, default: value }: FieldDefinition): boolean {
  return writable && !nullable && value === undefined;
}

/** Whether the field, or one inside its objects, refers to a record. */
export function hasReference({ references, fields = [] }: FieldDefinition): boolean {
  return references !== undefined || fields.some(hasReference);
}

/** Whether three different values of the field can be made, so that two edits of it can oppose each other. */
export function hasThreeValues(field: FieldDefinition): boolean {
  const made = [0, 1, 2].map((n) => JSON.stringify(sampleValue(field, n, () => 'none')));
  return new Set(made).size === 3;
}

/** A value that is not of the field's kind; undefined: there is none. */
export function wrongValue({ kind, list }: FieldDefinition): Json | undefined {
  if (list) {
    return 'no list';
  }
  const isNumber = kind === 'int' || kind === 'float' || kind === 'boolean';
  return kind === 'json' ? undefined : isNumber ? 'text' : 7;
}

function sampleItem(field: FieldDefinition, n: number, referenceTo: ReferenceTo): Json {
  const { references, fields } = field;
  if (references !== undefined) {
    return referenceTo(references);
  }
  return fields === undefined
    ? SAMPLES[field.kind](n, field)
    : Object.fromEntries(fields.map((one) => [one.name, sampleValue(one, n, referenceTo)]));
}

const SAMPLES: Readonly<Record<FieldDefinition['kind'], (n: number, field: FieldDefinition) => Json>> = {
  id: (n) => `id-${n}`,
  string: sampleText,
  int: sampleNumber,
  float: sampleNumber,
  boolean: (n) => n % 2 === 0,
  dateTime: (n) => new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString(),
  enum: (n, { values = [] }) => values[n % values.length] ?? null,
  json: (n) => ({ n }),
  object: () => ({}),
};

function sampleText(n: number, { constraint = {} }: FieldDefinition): string {
  const { minLength = 0, maxLength = Number.MAX_SAFE_INTEGER } = constraint;
  return `${n}`.padEnd(Math.max(minLength, Math.min(8, maxLength)), 'x').slice(0, maxLength);
}

function sampleNumber(n: number, { constraint = {} }: FieldDefinition): number {
  const { min = 0, max = min + 1_000_000 } = constraint;
  return min + (n % (Math.floor(max - min) + 1));
}
