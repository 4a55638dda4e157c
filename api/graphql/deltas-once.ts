import type { GraphQLResolveInfo } from 'graphql';
import type { DeltaField, DeltaPage } from '../sync/model.ts';
import type { GraphqlContext } from './context.ts';
import { selectedFields } from './selected-fields.ts';
import type { SelectedField } from './selected-fields.ts';

/** The extension that marks a root field as the delta of a type. */
export const DELTA_OF = 'holdfastDeltaOf';

/** What the arguments of a delta field say. */
export interface DeltaArguments {
  readonly since?: string | null;
  readonly limit?: number | null;
}

/**
 * The page for the delta field that is being resolved. All delta fields of the operation are one request to the
 * engine, because they have to read one snapshot (R2): the first to be resolved makes it, the others await it.
 */
export async function deltaOf(info: GraphQLResolveInfo, context: GraphqlContext): Promise<DeltaPage> {
  context.deltas ??= readDeltas(info, context);
  const pages = await context.deltas;
  return pageFor(pages, String(info.path.key));
}

export function pageFor(pages: ReadonlyMap<string, DeltaPage>, key: string): DeltaPage {
  const page = pages.get(key);
  if (page === undefined) {
    throw new Error(`The engine answered no delta page for ${key}.`);
  }
  return page;
}

async function readDeltas(info: GraphQLResolveInfo, { viewer, engine }: GraphqlContext) {
  const selected = selectedFields(info, info.parentType, [info.operation.selectionSet]);
  const fields = selected.flatMap((field) => {
    const type = field.definition.extensions[DELTA_OF];
    return typeof type === 'string' ? [{ key: field.key, field: toDeltaField(type, field) }] : [];
  });
  const pages = await engine.deltas({ viewer, fields: fields.map(({ field }) => field) });
  return pair(fields, pages);
}

/** Puts answers beside the keys of what was asked, both in the same order. */
export function pair<T>(
  asked: readonly { readonly key: string }[],
  answers: readonly T[],
): ReadonlyMap<string, T> {
  return new Map(
    asked.flatMap(({ key }, at) => {
      const answer = answers[at];
      return answer === undefined ? [] : [[key, answer] as const];
    }),
  );
}

function toDeltaField(type: string, { args }: SelectedField): DeltaField {
  const { scope, device, since, limit } = args as DeltaArguments & {
    readonly scope?: string | null;
    readonly device?: string | null;
  };
  return {
    type,
    scope: scope ?? undefined,
    since: since ?? undefined,
    limit: limit ?? undefined,
    device: device ?? undefined,
  };
}
