import type { CodegenConfig } from '@graphql-codegen/cli';
import { clientSchema, syncedDocuments } from './client/codegen/index.ts';

const schema = 'schema/schema.graphql';
const syncDocuments = 'schema/sync-documents.json';

const config: CodegenConfig = {
  schema: [schema, clientSchema(schema)],
  documents: 'client/demo/**/*.graphql',
  generates: {
    'client/generated/documents.ts': {
      plugins: ['typescript-operations', 'typed-document-node'],
      documentTransforms: [syncedDocuments({ syncDocuments })],
      config: {
        scalars: {
          ID: 'string',
          DateTime: 'string',
          Position: 'number',
          SyncCursor: 'string',
          JSON: 'unknown',
        },
        // As the cache gives them out, and as `NoteChange` hands them in.
        immutableTypes: true,
        useTypeImports: true,
        skipTypename: true,
      },
    },
    'client/generated/manifest.ts': {
      plugins: [{ './client/codegen/index.ts': { syncDocuments, importFrom: '../index.ts' } }],
    },
  },
};

export default config;
