/**
 * The files of two projects that know Holdfast from npm alone: a web app made with Vite, and plain Node scripts. Type-checked there,
 * with the package's own declarations checked too.
 */
export const webApp: Readonly<Record<string, string>> = {
  'index.html':
    '<!doctype html><title>Notes</title><div id="root"></div><script type="module" src="/app.tsx"></script>',
  // The worker has a name of its own, without a hash: pages ask for it by that.
  'vite.config.js': `
import { defineConfig } from 'vite';

const input = { index: 'index.html', worker: 'worker.ts' };
const entryFileNames = ({ name }) => (name === 'worker' ? 'worker.js' : 'assets/[name]-[hash].js');
export default defineConfig({ build: { target: 'es2022', rollupOptions: { input, output: { entryFileNames } } } });
`,
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'ES2022',
      lib: ['ES2023', 'DOM', 'DOM.Iterable'],
      module: 'ESNext',
      moduleResolution: 'bundler',
      strict: true,
      skipLibCheck: false,
      jsx: 'react-jsx',
      noEmit: true,
      types: [],
    },
    include: ['*.ts', '*.tsx'],
  }),
  'app.tsx': `
import { gql, type TypedDocumentNode } from '@apollo/client';
import { useMutation, useQuery } from '@apollo/client/react';
import { createOfflineClient, newId, type Holdfast } from '@holdfast/client';
import { OfflineProvider, SyncBadge, useSyncStatus } from '@holdfast/client/react';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { manifest } from './manifest';

interface Note {
  readonly id: string;
  readonly title: string;
  readonly syncState: string;
}
const NOTES: TypedDocumentNode<{ notes: Note[] }> = gql\`
  query { notes(orderBy: { field: title }) { id scope version title syncState @client } }
\`;
const SAVE: TypedDocumentNode<object, { changes: readonly { id: string; title: string }[] }> = gql\`
  mutation ($changes: [NoteUpsert!]!) { upsertNotes(changes: $changes) { results { outcome } } }
\`;

function Notes() {
  const { data } = useQuery(NOTES);
  const [save] = useMutation(SAVE);
  const [isStored, setStored] = useState(false);
  const { phase, backgroundSync } = useSyncStatus();
  const write = async () => {
    await save({ variables: { changes: [{ id: newId(), title: 'From a train' }] } });
    setStored(true);
  };
  return (
    <main data-phase={phase} data-background={backgroundSync} data-stored={isStored ? 1 : 0}>
      <SyncBadge />
      <button onClick={() => void write()}>Write</button>
      <ul>{data?.notes.map(({ id, title, syncState }) => <li key={id}>{title} {syncState}</li>)}</ul>
    </main>
  );
}

await navigator.serviceWorker.register('/worker.js', { type: 'module' });
const holdfast: Holdfast = await createOfflineClient({
  app: 'installed',
  uri: '/graphql',
  manifest,
  user: { id: 'ada' },
  backgroundSync: true,
});
const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<OfflineProvider holdfast={holdfast}><Notes /></OfflineProvider>);
`,
  'worker.ts': `
import { flushInBackground } from '@holdfast/client/worker';
import { manifest } from './manifest';

flushInBackground({ app: 'installed', uri: '/graphql', manifest });
`,
};

export const nodeScripts: Readonly<Record<string, string>> = {
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'ES2022',
      lib: ['ES2023', 'DOM'],
      module: 'NodeNext',
      moduleResolution: 'NodeNext',
      strict: true,
      skipLibCheck: false,
      experimentalDecorators: true,
      useDefineForClassFields: false,
      outDir: 'dist',
      types: ['node'],
    },
    include: ['*.ts'],
  }),
  'client.ts': `
import { newId } from '@holdfast/client';
import { createTestSync } from '@holdfast/client/testing';
import { manifest } from './manifest.js';

const test = createTestSync({ manifest, records: { Note: [{ id: 'n1', title: 'Milk' }] } });
const phone = await test.open();
await phone.synced();
phone.network.plug(false);
const id = newId();
const [result] = await phone.sync.write([{ type: 'Note', id, values: { title: 'Bread' } }]);
const offline = { outcome: result?.outcome, pending: phone.sync.status().pending };
phone.network.plug(true);
await phone.synced();
const titles = test.server.records('Note', 'user:ada').map((note) => note['title']);
await phone.close();
console.log(JSON.stringify({ offline, titles }));
`,
  'api.ts': `
import { createHmac } from 'node:crypto';
import { Field } from 'type-graphql';
import { Column, type MigrationInterface, type QueryRunner } from 'typeorm';
import { Synced, SyncedRecord, readConfig, startServer, syncedTableStatements } from '@holdfast/api';

@Synced<Task>({ description: 'A thing to do.', policy: 'lastWriteWins' })
class Task extends SyncedRecord {
  @Field(() => String, { description: 'What to do.' })
  @Column('text')
  title!: string;
}

class Tasks1800000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(\`CREATE TABLE "task" ("scope" text NOT NULL, "id" text NOT NULL, "version" bigint NOT NULL,
      "created_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "updated_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL,
      "deleted_at" TIMESTAMP(3) WITH TIME ZONE, "clocks" jsonb NOT NULL DEFAULT '{}', "title" text NOT NULL,
      CONSTRAINT "task_key" PRIMARY KEY ("scope", "id"))\`);
    for (const statement of syncedTableStatements('task').up) await runner.query(statement);
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "task"');
  }
}

const secret = 'thirty-two bytes at the very least';
const config = readConfig({
  ...process.env,
  HOLDFAST_JWT_SECRET: secret,
  HOLDFAST_JWT_ISSUER: 'me',
  HOLDFAST_JWT_AUDIENCE: 'me',
  HOLDFAST_HOST: '127.0.0.1',
  HOLDFAST_LOG: 'error',
  PORT: '0',
});
const server = await startServer({
  config,
  databaseUrl: config.databaseUrl ?? '',
  entities: [Task],
  migrations: [Tasks1800000000000],
});
await server.storage.access.ensureAccount({ id: 'ada', name: 'Ada' });

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = { sub: 'ada', iss: 'me', aud: 'me', exp: Math.floor(Date.now() / 1000) + 600 };
const signed = \`\${part({ alg: 'HS256' })}.\${part(claims)}\`;
const token = \`\${signed}.\${createHmac('sha256', secret).update(signed).digest('base64url')}\`;

async function ask(query: string): Promise<unknown> {
  const response = await fetch(\`\${server.url}/graphql\`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: \`Bearer \${token}\` },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

const written = await ask('mutation { upsertTasks(changes: [{ id: "t1", title: "Pack" }]) { results { outcome } } }');
const read = await ask('{ tasks { id title version } }');
await server.close();
console.log(JSON.stringify({ written, read }));
`,
};
