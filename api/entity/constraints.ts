import { getMetadataStorage } from 'class-validator';
import type { Constraint } from './definition.ts';

/** What of class-validator's metadata is read here. */
interface Rule {
  readonly propertyName: string;
  readonly name?: string | undefined;
  readonly constraints?: readonly unknown[] | undefined;
}

/**
 * The limits that class-validator's decorators set on each field, by field name, as the `@constraint` directive
 * carries them to the device. Decorators that it cannot express (`@IsEmail`, your own) stay with the server.
 */
export function readConstraints(target: new () => object): ReadonlyMap<string, Constraint> {
  const rules: readonly Rule[] = getMetadataStorage().getTargetValidationMetadatas(target, '', false, false);
  const found = new Map<string, Constraint>();
  for (const rule of rules) {
    const limit = limitOf(rule);
    if (limit !== undefined) {
      found.set(rule.propertyName, { ...found.get(rule.propertyName), ...limit });
    }
  }
  return found;
}

/** Whether any of class-validator's decorators stands in the class. */
export function hasRules(target: new () => object): boolean {
  return getMetadataStorage().getTargetValidationMetadatas(target, '', false, false).length > 0;
}

function limitOf({ name, constraints = [] }: Rule): Constraint | undefined {
  const [first, second] = constraints;
  switch (name) {
    case 'minLength':
      return numbers({ minLength: first });
    case 'maxLength':
      return numbers({ maxLength: first });
    case 'isLength':
      return numbers({ minLength: first, maxLength: second });
    case 'min':
      return numbers({ min: first });
    case 'max':
      return numbers({ max: first });
    case 'arrayMinSize':
      return numbers({ minItems: first });
    case 'arrayMaxSize':
      return numbers({ maxItems: first });
    case 'matches':
      return patternOf(first, second);
    default:
      return undefined;
  }
}

function numbers(limits: Record<string, unknown>): Constraint {
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => typeof limit === 'number'));
}

/** A pattern with flags means something else without them, and the directive has no place for flags. */
function patternOf(pattern: unknown, modifiers: unknown): Constraint | undefined {
  if (pattern instanceof RegExp) {
    return pattern.flags === '' ? { pattern: pattern.source } : undefined;
  }
  const isPlain = typeof pattern === 'string' && (modifiers === undefined || modifiers === '');
  return isPlain ? { pattern } : undefined;
}
