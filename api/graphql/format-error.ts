import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { SyncError } from '../sync/errors.ts';

/** Where errors that are nobody's business outside are reported, and under which id. */
export interface ErrorFormat {
  /** Gets what went wrong unforeseen, with the id that the client sees instead. */
  readonly report: (error: unknown, id: string) => void;
  /** A fresh correlation id. */
  readonly newId: () => string;
}

/** Apollo's word for "nobody gave this a code". */
const UNCODED = 'INTERNAL_SERVER_ERROR';

/**
 * Makes the function that turns errors of an operation into what a client may see: `extensions.code` and
 * `extensions.retry` (`NOW`, `LATER`, `NEVER`), which are all that it decides by. Whatever was not foreseen becomes
 * `INTERNAL`, `LATER`, and an id to find it in the log by: its message may hold anything.
 */
export function createFormatError({ report, newId }: ErrorFormat) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const origin = originOf(error);
    if (origin instanceof SyncError) {
      const extensions = { code: origin.code, retry: origin.retry };
      return { ...formatted, message: origin.message, extensions };
    }
    if (origin instanceof GraphQLError && isForClients(origin, formatted)) {
      const { code, retry } = formatted.extensions ?? {};
      const known = code === undefined || code === UNCODED ? 'BAD_INPUT' : code;
      return { ...formatted, extensions: { ...formatted.extensions, code: known, retry: retry ?? 'NEVER' } };
    }
    const id = newId();
    report(origin, id);
    const message = `Something went wrong on the server. The report has the id ${id}.`;
    return { ...formatted, message, extensions: { code: 'INTERNAL', retry: 'LATER', id } };
  };
}

/** What was thrown, under the layers that say where. */
function originOf(error: unknown): unknown {
  let origin = error;
  while (origin instanceof GraphQLError && origin.originalError !== undefined) {
    origin = origin.originalError;
  }
  return origin;
}

/** Thrown with a code, or by the executor about a place in the document; a value it could not write has neither. */
function isForClients(origin: GraphQLError, { extensions }: GraphQLFormattedError): boolean {
  const code = extensions?.['code'];
  return (code !== undefined && code !== UNCODED) || (origin.nodes !== undefined && origin.nodes.length > 0);
}
