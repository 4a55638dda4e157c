// `npm test`: installs what is missing (packages, a browser), builds the web app and runs every test.
// Arguments go to vitest: `npm test -- api/sync` runs one folder.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, root } from './install.mjs';

ensureInstalled();
const { ensureChromium } = await import('./chromium.mjs');
const chromium = await ensureChromium();

const run = (tool, ...args) =>
  spawnSync(process.execPath, [join(root, 'node_modules', tool), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, CHROMIUM_PATH: chromium },
  }).status ?? 1;

const built = run('vite/bin/vite.js', 'build', 'client/demo', '--logLevel', 'warn');
if (built !== 0) process.exit(built);
process.exit(
  run('vitest/vitest.mjs', 'run', '--config', '.config/vitest.config.ts', ...process.argv.slice(2)),
);
