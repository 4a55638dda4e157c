import { createHash } from 'node:crypto';
import { parse, print } from 'graphql';
import type { EntityDefinition, FieldDefinition } from '../entity/definition.ts';
import { camelCase, pascalCase } from '../entity/naming.ts';
import { PROTOCOL_VERSION } from './protocol.ts';

/** One operation of fixed text; the API trusts its hash. */
export interface SyncDocument {
  readonly name: string;
  readonly text: string;
  /** Hex, of the text in UTF-8. */
  readonly sha256: string;
}

/** What `schema/sync-documents.json` holds. */
export interface SyncDocuments {
  readonly protocol: number;
  readonly types: readonly string[];
  readonly pull: SyncDocument;
  readonly push: SyncDocument;
  readonly heads: SyncDocument;
  readonly pokes: SyncDocument;
  readonly digest: SyncDocument;
}

/** The operations a device syncs with: for one scope, all types, in alphabetical order. */
export function syncDocuments(entities: readonly EntityDefinition[]): SyncDocuments {
  const sorted = entities.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return {
    protocol: PROTOCOL_VERSION,
    types: sorted.map((entity) => entity.name),
    pull: documentOf('HoldfastPull', pullText(sorted)),
    push: documentOf('HoldfastPush', pushText(sorted)),
    heads: documentOf(
      'HoldfastHeads',
      'query HoldfastHeads { viewer { id name scopes { id access head epoch } } }',
    ),
    pokes: documentOf(
      'HoldfastPokes',
      'subscription HoldfastPokes($scopes: [ID!]) { scopeHeads(scopes: $scopes) { scope head accessChanged } }',
    ),
    digest: documentOf(
      'HoldfastDigest',
      'query HoldfastDigest($scope: ID!) { scopeDigest(scope: $scope) { type count sha256 head } }',
    ),
  };
}

function documentOf(name: string, source: string): SyncDocument {
  const text = print(parse(source, { noLocation: true }));
  return { name, text, sha256: createHash('sha256').update(text, 'utf8').digest('hex') };
}

function pullText(entities: readonly EntityDefinition[]): string {
  const since = entities.map(({ name }) => `$${camelCase(name)}Since: SyncCursor`).join(', ');
  const fields = entities.map((entity) => {
    const single = camelCase(entity.name);
    const args = `scope: $scope, since: $${single}Since, limit: $limit, device: $device`;
    return `${entity.name}: ${single}Delta(${args}) ${pageText(entity)}`;
  });
  return `query HoldfastPull($scope: ID, $device: ID, $limit: Int, ${since}) { ${fields.join('\n')} }`;
}

function pushText(entities: readonly EntityDefinition[]): string {
  const variables = entities.map(({ name }) => {
    const single = camelCase(name);
    return `$${single}Changes: [${name}Upsert!]!, $${single}Since: SyncCursor`;
  });
  const head = `$scope: ID, $device: DeviceInput, $limit: Int, $withDelta: Boolean!, ${variables.join(', ')}`;
  return `mutation HoldfastPush(${head}) { ${entities.map(upsertText).join('\n')} }`;
}

function upsertText(entity: EntityDefinition): string {
  const single = camelCase(entity.name);
  const result = `id seq outcome replayed record ${recordText(entity)} conflicts { field base yours theirs kept } error { code message field }`;
  return `${entity.name}: upsert${pascalCase(entity.plural)}(scope: $scope, device: $device, changes: $${single}Changes) {
    epoch
    results { ${result} }
    delta(since: $${single}Since, limit: $limit) @include(if: $withDelta) ${pageText(entity)}
  }`;
}

function pageText(entity: EntityDefinition): string {
  return `{ records ${recordText(entity)} cursor hasMore reset at { epoch position floor head executed } }`;
}

/** All that the device keeps of a record: ids of references, not the records they lead to. */
function recordText({ fields }: EntityDefinition): string {
  return `{ id scope version createdAt updatedAt deletedAt ${fieldsText(fields)} }`;
}

function fieldsText(fields: readonly FieldDefinition[]): string {
  return fields
    .map(({ name, fields: nested }) => (nested ? `${name} { ${fieldsText(nested)} }` : name))
    .join(' ');
}
