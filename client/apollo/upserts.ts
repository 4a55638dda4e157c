import type { Values } from '../sync/manifest.ts';
import type { SyncEngine, WriteInput, WriteResult } from '../sync/model.ts';
import type { AnswerContext, FieldGroup } from './local-result.ts';
import { RecordValue, byResponseName, shapeValue } from './local-result.ts';
import { argumentsOf } from './selection.ts';
import type { LocalField } from './split-document.ts';

/** What a device says of the changes of one mutation, in the shape the server would give. */
export interface UpsertAnswer {
  readonly data: Readonly<Record<string, unknown>>;
  /** The name of each change that was accepted, for `sync.settled(change)`. */
  readonly changes: readonly string[];
}

/**
 * Hands all upserts of a mutation to the engine, in one strict transaction, and answers when they are durable.
 * Rejects with `StorageError` when nothing could be stored.
 */
export async function answerUpserts(
  fields: readonly LocalField[],
  engine: SyncEngine,
  context: AnswerContext,
): Promise<UpsertAnswer> {
  const upserts = [...byResponseName(fields, context.variables)].map(([name, group]) => ({
    name,
    group,
    inputs: inputsOf(group, context),
  }));
  const results = await engine.write(upserts.flatMap(({ inputs }) => inputs));
  const data: Record<string, unknown> = {};
  let from = 0;
  for (const { name, group, inputs } of upserts) {
    const own = results.slice(from, (from += inputs.length));
    data[name] = shapeValue(payload(group, own, engine), group.nodes, context);
  }
  return { data, changes: results.flatMap((result) => (result.outcome === 'QUEUED' ? result.change : [])) };
}

/** Fields of the input that the engine alone knows. */
const GIVEN_BY_ENGINE = new Set(['seq', 'epoch', 'editedAt']);

interface Change extends Values {
  readonly id: string;
}

function inputsOf({ node, field: { type } }: FieldGroup, context: AnswerContext): readonly WriteInput[] {
  const { scope, changes } = argumentsOf(node, context.variables);
  return asList(changes).map((change) => {
    const { id, version, base, deleted, group, ...rest } = change;
    const values = Object.entries(rest).filter(([name]) => !GIVEN_BY_ENGINE.has(name));
    return {
      type: type.name,
      id,
      scope: (scope as string | null | undefined) ?? undefined,
      values: withoutUndefined(Object.fromEntries(values)),
      deleted: (deleted as boolean | null | undefined) ?? undefined,
      group: (group as string | null | undefined) ?? undefined,
      version: (version as number | null | undefined) ?? undefined,
      base: base === undefined || base === null ? undefined : withoutUndefined(base as Values),
    };
  });
}

function asList(changes: unknown): readonly Change[] {
  return Array.isArray(changes) ? (changes as Change[]) : [changes as Change];
}

/** A variable's field that is `undefined` is not named, as in a request's JSON. */
function withoutUndefined(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function payload(
  { field: { type } }: FieldGroup,
  results: readonly WriteResult[],
  engine: SyncEngine,
): unknown {
  return {
    __typename: type.upsertPayload,
    epoch: '',
    delta: null,
    results: results.map((result) => {
      const record = engine.read(result.ref);
      return {
        __typename: `${type.name}UpsertResult`,
        id: result.ref.id,
        seq: null,
        outcome: result.outcome,
        replayed: false,
        record: record === undefined ? null : new RecordValue(record),
        conflicts: [],
        error: result.outcome === 'REJECTED' ? { __typename: 'UpsertError', ...result.error } : null,
      };
    }),
  };
}
