import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { graphqlRequest } from './graphql-request.ts';
import { startTestServer, type TestServer } from './test-server.ts';

const ROOT = join(import.meta.dirname, '..', '..');
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(() => server.stop());

/** `main.ts <task>`, with nothing of the environment but what it needs. */
async function run(task: string, databaseUrl: string) {
  const child = spawn(process.execPath, ['--import', './.scripts/typescript.mjs', 'api/main.ts', task], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl },
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (part: Buffer) => (output += part.toString()));
  child.stderr.on('data', (part: Buffer) => (errors += part.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, output: output.trim(), errors: errors.trim() };
}

async function ask(query: string, variables: Record<string, unknown> = {}) {
  return graphqlRequest(server, { query, variables, token: await server.tokenFor('ada') });
}

test('R5 I3 npm run rotate-epoch and npm run purge work beside a running API, and its cursors are reset', async () => {
  await ask('mutation { upsertNotes(changes: [{ id: "a" }, { id: "b" }]) { epoch } }');
  await ask('mutation { upsertNotes(changes: [{ id: "a", version: 1, deleted: true }]) { epoch } }');
  await server.sql(`SET holdfast.engine = 'on'; UPDATE note SET deleted_at = now() - interval '91 days'
    WHERE deleted_at IS NOT NULL; RESET holdfast.engine`);
  const delta = 'query ($since: SyncCursor) { noteDelta(since: $since) { cursor reset at { epoch } } }';
  type Delta = { readonly cursor: string; readonly reset: boolean; readonly at: { readonly epoch: string } };
  const before = (await ask(delta)).data?.['noteDelta'] as Delta;

  const [purged, rotated] = await Promise.all(
    ['purge', 'rotate-epoch'].map((task) => run(task, server.databaseUrl)),
  );
  expect(purged).toEqual({
    code: 0,
    output: 'Purged 1 deleted records and 0 receipts of more than 90 days.',
    errors: '',
  });
  expect(rotated).toMatchObject({ code: 0, errors: '' });
  expect(rotated?.output).toMatch(/^The epoch is now [0-9a-f]{12}-[0-9a-f]{8}\./);
  const after = (await ask(delta, { since: before.cursor })).data?.['noteDelta'] as Delta;
  expect(after.reset).toBe(true);
  expect(after.at.epoch > before.at.epoch).toBe(true);
});

test('without a database a command says in a sentence what to look at', async () => {
  const { code, errors } = await run('purge', 'postgres://nobody@127.0.0.1:1/none');
  expect(code).toBe(1);
  expect(errors).toMatch(/^The database cannot be reached\. Check DATABASE_URL.*ECONNREFUSED/);
  expect(errors.split('\n')).toHaveLength(1);
});
