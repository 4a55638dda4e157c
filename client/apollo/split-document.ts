import type {
  DefinitionNode,
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  OperationDefinitionNode,
  SelectionNode,
  SelectionSetNode,
} from 'graphql';
import { Kind, visit } from 'graphql';
import type { SyncedRootField } from './device-fields.ts';
import { partsOf } from './root-fields.ts';

/** A root field that the device answers, with the directives of the fragments it stands in put on itself. */
export interface LocalField {
  readonly node: FieldNode;
  readonly field: SyncedRootField;
}

export interface SplitDocument {
  readonly local: readonly LocalField[];
  /** The document without the local fields, unused variables and fragments; null when nothing is left to send. */
  readonly remote: DocumentNode | null;
  /** The names of the variables that `remote` uses. */
  readonly remoteVariables: ReadonlySet<string>;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** Divides an operation's root fields into those that the device answers and those that the server does. */
export function splitDocument(
  document: DocumentNode,
  synced: ReadonlyMap<string, SyncedRootField>,
): SplitDocument {
  const { operation, fragments } = partsOf(document);
  const local: LocalField[] = [];
  if (operation === undefined) return { local, remote: document, remoteVariables: new Set(), fragments };
  const rest = withoutLocal(operation.selectionSet, { synced, fragments, local, inherited: [] });
  if (local.length === 0) return { local, remote: document, remoteVariables: new Set(), fragments };
  if (isEmpty(rest)) return { local, remote: null, remoteVariables: new Set(), fragments };
  return { local, fragments, ...remoteDocument(document, { ...operation, selectionSet: rest }) };
}

interface Division {
  readonly synced: ReadonlyMap<string, SyncedRootField>;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly local: LocalField[];
  /** Directives of the fragments around, such as `@include`. */
  readonly inherited: NonNullable<FieldNode['directives']>;
}

function withoutLocal(set: SelectionSetNode, division: Division): SelectionSetNode {
  return { ...set, selections: set.selections.flatMap((selection) => remaining(selection, division)) };
}

function remaining(selection: SelectionNode, division: Division): readonly SelectionNode[] {
  const { synced, fragments, local, inherited } = division;
  const directives = [...inherited, ...(selection.directives ?? [])];
  if (selection.kind === Kind.FIELD) {
    const field = synced.get(selection.name.value);
    if (field === undefined) return [selection];
    local.push({ node: { ...selection, directives }, field });
    return [];
  }
  const inline = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
  if (inline === undefined) return [selection];
  const found = local.length;
  const rest = withoutLocal(inline.selectionSet, { ...division, inherited: directives });
  if (local.length === found) return [selection];
  if (isEmpty(rest)) return [];
  const { typeCondition } = inline;
  return [
    {
      kind: Kind.INLINE_FRAGMENT,
      ...(typeCondition === undefined ? {} : { typeCondition }),
      directives: selection.directives ?? [],
      selectionSet: rest,
    },
  ];
}

/** Nothing but `__typename`, which the device knows too. */
function isEmpty(set: SelectionSetNode): boolean {
  return set.selections.every(
    (selection) => selection.kind === Kind.FIELD && selection.name.value === '__typename',
  );
}

function remoteDocument(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): { remote: DocumentNode; remoteVariables: ReadonlySet<string> } {
  const { fragments } = partsOf(document);
  const used = { fragments: new Set<string>(), variables: new Set<string>() };
  collectUsed([operation.selectionSet, ...(operation.directives ?? [])], fragments, used);
  const definitions = document.definitions.flatMap((definition): DefinitionNode[] => {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      return used.fragments.has(definition.name.value) ? [definition] : [];
    }
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [definition];
    const variableDefinitions = (operation.variableDefinitions ?? []).filter(({ variable }) =>
      used.variables.has(variable.name.value),
    );
    return [{ ...operation, variableDefinitions }];
  });
  return { remote: { ...document, definitions }, remoteVariables: used.variables };
}

function collectUsed(
  nodes: readonly Parameters<typeof visit>[0][],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  used: { readonly fragments: Set<string>; readonly variables: Set<string> },
): void {
  for (const node of nodes) {
    visit(node, {
      Variable: ({ name }) => void used.variables.add(name.value),
      FragmentSpread({ name: { value: name } }) {
        const fragment = fragments.get(name);
        if (fragment === undefined || used.fragments.has(name)) return;
        used.fragments.add(name);
        collectUsed([fragment], fragments, used);
      },
    });
  }
}
