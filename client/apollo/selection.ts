import type { DirectiveNode, FieldNode, FragmentDefinitionNode, SelectionSetNode } from 'graphql';
import { Kind, valueFromASTUntyped } from 'graphql';
import { RECORD_INTERFACE } from './device-fields.ts';

/** What a selection is read with. */
export interface SelectionContext {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Null: directives are not looked at, every field counts (for checks that must hold for all variables). */
  readonly variables: Readonly<Record<string, unknown>> | null;
}

/**
 * The fields of selections on an object of one type, fragments opened, by response name. Several nodes of one name are
 * to be answered as one field that has all of their selections.
 */
export function collectFields(
  sets: readonly SelectionSetNode[],
  type: ObjectType,
  context: SelectionContext,
): ReadonlyMap<string, readonly FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  for (const node of sets.flatMap((set) => flatten(set, type, context))) {
    const name = node.alias?.value ?? node.name.value;
    fields.set(name, [...(fields.get(name) ?? []), node]);
  }
  return fields;
}

interface ObjectType {
  readonly name: string;
  readonly isSynced: boolean;
}

function flatten(set: SelectionSetNode, type: ObjectType, context: SelectionContext): readonly FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (context.variables !== null && !isIncluded(selection.directives, context.variables)) return [];
    if (selection.kind === Kind.FIELD) return selection;
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : context.fragments.get(selection.name.value);
    if (fragment === undefined || !matches(fragment.typeCondition?.name.value, type)) return [];
    return flatten(fragment.selectionSet, type, context);
  });
}

/** False when `@skip` or `@include` leaves the selection out. */
export function isIncluded(
  directives: readonly DirectiveNode[] | undefined,
  variables: Readonly<Record<string, unknown>>,
): boolean {
  return (directives ?? []).every(({ name, arguments: args }) => {
    if (name.value !== 'skip' && name.value !== 'include') return true;
    const condition = args?.find((argument) => argument.name.value === 'if');
    const value = condition === undefined ? true : valueFromASTUntyped(condition.value, { ...variables });
    return (name.value === 'include') === Boolean(value);
  });
}

/** A field's arguments with the variables put in. */
export function argumentsOf(
  { arguments: args }: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    (args ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value, { ...variables })]),
  );
}

function matches(condition: string | undefined, type: ObjectType): boolean {
  return (
    condition === undefined || condition === type.name || (type.isSynced && condition === RECORD_INTERFACE)
  );
}
