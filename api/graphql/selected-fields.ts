import {
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isObjectType,
  Kind,
} from 'graphql';
import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLObjectType,
  GraphQLResolveInfo,
  InlineFragmentNode,
  SelectionNode,
  SelectionSetNode,
} from 'graphql';

/** One field of a selection, after fragments, `@skip` and `@include`. */
export interface SelectedField {
  /** The name it has in the answer: its alias or its own name. */
  readonly key: string;
  readonly definition: GraphQLField<unknown, unknown>;
  /** The coerced arguments. An absent one is absent: no key, no null. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly nodes: readonly FieldNode[];
}

/** What it takes to read a selection ahead of its execution. */
export type OperationInfo = Pick<GraphQLResolveInfo, 'fragments' | 'variableValues' | 'schema'>;

/**
 * The fields that an execution of these selection sets on this type will resolve, in document order: the specification's
 * CollectFields, for looking ahead from the first resolver of an operation.
 */
export function selectedFields(
  info: OperationInfo,
  type: GraphQLObjectType,
  sets: readonly (SelectionSetNode | undefined)[],
): readonly SelectedField[] {
  const nodes = new Map<string, FieldNode[]>();
  const walk: Walk = { info, type, nodes, visited: new Set() };
  for (const set of sets) {
    collect(set?.selections ?? [], walk);
  }
  return [...nodes].flatMap(([key, group]) => {
    const [first] = group;
    const definition = first === undefined ? undefined : type.getFields()[first.name.value];
    if (first === undefined || definition === undefined) {
      return [];
    }
    return [
      { key, definition, nodes: group, args: getArgumentValues(definition, first, info.variableValues) },
    ];
  });
}

/** The fields selected under one field that answers an object type. */
export function selectedUnder(
  info: OperationInfo,
  { definition, nodes }: SelectedField,
): readonly SelectedField[] {
  const type = getNamedType(definition.type);
  const sets = nodes.map((node) => node.selectionSet);
  return isObjectType(type) ? selectedFields(info, type, sets) : [];
}

interface Walk {
  readonly info: OperationInfo;
  readonly type: GraphQLObjectType;
  readonly nodes: Map<string, FieldNode[]>;
  readonly visited: Set<string>;
}

function collect(selections: readonly SelectionNode[], walk: Walk): void {
  for (const node of selections.filter((candidate) => isIncluded(candidate, walk.info))) {
    switch (node.kind) {
      case Kind.FIELD: {
        const key = node.alias?.value ?? node.name.value;
        walk.nodes.set(key, [...(walk.nodes.get(key) ?? []), node]);
        break;
      }
      case Kind.INLINE_FRAGMENT:
        collectFragment(node, walk);
        break;
      case Kind.FRAGMENT_SPREAD: {
        const fragment = walk.info.fragments[node.name.value];
        if (fragment !== undefined && !walk.visited.has(node.name.value)) {
          walk.visited.add(node.name.value);
          collectFragment(fragment, walk);
        }
      }
    }
  }
}

function collectFragment(fragment: InlineFragmentNode | FragmentDefinitionNode, walk: Walk): void {
  const condition = fragment.typeCondition?.name.value;
  const isHere =
    condition === undefined ||
    condition === walk.type.name ||
    walk.type.getInterfaces().some((type) => type.name === condition);
  if (isHere) {
    collect(fragment.selectionSet.selections, walk);
  }
}

function isIncluded(node: SelectionNode, { variableValues }: OperationInfo): boolean {
  const skip = getDirectiveValues(GraphQLSkipDirective, node, variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, node, variableValues);
  return skip?.['if'] !== true && include?.['if'] !== false;
}
