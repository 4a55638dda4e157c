/** What an app's codegen uses: `@holdfast/client/codegen`. */
export { plugin } from './plugin.ts';
export type { ManifestConfig } from './plugin.ts';
export { NotOnDeviceError, syncedDocuments } from './synced-documents.ts';
export { clientSchema } from './client-schema.ts';
