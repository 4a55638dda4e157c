import type { GraphQLFormattedError } from 'graphql';

const MAX_ERRORS = 6;
const MAX_MESSAGE_LENGTH = 500;
const MAX_LOCATIONS = 5;

/**
 * The first errors of an answer, each of a bounded size: graphql-js repeats in them what it was sent, which may be
 * megabytes. Without `open` nothing is said about names that would have been right.
 */
export function modestErrors(
  errors: readonly GraphQLFormattedError[],
  { open }: { readonly open: boolean },
): GraphQLFormattedError[] {
  return errors.slice(0, MAX_ERRORS).map(({ message, locations, ...rest }) => ({
    message: shorten(open ? message : message.replaceAll(/ Did you mean [^?]*\?/g, '')),
    ...(locations === undefined ? {} : { locations: locations.slice(0, MAX_LOCATIONS) }),
    ...rest,
  }));
}

function shorten(message: string): string {
  return message.length <= MAX_MESSAGE_LENGTH ? message : `${message.slice(0, MAX_MESSAGE_LENGTH)} …`;
}
