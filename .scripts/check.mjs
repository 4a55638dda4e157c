// `npm run check`: every check that needs no database and no browser, each with its name and verdict.
// `npm run fix` mends what can be mended by a tool: format, lint, schema, generated code.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, root } from './install.mjs';

ensureInstalled();
const fix = process.argv.includes('--fix');
const tool = (path) => join(root, 'node_modules', path);
const tsx = ['--import', './.scripts/typescript.mjs'];

const steps = [
  ['schema', [...tsx, 'api/emit-schema.ts', ...(fix ? [] : ['--check'])]],
  [
    'generated code',
    [...tsx, tool('@graphql-codegen/cli/cjs/bin.js'), '--config', 'codegen.ts', ...(fix ? [] : ['--check'])],
  ],
  ['format', [tool('prettier/bin/prettier.cjs'), fix ? '--write' : '--check', '.', '--log-level', 'warn']],
  [
    'lint',
    [tool('eslint/bin/eslint.js'), '--config', '.config/eslint.config.js', '.', ...(fix ? ['--fix'] : [])],
  ],
  ['types, api', [tool('typescript/bin/tsc'), '-p', 'api']],
  ['types, client', [tool('typescript/bin/tsc'), '-p', 'client']],
  ['types, settings', [tool('typescript/bin/tsc'), '-p', '.']],
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
  ['unused code', [tool('knip/bin/knip.js'), '--config', '.config/knip.json']],
  ['build', ['.scripts/build.mjs', '--if-changed']],
  ['public surface', ['.scripts/library/public-surface.mjs', ...(fix ? ['--fix'] : [])]],
  ['bundle size', ['.scripts/library/bundle-size.mjs']],
  ['seeded bugs have their places', ['.scripts/seeded-bugs.mjs', '--check']],
];

/** What these print is worth reading when all is well, too. */
const saysMore = new Set(['bundle size']);

const failed = [];
for (const [name, args] of steps) {
  const started = Date.now();
  const done = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const passed = done.status === 0;
  process.stdout.write(`${passed ? 'ok    ' : 'FAILED'}  ${name} (${seconds} s)\n`);
  if (passed && done.stdout !== '' && saysMore.has(name)) process.stdout.write(`        ${done.stdout}`);
  if (passed) continue;
  failed.push(name);
  process.stdout.write(`${done.stdout}${done.stderr}\n`);
}
if (failed.length > 0) {
  process.stdout.write(
    `\n${failed.length} of ${steps.length} checks failed: ${failed.join(', ')}. Try: npm run fix\n`,
  );
  process.exit(1);
}
