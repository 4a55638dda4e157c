// `npm run check`: every check that needs no database and no browser, each with its name and verdict.
// `npm run fix` mends what can be mended by a tool: format, lint, schema, generated code.
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureInstalled, root } from './install.mjs';

ensureInstalled();
const fix = process.argv.includes('--fix');
const tool = (path) => join(root, 'node_modules', path);
const tsx = ['--import', './.scripts/typescript.mjs'];

/** One after the other in a line; lines side by side. Mending goes by this order: what tools write is formatted after it. */
const lines = [
  [
    ['schema', [...tsx, 'api/emit-schema.ts', ...(fix ? [] : ['--check'])]],
    [
      'generated code',
      [
        ...tsx,
        tool('@graphql-codegen/cli/cjs/bin.js'),
        '--config',
        'codegen.ts',
        ...(fix ? [] : ['--check']),
      ],
    ],
  ],
  [
    [
      'lint',
      [tool('eslint/bin/eslint.js'), '--config', '.config/eslint.config.js', '.', ...(fix ? ['--fix'] : [])],
    ],
  ],
  [['format', [tool('prettier/bin/prettier.cjs'), fix ? '--write' : '--check', '.', '--log-level', 'warn']]],
  [
    ['build', ['.scripts/build.mjs', '--if-changed']],
    ['public surface', ['.scripts/library/public-surface.mjs', ...(fix ? ['--fix'] : [])]],
    ['bundle size', ['.scripts/library/bundle-size.mjs']],
  ],
  [['types, client', [tool('typescript/bin/tsc'), '-p', 'client']]],
  [['types, api', [tool('typescript/bin/tsc'), '-p', 'api']]],
  [['types, settings', [tool('typescript/bin/tsc'), '-p', '.']]],
  [
    [
      'layers',
      [
        tool('dependency-cruiser/bin/dependency-cruise.mjs'),
        '--config',
        '.config/dependency-cruiser.cjs',
        'api',
        'client',
      ],
    ],
  ],
  [['unused code', [tool('knip/bin/knip.js'), '--config', '.config/knip.json']]],
  [['seeded bugs have their places', ['.scripts/seeded-bugs.mjs', '--check']]],
];

/** What these print is worth reading when all is well, too. */
const saysMore = new Set(['bundle size']);

const failed = [];
async function check(name, args) {
  const started = Date.now();
  const done = await promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 100_000_000 }).catch(
    (error) => ({ ...error, error }),
  );
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const passed = done.error === undefined;
  process.stdout.write(`${passed ? 'ok    ' : 'FAILED'}  ${name} (${seconds} s)\n`);
  if (passed && done.stdout !== '' && saysMore.has(name)) process.stdout.write(`        ${done.stdout}`);
  if (passed) return;
  failed.push(name);
  process.stdout.write(`${done.stdout}${done.stderr}\n`);
}

const waiting = [...lines];
async function work() {
  for (let line = waiting.shift(); line !== undefined; line = waiting.shift())
    for (const [name, args] of line) await check(name, args);
}
await Promise.all(Array.from({ length: fix ? 1 : availableParallelism() }, work));

if (failed.length > 0) {
  process.stdout.write(
    `\n${failed.length} of ${lines.flat().length} checks failed: ${failed.join(', ')}. Try: npm run fix\n`,
  );
  process.exit(1);
}
