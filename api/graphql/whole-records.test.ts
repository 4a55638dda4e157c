import { execute, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { entities as classes, resolvers } from '../domain/index.ts';
import { defineEntities } from '../entity/define-entities.ts';
import type { ChangeResult, RecordView, SyncEngine } from '../sync/model.ts';
import { sampleValue } from '../testing/sample-values.ts';
import { buildHoldfastSchema } from './build-schema.ts';
import type { GraphqlContext } from './context.ts';
import { syncDocuments } from './sync-documents.ts';
import { createExecuteSync } from './whole-records.ts';

const entities = defineEntities(classes);
const schema = buildHoldfastSchema({ entities, resolvers });
const { pull, push } = syncDocuments(entities);
const executeSync = createExecuteSync(schema, entities, [pull, push]);
const TIME = '2026-01-31T12:00:00.000Z';

function recordOf(type: string): RecordView {
  const fields = entities.find(({ name }) => name === type)?.fields ?? [];
  const values = fields.map((field) => [field.name, sampleValue(field, 1, () => 'other')] as const);
  const times = { createdAt: TIME, updatedAt: TIME, deletedAt: null };
  return { id: 'a', scope: 'user:ada', version: 7, ...times, ...Object.fromEntries(values) };
}

const NOTHING = { conflicts: [], error: null, replayed: false };
const conflict = { field: 'x', base: 1, yours: [2], theirs: { three: 3 }, kept: 'MERGED' } as const;

/** Answers one record of the type that is asked for; pushes meet every kind of result. */
const engine = {
  deltas: async ({ fields }) =>
    fields.map(({ type }) => ({
      records: [recordOf(type)],
      ...{ cursor: 'c', hasMore: false, reset: false },
      at: { epoch: 'e', position: 7, floor: null, head: 7, executed: 1 },
    })),
  push: async ({ fields }) => ({
    epoch: 'e',
    scope: 'user:ada',
    results: fields.map(({ type }): ChangeResult[] => [
      { id: 'a', seq: 1, outcome: 'MERGED', record: recordOf(type), ...NOTHING, conflicts: [conflict] },
      {
        ...{ id: 'b', seq: 2, outcome: 'REJECTED', record: null, ...NOTHING },
        error: { code: 'GONE', message: 'gone', field: null },
      },
    ]),
  }),
} satisfies Partial<SyncEngine>;

function newContext(own: Partial<SyncEngine> = engine): GraphqlContext {
  const viewer = { id: 'ada', name: 'Ada', ownScope: 'user:ada', scopes: [] };
  return { viewer, engine: own as SyncEngine, requestId: 'r', heads: () => [] as never };
}

const changes = Object.fromEntries(
  entities.map(({ name }) => [`${name.toLowerCase()}Changes`, [{ id: 'a', seq: 1 }]]),
);
const pushed = {
  withDelta: true,
  device: { id: 'phone', sentAt: TIME, acknowledged: 0 },
  ...changes,
};

describe('a sync document', () => {
  it.each([
    ['a pull', pull, { scope: 'user:ada' }],
    ['a push with its delta', push, pushed],
  ])(
    '%s answers what an execution field by field answers, to the byte',
    async (_what, { text }, variables) => {
      const plain = await execute({
        schema,
        document: parse(text),
        contextValue: newContext(),
        variableValues: variables,
      });
      const whole = await executeSync({ source: text, variables, context: newContext() });
      expect(plain.errors).toBeUndefined();
      expect(JSON.stringify(whole)).toBe(JSON.stringify(plain));
    },
  );

  it('fails where the engine fails', async () => {
    const failing = { deltas: () => Promise.reject(new Error('away')) };
    const answer = await executeSync({ source: pull.text, context: newContext(failing) });
    expect(answer?.data).toBeNull();
    expect(answer?.errors?.[0]).toMatchObject({ message: 'away', path: ['Note'] });
  });

  it('is left to the executor, and nothing executed, when its variables are wrong or it is none', async () => {
    const context = newContext({});
    expect(await executeSync({ source: pull.text, variables: { limit: 'many' }, context })).toBeNull();
    expect(await executeSync({ source: pull.text, operationName: 'Other', context })).toBeNull();
    expect(await executeSync({ source: '{ viewer { id } }', context })).toBeNull();
  });
});
