import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SyncedRecord } from '../entity/synced-record.ts';
import { defineEntities } from '../entity/define-entities.ts';
import { buildHoldfastSchema } from './build-schema.ts';
import type { SchemaOptions } from './build-schema.ts';
import { printSyncedSchema } from './print-schema.ts';
import { syncDocuments } from './sync-documents.ts';

/** What is emitted, where to, and whether it is only compared. */
export interface EmitOptions extends Pick<SchemaOptions, 'resolvers'> {
  readonly entities: readonly (new () => SyncedRecord)[];
  /** Where the files go, such as `schema`. */
  readonly folder: string;
  /** True: write nothing, only tell which files differ. */
  readonly check: boolean;
}

/** The two files that the client side generates its code from, by name. */
export function renderSchemaFiles({
  entities: classes,
  resolvers = [],
}: Pick<EmitOptions, 'entities' | 'resolvers'>): ReadonlyMap<string, string> {
  const entities = defineEntities(classes);
  const schema = buildHoldfastSchema({ entities, resolvers });
  return new Map([
    ['schema.graphql', printSyncedSchema(schema, entities)],
    ['sync-documents.json', `${JSON.stringify(syncDocuments(entities), null, 2)}\n`],
  ]);
}

/**
 * Writes `schema.graphql` and `sync-documents.json`, or with `check` only compares them.
 *
 * @returns the names of the files that were out of date.
 */
export async function emitSchema({ folder, check, ...source }: EmitOptions): Promise<readonly string[]> {
  const stale: string[] = [];
  for (const [name, text] of renderSchemaFiles(source)) {
    const path = join(folder, name);
    if ((await currentText(path)) !== text) {
      stale.push(name);
      if (!check) {
        await mkdir(folder, { recursive: true });
        await writeFile(path, text);
      }
    }
  }
  return stale;
}

/** The file's text; undefined when there is none yet. */
async function currentText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
