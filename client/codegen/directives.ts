import type { ConstDirectiveNode } from 'graphql';
import { valueFromASTUntyped } from 'graphql';

interface Annotated {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

/** The arguments of a directive in the SDL; undefined when the node does not have it. */
export function directiveArguments(
  node: Annotated | null | undefined,
  name: string,
): Readonly<Record<string, unknown>> | undefined {
  const directive = node?.directives?.find((candidate) => candidate.name.value === name);
  if (directive === undefined) return undefined;
  return Object.fromEntries(
    (directive.arguments ?? []).flatMap(({ name: argument, value }) => {
      const plain: unknown = valueFromASTUntyped(value);
      return plain === null && name !== 'default' ? [] : [[argument.value, plain]];
    }),
  );
}
