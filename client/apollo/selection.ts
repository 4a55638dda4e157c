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
  type: { readonly name: string; readonly isSynced: boolean },
  context: SelectionContext,
): ReadonlyMap<string, readonly FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const collect = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (context.variables !== null && !isIncluded(selection.directives, context.variables)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value;
        fields.set(name, [...(fields.get(name) ?? []), selection]);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : context.fragments.get(selection.name.value);
      const condition = fragment?.typeCondition?.name.value;
      if (fragment === undefined || !matches(condition, type)) continue;
      collect(fragment.selectionSet);
    }
  };
  for (const set of sets) collect(set);
  return fields;
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

function matches(condition: string | undefined, type: { name: string; isSynced: boolean }): boolean {
  return (
    condition === undefined || condition === type.name || (type.isSynced && condition === RECORD_INTERFACE)
  );
}
