import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './test-server.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', '.scripts', 'import.mjs');

let server: TestServer;
let folder: string;

beforeAll(async () => {
  server = await startTestServer({ demo: true });
  folder = await mkdtemp(join(tmpdir(), 'holdfast-import-'));
  await mkdir(join(folder, 'deep', '.hidden'), { recursive: true });
  await writeFile(join(folder, 'heading.md'), 'Some words\n\n## The heading ##\n\ntext');
  await writeFile(join(folder, 'deep', 'no heading.markdown'), 'only text\n```\n# not this\n```\n');
  await writeFile(
    join(folder, 'deep', 'front.md'),
    '---\ntitle: "From the front"\ntags: [b, a, b]\n---\n# Not this\n',
  );
  await writeFile(join(folder, 'deep', 'list.md'), '---\ntags:\n  - one two\n  - three\n---\n# Tagged\n');
  await writeFile(join(folder, 'deep', '.hidden', 'secret.md'), '# hidden');
  await writeFile(join(folder, 'readme.txt'), 'not Markdown');
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function runImport(...args: string[]): Promise<{ code: number; summary: string; errors: string }> {
  const child = spawn(process.execPath, [SCRIPT, folder, '--url', server.url, ...args]);
  let summary = '';
  let errors = '';
  child.stdout.on('data', (part: Buffer) => (summary += part.toString()));
  child.stderr.on('data', (part: Buffer) => (errors += part.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, summary: summary.trim(), errors };
}

const positions = () => server.sql('SELECT id, version::int FROM note ORDER BY version');

test('each file becomes a note once; a second run changes nothing; a changed file changes its note alone', async () => {
  const first = await runImport();
  expect(first).toMatchObject({ code: 0, summary: '4 files: 4 created, 0 changed, 0 unchanged, 0 refused' });
  const notes = await server.sql('SELECT scope, title, content, tags FROM note ORDER BY title');
  expect(notes).toMatchObject([
    { scope: 'user:ada', title: 'From the front', content: '# Not this\n', tags: ['b', 'a'] },
    { title: 'Tagged', tags: ['one two', 'three'] },
    { title: 'The heading', content: 'Some words\n\n## The heading ##\n\ntext', tags: [] },
    { title: 'no heading' },
  ]);
  const before = await positions();

  const second = await runImport();
  expect(second).toMatchObject({ code: 0, summary: '4 files: 0 created, 0 changed, 4 unchanged, 0 refused' });
  expect(await positions()).toEqual(before);

  await writeFile(join(folder, 'heading.md'), '# Another heading');
  const third = await runImport();
  expect(third.summary).toBe('4 files: 0 created, 1 changed, 3 unchanged, 0 refused');
  expect(await server.sql("SELECT 1 FROM note WHERE title = 'Another heading'")).toHaveLength(1);
});

test('what cannot be a note is named with its reason, the others go in, and the exit says so', async () => {
  await writeFile(join(folder, 'latin.md'), Buffer.from([0x23, 0x20, 0xe9]));
  await writeFile(join(folder, 'huge.md'), 'x'.repeat(300_000));
  await writeFile(join(folder, 'nul.md'), 'a\u0000b');
  const { code, summary, errors } = await runImport('--scope', 'team:demo');
  expect(code).toBe(1);
  expect(summary).toBe('7 files: 4 created, 0 changed, 0 unchanged, 3 refused');
  expect(errors).toMatch(/refused {2}latin\.md: is not UTF-8/);
  expect(errors).toMatch(/refused {2}huge\.md: is too large/);
  expect(errors).toMatch(/refused {2}nul\.md: \w+/);
});

test('a scope without access, a bad token, no folder: one sentence and nothing written', async () => {
  const before = await positions();
  expect(await runImport('--scope', 'user:ben')).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/refused/) as string,
  });
  expect(await runImport('--token', 'nonsense')).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/sign in/i) as string,
  });
  expect(await runImport('--account', 'root')).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/--token/) as string,
  });
  expect(await positions()).toEqual(before);
});
