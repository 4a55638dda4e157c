import { needed } from './expect.ts';
import type { FieldShape, TypeShape } from './type-shape.ts';

export type Values = Readonly<Record<string, unknown>>;

/**
 * The n-th value of a field that its schema allows; values of different n differ.
 *
 * @throws NotObservable when the schema does not say enough to make one
 */
export function sampleValue(field: FieldShape, n: number): unknown {
  return needed(maybeSample(field, n), `${field.name}: no value number ${n} can be made from the schema`);
}

function maybeSample(field: FieldShape, n: number): unknown {
  const one = sampleOne(field, n);
  if (one === undefined || !field.list) return one;
  return Array.from({ length: Math.max(1, field.constraint.minItems ?? 1) }, (_, at) =>
    sampleOne(field, n * 100 + at),
  );
}

const SAMPLES: Readonly<Record<string, (constraint: FieldShape['constraint'], n: number) => unknown>> = {
  String: sampleText,
  ID: sampleText,
  Int: ({ min = 1 }, n) => Math.max(min, 1) + n,
  Float: ({ min = 1 }, n) => Math.max(min, 1) + n + 0.5,
  Boolean: (_constraint, n) => (n > 1 ? undefined : n === 1),
  DateTime: (_constraint, n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString(),
  JSON: (_constraint, n) => ({ conform: n }),
};

function sampleOne({ kind, constraint, values, fields }: FieldShape, n: number): unknown {
  if (fields !== undefined) {
    return Object.fromEntries(fields.map((nested) => [nested.name, sampleValue(nested, n)]));
  }
  return values === undefined ? SAMPLES[kind]?.(constraint, n) : values[n];
}

function sampleText(
  { minLength = 1, maxLength = 40, pattern }: FieldShape['constraint'],
  n: number,
): unknown {
  const text = `${n}-conform`.padEnd(minLength, 'x').slice(0, maxLength);
  return pattern === undefined || new RegExp(pattern, 'u').test(text) ? text : undefined;
}

/** What a creation has to name. */
export function requiredValues({ fields }: TypeShape, n = 0): Values {
  return Object.fromEntries(
    fields
      .filter((field) => !field.nullable && field.default === undefined)
      .map((field) => [field.name, sampleValue(field, n)]),
  );
}

/** The fields that a change can be tried on by themselves: no reference, no nested object, no states of a process. */
export function editableFields({ fields }: TypeShape, valueCount: number): readonly FieldShape[] {
  return fields.filter(
    (field) =>
      field.references === undefined &&
      field.fields === undefined &&
      field.values === undefined &&
      maybeSample(field, valueCount - 1) !== undefined,
  );
}

/**
 * A field that the policy decides, with at least three values.
 *
 * @throws NotObservable when the type has none
 */
export function plainField(type: TypeShape): FieldShape {
  const field = editableFields(type, 6).find(({ merger, list }) => merger === undefined && !list);
  return needed(field, `${type.name} has no field without a merger to try values on`);
}

/** Two different fields: one that the policy decides, and any other. */
export function twoFields(type: TypeShape): readonly [FieldShape, FieldShape] {
  const first = plainField(type);
  const other = editableFields(type, 2).find(
    ({ name, merger }) => name !== first.name && merger !== 'counter',
  );
  return [first, needed(other, `${type.name} has only one field that can be tried`)];
}

export function mergedField(type: TypeShape, merger: string): FieldShape {
  return needed(
    type.fields.find((field) => field.merger === merger),
    `no type has a ${merger} merger`,
  );
}
