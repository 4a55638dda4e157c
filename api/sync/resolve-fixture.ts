/** A type, a row and edits of it: for the tests of resolving. */
import { MergeBudget } from './merge/merge-field.ts';
import type { EntityModel, FieldModel, Policy, Values } from './model.ts';
import type { Clocks } from './ports.ts';
import type { Edit, RecordState, Resolution } from './record-state.ts';
import { resolve } from './resolve.ts';

export const NOON = Date.parse('2026-01-01T12:00:00.000Z');

export function field(name: string, options: Partial<FieldModel> = {}): FieldModel {
  return {
    name,
    kind: 'string',
    list: false,
    nullable: false,
    writable: true,
    default: '',
    merger: undefined,
    references: undefined,
    values: undefined,
    fields: undefined,
    ...options,
  };
}

export function entity(policy: Policy, options: Partial<EntityModel> = {}): EntityModel {
  return {
    name: 'T',
    policy,
    fields: [
      field('a'),
      field('b'),
      field('text', { merger: 'text' }),
      field('tags', { list: true, default: [], merger: 'set' }),
      field('count', { kind: 'int', default: 0, merger: 'counter' }),
      field('required', { default: undefined }),
    ],
    unique: [],
    validate: () => null,
    rule: undefined,
    derive: undefined,
    ...options,
  };
}

export const VALUES: Values = {
  a: 'a0',
  b: 'b0',
  text: 'one\ntwo\nthree',
  tags: ['x'],
  count: 5,
  required: 'r',
};

/** A row at version 10. Fields of `changed` were last changed at version 10 by Ben's phone, at noon; the others at 1. */
export function row(changed: Values = {}, options: Partial<RecordState> = {}): RecordState {
  const stamps = Object.keys(changed).map((name) => [name, [10, NOON, 'ben', 'phone']] as const);
  return {
    version: 10,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    deletedAt: null,
    values: { ...VALUES, ...changed },
    clocks: { '*': [1, 0, 'ada', 'laptop'], ...Object.fromEntries(stamps) } as Clocks,
    ...options,
  };
}

export function edit(values: Values, options: Partial<Edit> = {}): Edit {
  return {
    values,
    base: {},
    version: 5,
    deleted: undefined,
    time: NOON + 1,
    user: 'ada',
    device: 'laptop',
    receivedAt: '2026-01-02T00:00:00.000Z',
    ...options,
  };
}

export const budget = () => new MergeBudget({ now: () => 0, monotonic: () => 0 });

export function run(policy: Policy, state: RecordState | null, change: Edit): Resolution {
  return resolve({ entity: entity(policy), budget: budget() }, state, change);
}

export function stateOf(resolution: Resolution): RecordState {
  if (resolution.kind !== 'accepted' || resolution.state === null) {
    throw new Error(`not accepted: ${JSON.stringify(resolution)}`);
  }
  return resolution.state;
}

/** `outcome: field=kept …, the value of a` */
export function summary(resolution: Resolution): string {
  if (resolution.kind === 'refused') {
    return resolution.error.code;
  }
  const conflicts = resolution.conflicts.map(({ field: name, kept }) => ` ${name}=${kept}`).join('');
  return resolution.kind === 'conflict'
    ? `CONFLICT${conflicts}`
    : `${resolution.outcome}${conflicts}, ${String(resolution.state?.values.a)}`;
}
