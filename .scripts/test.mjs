// `npm test`: installs what is missing (packages, a browser), builds the web app and runs every test.
// Arguments go to vitest: `npm test -- api/sync` runs one folder.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, root } from './install.mjs';
import { ensureWebApp } from './web-app.mjs';

ensureInstalled();
const { ensureChromium } = await import('./chromium.mjs');
const chromium = await ensureChromium();

await ensureWebApp();
const tests = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--config',
    '.config/vitest.config.ts',
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, CHROMIUM_PATH: chromium } },
);
process.exit(tests.status ?? 1);
