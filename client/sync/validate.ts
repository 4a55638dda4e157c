/** Bad input found by the manifest, on the device, before anything is stored. Pure. */
import type { Constraint, FieldKind, FieldManifest, Json, TypeManifest, Values } from './manifest.ts';
import type { ChangeError, WriteInput } from './model.ts';

const LONE_SURROGATE = /\p{Surrogate}/u;
const ID = /^[A-Za-z0-9_-]{1,64}$/;
const SCOPE = /^[A-Za-z0-9_:.-]{1,128}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

export interface WriteContext {
  readonly scope: string;
  /** The device holds no such record: this change creates it. */
  readonly isCreation: boolean;
}

/** The first thing wrong with a write, as the `BAD_INPUT` it answers; null when the manifest allows it. */
export function validateWrite(
  input: WriteInput,
  type: TypeManifest | undefined,
  context: WriteContext,
): ChangeError | null {
  if (type === undefined) return bad(null, `There is no synced type ${input.type}`);
  return (
    keyError(input, type, context.scope) ??
    valuesError(input.values, type) ??
    baseError(input, type) ??
    (context.isCreation && input.deleted !== true ? missingError(input.values, type) : null)
  );
}

function bad(field: string | null, message: string): ChangeError {
  return { code: 'BAD_INPUT', message, field };
}

function keyError(input: WriteInput, type: TypeManifest, scope: string): ChangeError | null {
  if (typeof input.id !== 'string' || !ID.test(input.id)) {
    return bad('id', 'An id is 1 to 64 characters of A-Z, a-z, 0-9, _ and -');
  }
  if (!SCOPE.test(scope)) return bad('scope', 'A scope is 1 to 128 characters of A-Z, a-z, 0-9, _ : . and -');
  if (type.scope !== undefined && type.scope !== scope) {
    return bad('scope', `Every ${type.name} lives in the scope ${type.scope}`);
  }
  if (input.group !== undefined && !ID.test(input.group))
    return bad('group', 'A group is written like an id');
  return null;
}

function valuesError(values: Values, type: TypeManifest): ChangeError | null {
  for (const [name, value] of Object.entries(values)) {
    const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
    if (field === undefined) return bad(name, `${type.name} has no field ${name}`);
    if (!field.writable) return bad(name, `${name} is set by the server only`);
    const wrong = fieldError(field, value);
    if (wrong !== null) return bad(name, `${name} ${wrong}`);
  }
  return null;
}

function baseError(input: WriteInput, type: TypeManifest): ChangeError | null {
  const unknown = Object.keys(input.base ?? {}).find((name) => !Object.hasOwn(type.fields, name));
  if (unknown !== undefined) return bad(unknown, `${type.name} has no field ${unknown}`);
  const { version } = input;
  if (version === undefined || (Number.isSafeInteger(version) && version >= 0)) return null;
  return bad('version', 'A version is a whole number from 0 on');
}

function missingError(values: Values, type: TypeManifest): ChangeError | null {
  for (const [name, field] of Object.entries(type.fields)) {
    const isOptional = field.nullable || field.default !== undefined || !field.writable;
    if (!isOptional && values[name] === undefined) return bad(name, `A new ${type.name} needs ${name}`);
  }
  return null;
}

/** What is wrong with a value, as the rest of a sentence; null when nothing is. */
export function fieldError(field: FieldManifest, value: Json | undefined): string | null {
  if (value === undefined) return 'has no value';
  if (value === null) return field.nullable ? null : 'must not be null';
  if (!field.list) return elementError(field, value);
  if (!Array.isArray(value)) return 'must be a list';
  return (
    itemCountError(field.constraint, value.length) ??
    firstOf(value as readonly Json[], (item) => elementError(field, item))
  );
}

function firstOf(items: readonly Json[], judge: (item: Json) => string | null): string | null {
  for (const item of items) {
    const wrong = judge(item);
    if (wrong !== null) return wrong;
  }
  return null;
}

function itemCountError(constraint: Constraint | undefined, count: number): string | null {
  const { minItems = 0, maxItems = Infinity } = constraint ?? {};
  if (count < minItems) return `needs at least ${minItems} items`;
  return count > maxItems ? `takes at most ${maxItems} items` : null;
}

function elementError(field: FieldManifest, value: Json): string | null {
  return BY_KIND[field.kind](field, value);
}

type Judge = (field: FieldManifest, value: Json) => string | null;

const BY_KIND: Readonly<Record<FieldKind, Judge>> = {
  string: (field, value) => (typeof value === 'string' ? textError(field.constraint, value) : 'must be text'),
  id: (_field, value) => (typeof value === 'string' && ID.test(value) ? null : 'must be an id'),
  int: (field, value) =>
    isInt(value) ? rangeError(field.constraint, value) : 'must be a whole number of 32 bits',
  float: (field, value) =>
    isFinite(value) ? rangeError(field.constraint, value) : 'must be a finite number',
  boolean: (_field, value) => (typeof value === 'boolean' ? null : 'must be true or false'),
  dateTime: (_field, value) => (isTime(value) ? null : 'must be a time such as 2026-01-31T12:00:00.000Z'),
  enum: ({ values = [] }, value) =>
    typeof value === 'string' && values.includes(value) ? null : `must be one of ${values.join(', ')}`,
  json: () => null,
  object: objectError,
};

function isInt(value: Json): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
}

function isFinite(value: Json): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isTime(value: Json): boolean {
  return typeof value === 'string' && TIME.test(value) && !Number.isNaN(Date.parse(value));
}

function textError(constraint: Constraint | undefined, text: string): string | null {
  if (text.includes('\0') || LONE_SURROGATE.test(text)) return 'must be well-formed text without NUL';
  const pattern = constraint?.pattern;
  const isMatching = pattern === undefined || new RegExp(pattern, 'u').test(text);
  return lengthError(constraint, text) ?? (isMatching ? null : `must match ${pattern}`);
}

function lengthError(constraint: Constraint | undefined, text: string): string | null {
  const { minLength = 0, maxLength = Infinity } = constraint ?? {};
  if (minLength > 0 && characterCount(text) < minLength) return `needs at least ${minLength} characters`;
  // There are never more characters than code units: most texts need no count.
  const isLonger = text.length > maxLength && characterCount(text) > maxLength;
  return isLonger ? `takes at most ${maxLength} characters` : null;
}

/** As the server counts: an emoji is one character, with or without the sign that chooses its looks. */
function characterCount(text: string): number {
  const pairs = text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0;
  const signs = text.match(/[^\uFE0E\uFE0F][\uFE0E\uFE0F]/g)?.length ?? 0;
  return text.length - pairs - signs;
}

function rangeError(constraint: Constraint | undefined, value: number): string | null {
  const { min = -Infinity, max = Infinity } = constraint ?? {};
  if (value < min) return `must be at least ${min}`;
  return value > max ? `must be at most ${max}` : null;
}

function objectError(field: FieldManifest, value: Json): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object';
  const parts = value as Values;
  const fields = field.fields ?? {};
  const unknown = Object.keys(parts).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) return `has no part ${unknown}`;
  const wrong = Object.entries(fields).map(([name, part]) => partError(name, part, parts[name]));
  return wrong.find((found) => found !== null) ?? null;
}

function partError(name: string, part: FieldManifest, given: Json | undefined): string | null {
  if (given === undefined && (part.nullable || part.default !== undefined)) return null;
  const wrong = fieldError(part, given);
  return wrong === null ? null : `part ${name} ${wrong}`;
}
