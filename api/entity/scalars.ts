import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped } from 'graphql';
import type { ValueNode } from 'graphql';

const CANONICAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/**
 * A time as the canonical string `2026-01-31T12:00:00.000Z`. Other RFC 3339 spellings of a real time are accepted
 * and rewritten, fractions below a millisecond are cut off.
 *
 * @throws GraphQLError when the text is no such time.
 */
export function canonicalTime(value: unknown): string {
  const parts = typeof value === 'string' ? RFC_3339.exec(value) : null;
  const ms = parts === null ? Number.NaN : Date.parse(parts[0]);
  if (
    parts === null ||
    Number.isNaN(ms) ||
    !isRealDay(Number(parts[1]), Number(parts[2]), Number(parts[3]))
  ) {
    throw new GraphQLError('A DateTime is a text such as "2026-01-31T12:00:00.000Z": milliseconds, UTC.');
  }
  return CANONICAL.test(parts[0]) ? parts[0] : new Date(ms).toISOString();
}

/** Date.parse takes 31 February for 3 March; a person who typed it made a mistake. */
function isRealDay(year: number, month: number, day: number): boolean {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}

/** The engine's records hold canonical strings, so answers pass through untouched: this runs for every row. */
function passTime(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}

/** Times in milliseconds, UTC, as canonical strings. */
export const DateTime = new GraphQLScalarType<string, unknown>({
  name: 'DateTime',
  description: 'A time with milliseconds in UTC, always written like `2026-01-31T12:00:00.000Z`.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: passTime,
  parseValue: canonicalTime,
  parseLiteral: (node) => canonicalTime(node.kind === Kind.STRING ? node.value : undefined),
});

function wholePosition(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) {
    return value;
  }
  throw new GraphQLError('A Position is a whole number from 0 to 9007199254740991.');
}

/** A place in a scope's history (protocol.md, "Words"). */
export const Position = new GraphQLScalarType<number, unknown>({
  name: 'Position',
  description:
    "A place in a scope's history: a whole number up to 2^53 that grows with every accepted change. " +
    'A record carries the position of its last write as `version`.',
  serialize: (value) => value,
  parseValue: wholePosition,
  parseLiteral: (node) => wholePosition(node.kind === Kind.INT ? Number(node.value) : undefined),
});

function cursorText(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  throw new GraphQLError('A SyncCursor is the text that an earlier delta answered as `cursor`.');
}

/** What a delta answers and the next one continues from. */
export const SyncCursor = new GraphQLScalarType<string, unknown>({
  name: 'SyncCursor',
  description: 'Where a delta stopped. Opaque: store it, send it back as `since`, never look into it.',
  serialize: (value) => value,
  parseValue: cursorText,
  parseLiteral: (node) => cursorText(node.kind === Kind.STRING ? node.value : undefined),
});

/** Any JSON value, untouched. */
export const JsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value: null, a boolean, a number, a text, a list or an object.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node: ValueNode, variables) => valueFromASTUntyped(node, variables),
});
