import type { Filter, ListQuery, Order } from '../sync/model.ts';

type Arguments = Readonly<Record<string, unknown>> | null;

/** Reads the arguments of a list or count field, coerced as GraphQL coerces input (one value stands for a list of one). */
export function listQuery(type: string, args: Arguments): ListQuery {
  return {
    type,
    scopes: asList<string>(args?.['scopes']),
    filter: (args?.['filter'] as Filter | null | undefined) ?? undefined,
    orderBy: asList<Partial<Order>>(args?.['orderBy'])?.map(({ field, direction }) => ({
      field: field ?? '',
      direction: direction ?? 'ASC',
    })),
    limit: (args?.['limit'] as number | null | undefined) ?? undefined,
    offset: (args?.['offset'] as number | null | undefined) ?? undefined,
  };
}

/** Reads the arguments of a field that names one record. */
export function singleArguments(args: Arguments): { id: string; scope: string | undefined } {
  return {
    id: args?.['id'] as string,
    scope: (args?.['scope'] as string | null | undefined) ?? undefined,
  };
}

function asList<T>(value: unknown): readonly T[] | undefined {
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? (value as T[]) : [value as T];
}
