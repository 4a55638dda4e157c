import { expect, test } from 'vitest';
import type { FieldManifest, Json, TypeManifest } from './manifest.ts';
import type { WriteInput } from './model.ts';
import { validateWrite } from './validate.ts';

const field = (kind: FieldManifest['kind'], more: Partial<FieldManifest> = {}): FieldManifest => ({
  kind,
  list: false,
  nullable: true,
  writable: true,
  ...more,
});
const part = field('int', { nullable: false });
const type = {
  name: 'Thing',
  fields: {
    name: field('string', {
      nullable: false,
      constraint: { minLength: 1, maxLength: 5, pattern: '^[a-z]+$' },
    }),
    count: field('int', { constraint: { min: 0, max: 9 } }),
    ratio: field('float'),
    done: field('boolean'),
    at: field('dateTime'),
    size: field('enum', { values: ['S', 'L'] }),
    owner: field('id'),
    any: field('json'),
    place: field('object', { fields: { x: part, y: { ...part, nullable: true } } }),
    mood: field('string', { constraint: { minLength: 2, maxLength: 3 } }),
    tags: field('string', {
      list: true,
      nullable: false,
      default: [],
      constraint: { maxItems: 2, minLength: 1 },
    }),
    total: field('int', { writable: false, nullable: false, default: 0 }),
  },
} as unknown as TypeManifest;

function problem(more: Partial<WriteInput>, isCreation = false, scope = 'user:ada') {
  const error = validateWrite({ type: 'Thing', id: 'a', values: {}, ...more }, type, { scope, isCreation });
  return error === null ? null : [error.code, error.field];
}
const withValue = (name: string, value: Json) => problem({ values: { [name]: value } });

test.each<[string, Json]>([
  ['name', 'abc'],
  ['count', 9],
  ['count', null],
  ['ratio', 0.5],
  ['done', false],
  ['at', '2026-01-31T12:00:00.000Z'],
  ['size', 'S'],
  ['owner', 'abc-1'],
  ['any', { a: [1, null] }],
  ['place', { x: 1 }],
  ['tags', ['a', 'b']],
  // Characters are counted as the server counts them, not by their code units.
  ['mood', '😀😀😀'],
  ['mood', '❤️❤️❤️'],
])('%s takes %j', (name, value) => {
  expect(withValue(name, value)).toBeNull();
});

test.each<[string, Json]>([
  ['name', null],
  ['name', ''],
  ['name', 'abcdef'],
  ['name', 'ABC'],
  ['name', 'a\0'],
  ['name', '\ud800'],
  ['name', 1],
  ['count', 10],
  ['count', -1],
  ['count', 1.5],
  ['count', '1'],
  ['ratio', Infinity],
  ['done', 'yes'],
  ['at', '2026-01-31'],
  ['at', '2026-13-31T12:00:00.000Z'],
  ['size', 'M'],
  ['owner', 'with space'],
  ['place', {}],
  ['place', { x: 1, z: 2 }],
  ['place', [1]],
  ['mood', '😀'],
  ['mood', '😀😀😀😀'],
  ['tags', 'a'],
  ['tags', ['a', 'b', 'c']],
  ['tags', ['']],
  ['tags', [null]],
  ['total', 1],
  ['unknown', 1],
  ['__proto__x', 1],
  ['constructor', 1],
])('%s refuses %j and is named', (name, value) => {
  expect(withValue(name, value)).toEqual(['BAD_INPUT', name]);
});

test('a creation needs what has no default; an edit and a deletion do not', () => {
  expect(problem({}, true)).toEqual(['BAD_INPUT', 'name']);
  expect(problem({ deleted: true }, true)).toBeNull();
  expect(problem({}, false)).toBeNull();
});

test('ids, scopes, groups, versions and bases are checked', () => {
  expect(problem({ id: '' })).toEqual(['BAD_INPUT', 'id']);
  expect(problem({ id: 'x'.repeat(65) })).toEqual(['BAD_INPUT', 'id']);
  expect(problem({}, false, 'a b')).toEqual(['BAD_INPUT', 'scope']);
  expect(problem({ group: 'a b' })).toEqual(['BAD_INPUT', 'group']);
  expect(problem({ version: -1 })).toEqual(['BAD_INPUT', 'version']);
  expect(problem({ base: { nope: 1 } })).toEqual(['BAD_INPUT', 'nope']);
  const fixed = validateWrite(
    { type: 'Thing', id: 'a', values: {} },
    { ...type, scope: 'catalog' },
    { scope: 'user:ada', isCreation: false },
  );
  expect(fixed?.field).toBe('scope');
  expect(
    validateWrite({ type: 'No', id: 'a', values: {} }, undefined, { scope: 's', isCreation: true })?.code,
  ).toBe('BAD_INPUT');
});
