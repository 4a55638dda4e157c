import { checkValue } from './check-value.ts';
import { unstorable } from './json.ts';
import { isId, isScope, MAX_VALUE_DEPTH } from './limits.ts';
import type { ChangeError, ChangeInput, EntityModel, FieldModel, Json, Values } from './model.ts';

interface Surroundings {
  readonly scope: string;
  /** Server code may also set fields that clients may not. */
  readonly isTrusted: boolean;
  readonly needsSeq: boolean;
}

function badInput(field: string | null, message: string): ChangeError {
  return { code: 'BAD_INPUT', message, field };
}

/** Everything that can be refused by looking at the change alone; null when it is good. */
export function checkChange(
  entity: EntityModel,
  change: ChangeInput,
  surroundings: Surroundings,
): ChangeError | null {
  return (
    checkEnvelope(change, surroundings) ??
    checkPlace(entity, surroundings) ??
    checkNames(entity, change, surroundings) ??
    checkText(change) ??
    checkKinds(entity, change.values) ??
    checkRules(entity, change.values)
  );
}

function checkEnvelope(change: ChangeInput, { needsSeq }: Surroundings): ChangeError | null {
  if (!isId(change.id)) {
    return badInput('id', 'id must be 1 to 64 of A-Z a-z 0-9 _ -.');
  }
  if (needsSeq && !isWhole(change.seq, 1)) {
    return badInput('seq', 'seq must be a whole number from 1 when device is given.');
  }
  if (change.version !== undefined && !isWhole(change.version, 0)) {
    return badInput('version', 'version must be a whole number from 0.');
  }
  if (change.editedAt !== undefined && !Number.isFinite(change.editedAt)) {
    return badInput('editedAt', 'editedAt must be a time.');
  }
  if (change.group !== undefined && !isId(change.group)) {
    return badInput('group', 'group must be 1 to 64 of A-Z a-z 0-9 _ -.');
  }
  return null;
}

function isWhole(value: number | undefined, least: number): boolean {
  return value !== undefined && Number.isSafeInteger(value) && value >= least;
}

function checkPlace(entity: EntityModel, { scope }: Surroundings): ChangeError | null {
  return entity.scope !== undefined && isScope(entity.scope) && entity.scope !== scope
    ? badInput(null, `${entity.name} lives in the scope ${entity.scope} only.`)
    : null;
}

function checkNames(
  { fields }: EntityModel,
  { values }: ChangeInput,
  { isTrusted }: Surroundings,
): ChangeError | null {
  for (const name of Object.keys(values)) {
    const field = fields.find((candidate) => candidate.name === name);
    if (field === undefined) {
      return badInput(null, 'The change names a field that its type does not have.');
    }
    if (!field.writable && !isTrusted) {
      return badInput(name, `${name} is set by the server.`);
    }
  }
  return null;
}

function checkText({ values, base }: ChangeInput): ChangeError | null {
  for (const [name, value] of Object.entries(values)) {
    const problem = unstorable(value, MAX_VALUE_DEPTH);
    if (problem !== null) {
      return badInput(name, problem);
    }
  }
  // The base is stored too: a receipt holds the conflicts that name it.
  for (const [name, value] of Object.entries(base ?? {})) {
    const problem = unstorable(value, MAX_VALUE_DEPTH);
    if (problem !== null) {
      return badInput(name, `base: ${problem}`);
    }
  }
  return null;
}

function checkKinds({ fields }: EntityModel, values: Values): ChangeError | null {
  for (const field of fields) {
    const value = values[field.name];
    const violation = value === undefined ? null : checkValue(field, value);
    if (violation !== null) {
      return badInput(violation.field, violation.message);
    }
  }
  return null;
}

function checkRules(entity: EntityModel, values: Values): ChangeError | null {
  const violation = entity.validate(values);
  return violation === null ? null : badInput(violation.field, violation.message);
}

/** The parts of a base that its fields could hold; others are as if they had not been sent (an older app's enum, say). */
export function usableBase(fields: readonly FieldModel[], base: Values | undefined): Values {
  if (base === undefined) {
    return {};
  }
  const usable: Record<string, Json> = {};
  for (const field of fields) {
    const value = base[field.name];
    if (value !== undefined && checkValue(field, value) === null) {
      usable[field.name] = value;
    }
  }
  return usable;
}
