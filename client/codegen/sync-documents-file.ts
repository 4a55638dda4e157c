import { readFileSync } from 'node:fs';
import type { SyncDocuments } from './build-manifest.ts';

/** Reads the file that the API emits beside its schema. Throws when it is missing: emit the schema first. */
export function readSyncDocuments(path: string): SyncDocuments {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as SyncDocuments;
  } catch (cause) {
    throw new Error(`Cannot read the sync documents at ${path}; emit them with the API's schema.`, { cause });
  }
}
