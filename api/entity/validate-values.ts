import { validateSync } from 'class-validator';
import type { EntityModel, Json, Values, Violation } from '../sync/model.ts';
import { hasRules } from './constraints.ts';
import type { FieldDefinition } from './definition.ts';
import { isOfKind } from './json-kind.ts';

type Target = new () => object;

/** NUL and lone surrogates: Postgres refuses them, and a refusal here is one change's, not the whole push's. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** A field with the check of the nested objects it holds, made once. */
interface CheckedField {
  readonly field: FieldDefinition;
  readonly nested: EntityModel['validate'] | undefined;
}

/**
 * The check of an entity's values: the declared kind, text that can be stored, then class-validator's decorators on
 * an instance of the class itself, with only the named fields set. Nested objects are checked by their own classes.
 */
export function createValidate(target: Target, fields: readonly FieldDefinition[]): EntityModel['validate'] {
  const checked = new Map(fields.map((field) => [field.name, { field, nested: createNested(field) }]));
  const isRuled = hasRules(target);
  return (values) => checkValues(values, checked) ?? (isRuled ? checkRules(target, values) : null);
}

/** A nested object is replaced whole, so all its fields have to be there. */
function createNested({ fields, graphqlType }: FieldDefinition): EntityModel['validate'] | undefined {
  if (fields === undefined) {
    return undefined;
  }
  const validate = createValidate(graphqlType as Target, fields);
  const required = fields.filter((field) => !field.nullable);
  return (values) => {
    const missing = required.find(({ name }) => values[name] === undefined);
    return missing === undefined
      ? validate(values)
      : { field: missing.name, message: `${missing.name} is missing.` };
  };
}

function checkValues(values: Values, fields: ReadonlyMap<string, CheckedField>): Violation | null {
  for (const [name, value] of Object.entries(values)) {
    const checked = fields.get(name);
    const message = checked === undefined ? `There is no field ${name}.` : problemOf(value, checked);
    if (message !== null) {
      return { field: name, message };
    }
  }
  return null;
}

function problemOf(value: Json, { field, nested }: CheckedField): string | null {
  if (value === null && !field.nullable) {
    return `${field.name} cannot be null. Leave it out to keep it as it is.`;
  }
  if (!isOfKind(value, field)) {
    return `${field.name} has to be ${describeKind(field)}.`;
  }
  if (hasUnstorableText(value)) {
    return `${field.name} holds a NUL character or half of a surrogate pair, which cannot be stored.`;
  }
  if (nested === undefined || value === null) {
    return null;
  }
  const objects = (Array.isArray(value) ? value : [value]) as readonly Values[];
  const violation = objects.map(nested).find((found) => found !== null);
  return violation === undefined || violation === null ? null : `${field.name}: ${violation.message}`;
}

function describeKind({ kind, list, values }: FieldDefinition): string {
  const one = kind === 'enum' ? `one of ${values?.join(', ') ?? ''}` : `a value of kind ${kind}`;
  return list ? `a list, each element ${one}` : one;
}

function hasUnstorableText(value: Json): boolean {
  if (typeof value === 'string') {
    return UNSTORABLE.test(value);
  }
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  return Object.entries(value).some(([key, part]) => UNSTORABLE.test(key) || hasUnstorableText(part as Json));
}

function checkRules(target: Target, values: Values): Violation | null {
  const [error] = validateSync(Object.assign(new target(), values), {
    skipMissingProperties: true,
    forbidUnknownValues: false,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
  });
  if (error === undefined) {
    return null;
  }
  const [message] = Object.values(error.constraints ?? {});
  return {
    field: error.property,
    message: message ?? `${error.property} is not allowed to have this value.`,
  };
}
