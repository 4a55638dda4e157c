import type { PluginFunction } from '@graphql-codegen/plugin-helpers';
import { KEY_FIELDS } from '../apollo/cache-id.ts';
import { unkeyedTypes } from '../apollo/type-policies.ts';
import type { FieldKind, FieldManifest, Manifest, TypeManifest } from '../sync/manifest.ts';
import { buildManifest } from './build-manifest.ts';
import { readSyncDocuments } from './sync-documents-file.ts';

/** Settings of the manifest plugin. */
export interface ManifestConfig {
  /** Path of the `sync-documents.json` that the API emitted. */
  readonly syncDocuments: string;
  /** Where the generated file imports the type `Manifest` from. Default `@holdfast/client`. */
  readonly importFrom?: string;
}

/**
 * The plugin for GraphQL Code Generator: writes `manifest` for `createOfflineClient`, `typePolicies` for a cache of one's
 * own, and a type for a change of each synced type, such as `NoteChange`.
 */
export const plugin: PluginFunction<ManifestConfig> = (schema, _documents, config) => {
  const manifest = buildManifest(schema, readSyncDocuments(config.syncDocuments));
  const from = config.importFrom ?? '@holdfast/client';
  return {
    prepend: [`import type { Manifest } from '${from}';`],
    content: [
      '/** All that the client knows of the schema. */',
      `export const manifest: Manifest = ${literal(manifest)};`,
      '/** How a cache tells synced records apart; `createOfflineClient` knows them already. */',
      `export const typePolicies = ${literal(policies(manifest))} as const;`,
      ...Object.values(manifest.types).map(changeType),
      '',
    ].join('\n\n'),
  };
};

function literal(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function policies(manifest: Manifest): Record<string, { keyFields: readonly string[] | false }> {
  return Object.fromEntries([
    ...Object.keys(manifest.types).map((name) => [name, { keyFields: KEY_FIELDS }]),
    ...unkeyedTypes(manifest).map((name) => [name, { keyFields: false }]),
  ]) as Record<string, { keyFields: readonly string[] | false }>;
}

function changeType({ name, fields }: TypeManifest): string {
  const values = `${name}Values`;
  return [
    `/** Values that an edit of type ${name} names; an absent one is not changed. */`,
    `export interface ${values} {`,
    ...Object.entries(fields)
      .filter(([, field]) => field.writable)
      .map(([field, manifest]) => `  readonly ${field}?: ${typescriptType(manifest)};`),
    '}',
    '',
    `/** One edit of type ${name}: the id of its record and what changed. */`,
    `export interface ${name}Change extends ${values} {`,
    '  readonly id: string;',
    '  /** What a form that was kept open had read; the device fills in what it shows now. */',
    '  readonly version?: number;',
    `  readonly base?: ${values};`,
    '  /** Consecutive changes of one group are accepted or refused together. */',
    '  readonly group?: string;',
    '  /** True deletes, false restores. */',
    '  readonly deleted?: boolean;',
    '}',
  ].join('\n');
}

const TYPES: Readonly<Record<Exclude<FieldKind, 'enum' | 'object'>, string>> = {
  id: 'string',
  string: 'string',
  dateTime: 'string',
  int: 'number',
  float: 'number',
  boolean: 'boolean',
  json: 'unknown',
};

function typescriptType(field: FieldManifest): string {
  const type = elementType(field);
  const listed = field.list ? `readonly (${type})[]` : type;
  return field.nullable ? `${listed} | null` : listed;
}

function elementType({ kind, values, fields }: FieldManifest): string {
  if (kind === 'enum') return (values ?? []).map((value) => `'${value}'`).join(' | ');
  if (kind !== 'object') return TYPES[kind];
  const inner = Object.entries(fields ?? {}).map(
    ([name, field]) => `readonly ${name}: ${typescriptType(field)}`,
  );
  return `{ ${inner.join('; ')} }`;
}
