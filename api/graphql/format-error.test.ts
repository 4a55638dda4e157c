import { buildSchema, execute, GraphQLError, parse } from 'graphql';
import { expect, it } from 'vitest';
import { SyncError } from '../sync/errors.ts';
import { createFormatError } from './format-error.ts';

const reports: [unknown, string][] = [];
const formatError = createFormatError({
  report: (error, id) => reports.push([error, id]),
  newId: () => 'report-1',
});

/** As the executor wraps what a resolver throws. */
function thrownBy(origin: Error): GraphQLError {
  return new GraphQLError(origin.message, { originalError: origin, path: ['notes'] });
}

const format = (error: GraphQLError) => formatError(error.toJSON(), error);

it('tells clients the code and the retry of errors of the engine', () => {
  const error = thrownBy(new SyncError('EPOCH_CHANGED', 'NOW', 'The history changed.'));
  expect(format(error)).toEqual({
    message: 'The history changed.',
    path: ['notes'],
    extensions: { code: 'EPOCH_CHANGED', retry: 'NOW' },
  });
});

it('masks whatever was not foreseen, and reports it under the id that the client sees', () => {
  const secret = new Error('password=hunter2');
  const answer = format(thrownBy(secret));
  expect(JSON.stringify(answer)).not.toContain('hunter2');
  expect(answer.extensions).toEqual({ code: 'INTERNAL', retry: 'LATER', id: 'report-1' });
  expect(answer.message).toContain('report-1');
  expect(reports).toEqual([[secret, 'report-1']]);
});

it('passes on codes that were set on purpose, and says that trying again will not help', () => {
  const error = new GraphQLError('Syntax Error', { extensions: { code: 'GRAPHQL_PARSE_FAILED' } });
  expect(format(error).extensions).toEqual({ code: 'GRAPHQL_PARSE_FAILED', retry: 'NEVER' });
  const own = thrownBy(new GraphQLError('Sold out', { extensions: { code: 'SOLD_OUT', retry: 'LATER' } }));
  expect(format(own).extensions).toEqual({ code: 'SOLD_OUT', retry: 'LATER' });
});

it('calls an argument that the executor refuses BAD_INPUT', async () => {
  const schema = buildSchema('type Query { twice(number: Int!): Int }');
  const document = parse('query ($number: Int) { twice(number: $number) }');
  const { errors = [] } = await execute({ schema, document, variableValues: { number: null } });
  const [error] = errors;
  expect(error && format(error).extensions).toEqual({ code: 'BAD_INPUT', retry: 'NEVER' });
});

it('masks a value that a scalar cannot write: it is our mistake, and may be a secret', async () => {
  const schema = buildSchema('type Query { count: Int }');
  const document = parse('{ count }');
  const { errors = [] } = await execute({ schema, document, rootValue: { count: 'hunter2' } });
  const answer = errors[0] && format(errors[0]);
  expect(answer?.extensions?.['code']).toBe('INTERNAL');
  expect(JSON.stringify(answer)).not.toContain('hunter2');
});
