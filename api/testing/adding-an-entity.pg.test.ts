import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** What the project is built from. */
const PARTS = [
  'api',
  'client',
  'docs',
  'schema',
  '.config',
  '.scripts',
  'package.json',
  'tsconfig.json',
  'codegen.ts',
];
const LEFT_OUT = new Set(['node_modules', 'dist', '.data', '.cache']);

let copy: string;
let page: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'holdfast-copy-'));
  page = await readFile(join(root, 'docs/adding-an-entity.md'), 'utf8');
  const filter = (path: string): boolean =>
    !path
      .slice(root.length)
      .split(sep)
      .some((part) => LEFT_OUT.has(part));
  await Promise.all(PARTS.map((part) => cp(join(root, part), join(copy, part), { recursive: true, filter })));
  for (const folder of ['node_modules', 'api/node_modules', 'client/node_modules']) {
    await symlink(join(root, folder), join(copy, folder));
  }
});

afterAll(() => rm(copy, { recursive: true, force: true }));

/** A step of the page: a file to write, or commands to run. */
type Step =
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  | { readonly kind: 'command'; readonly command: string };

/** The numbered sections, block by block. A file's path stands in backticks at the start of the line before its block. */
function stepsOf(text: string): readonly Step[] {
  const numbered = text.split(/^## /m).filter((section) => /^\d+\. /.test(section));
  return numbered.flatMap((section) =>
    [...section.matchAll(/(?:^`([^`]+)`[^\n]*\n\n)?^```(ts|sh)\n([\s\S]*?)^```$/gm)].flatMap(
      ([, path = '', language, body = '']): readonly Step[] =>
        language === 'ts'
          ? [{ kind: 'file', path, text: body }]
          : body
              .trim()
              .split('\n')
              .map((command) => ({ kind: 'command', command })),
    ),
  );
}

/** As in a shell of one's own: nothing of this test run is handed down. */
async function shell(command: string): Promise<string> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|VITE_|TEST$|NODE_ENV|NODE_OPTIONS)/.test(name)),
  );
  try {
    const { stdout } = await run('/bin/sh', ['-c', command], { cwd: copy, env, maxBuffer: 50_000_000 });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} failed:\n${stdout.slice(-4_000)}\n${stderr.slice(-4_000)}`);
  }
}

it('the page on adding an entity, followed word for word, ends with a tested type and typed client code', async () => {
  const steps = stepsOf(page);
  expect(steps.filter(({ kind }) => kind === 'file')).toHaveLength(2);
  const checks: string[] = [];
  for (const step of steps) {
    if (step.kind === 'file') {
      await writeFile(join(copy, step.path), step.text);
    } else if (step.command.startsWith('npx')) {
      checks.push(step.command);
    } else {
      await shell(step.command);
    }
  }
  // They come last and only read, so they need not wait for one another.
  const output = (await Promise.all(checks.map(shell))).join('\n');
  expect(output.replaceAll(/\u001b\[\d+m/g, '')).toMatch(/Tests\s+\d+ passed/);
  const read = (path: string): Promise<string> => readFile(join(copy, path), 'utf8');
  expect(await read('api/domain/migrations/add-tasks.ts')).toContain('CREATE TABLE "task"');
  expect(await read('schema/schema.graphql')).toContain('upsertTasks(');
  expect(await read('client/generated/manifest.ts')).toContain('"Task"');
}, 900_000);
